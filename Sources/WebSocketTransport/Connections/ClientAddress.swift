import Glibc
package import NIOCore

/// What a client's address is counted under, for connections and for rates alike.
package enum ClientAddress {
    /// An IPv4 address, also one that is mapped into IPv6; the first 64 bits of any other IPv6 address, because one
    /// household has all that begin with them. "local" for sockets without an address.
    package static func text(_ address: SocketAddress?) -> String {
        guard let address, let written = address.ipAddress else { return "local" }
        guard case .v6 = address, let bytes = bytes(of: written) else { return written }
        if isMapped(bytes) { return bytes[12...].map(String.init).joined(separator: ".") }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
    }

    /// Whether it is this machine's own, or no address at all.
    package static func isLoopback(_ address: SocketAddress?) -> Bool {
        guard let address, let text = address.ipAddress else { return true }
        guard case .v6 = address else { return text.hasPrefix("127.") }
        return text == "::1" || self.text(address).hasPrefix("127.")
    }

    /// The 16 bytes of an IPv6 address.
    private static func bytes(of text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }

    private static func isMapped(_ bytes: [UInt8]) -> Bool {
        bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    }
}
