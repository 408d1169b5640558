/// Accepts writes and WebSockets of browsers only from pages of this box.
///
/// An origin is scheme, host and port together (RFC 6454): another program at another port of the same machine is
/// another origin. Programs send no Origin, and then there is nothing to check.
package struct OriginRule: Sendable, Equatable {
    private let origins: Set<String>

    /// - Parameter allowed: the names of this box.
    package init(allowed: AllowedHosts) {
        var origins: Set<String> = []
        for scheme in ["http", "https"] {
            for host in allowed.own.union(allowed.configured) {
                origins.insert(Self.serialized(scheme, host, allowed.port))
            }
            for host in allowed.configured {
                // Behind a proxy the page has the default port.
                origins.insert(Self.serialized(scheme, host, nil))
            }
            for entry in allowed.configuredWithPort {
                origins.insert(Self.serialized(scheme, entry.host, entry.port))
            }
        }
        self.origins = origins
    }

    /// Whether a request with this Origin field may write. `null`, which hidden and local pages send, may not.
    package func allows(_ origin: String) -> Bool {
        origin.utf8.count <= Limits.hostBytes && origins.contains(origin.lowercased())
    }

    /// The form that browsers send: a default port is left out.
    private static func serialized(_ scheme: String, _ host: String, _ port: Int?) -> String {
        let origin = "\(scheme)://\(HostAndPort.bracketed(host))"
        let defaultPort = scheme == "http" ? 80 : 443
        guard let port, port != defaultPort else { return origin }
        return "\(origin):\(port)"
    }
}
