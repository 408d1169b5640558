import BranchAccess
import NIOCore

/// What the box is called, before it is known where it listens.
package struct HostNames: Sendable {
    /// The machine's name, or nil.
    package var hostName: String?
    /// `server.hosts` and the host of `public.base_url`.
    package var configured: [String]

    package init(hostName: String?, configured: [String]) {
        self.hostName = hostName
        self.configured = configured
    }

    /// The list for a listener's address; one that listens on all interfaces answers to each of them.
    func allowed(at address: SocketAddress?) -> AllowedHosts {
        var bound: [String] = []
        if let ip = address?.ipAddress {
            bound = address.map(Self.isWildcard) == true ? Self.interfaceAddresses() : [ip]
        }
        return AllowedHosts(bound: bound, hostName: hostName, configured: configured, port: address?.port ?? 0)
    }

    /// Whether a listener at this address takes connections on every interface.
    static func isWildcard(_ address: SocketAddress) -> Bool { ["0.0.0.0", "::"].contains(address.ipAddress) }

    private static func interfaceAddresses() -> [String] {
        // Without the list the box still answers to its names.
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.compactMap { $0.address?.ipAddress }
    }
}
