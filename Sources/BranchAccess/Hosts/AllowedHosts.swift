/// The names under which this box may be asked. One list for the Host and the Origin of requests.
package struct AllowedHosts: Sendable, Equatable {
    /// The port that the server listens on.
    let port: Int

    /// Names that come by themselves: they count with the server's port.
    let own: Set<String>

    /// Names from the settings without a port: a proxy may stand before them at the default port.
    let configured: Set<String>

    /// Names from the settings with a port of their own.
    let configuredWithPort: Set<HostAndPort>

    /// - Parameters:
    ///   - bound: the addresses that the server listens on, those of all interfaces if it listens on all.
    ///   - hostName: the machine's name; it counts with and without its domain and as `name.local`.
    ///   - configured: `server.hosts` and the host of `public.base_url`; what isn't a host is left out.
    ///   - port: the port that the server listens on.
    package init(bound: [String], hostName: String?, configured: [String], port: Int) {
        self.port = port
        var own: Set<String> = ["localhost"]
        for address in bound {
            // An address of an interface may name it behind a percent sign, which never stands in a header.
            let plain = address.prefix { $0 != "%" }
            if let host = HostAndPort.normalized(plain, isIPv6: plain.contains(":")) { own.insert(host) }
        }
        if let hostName, let name = HostAndPort.normalized(hostName, isIPv6: false) {
            let first = String(name.prefix { $0 != "." })
            own.formUnion([name, first, first + ".local"])
        }
        self.own = own
        var plain: Set<String> = []
        var withPort: Set<HostAndPort> = []
        for text in configured {
            // An IPv6 address in the settings may come without brackets.
            let isBareIPv6 = text.filter { $0 == ":" }.count > 1 && !text.hasPrefix("[")
            guard let entry = HostAndPort(isBareIPv6 ? "[\(text)]" : text) else { continue }
            if entry.port == nil {
                plain.insert(entry.host)
            } else {
                withPort.insert(entry)
            }
        }
        self.configured = plain
        configuredWithPort = withPort
    }
}
