/// A host with or without a port, as it stands in a Host header (RFC 9110, section 7.2), in lower case.
struct HostAndPort: Hashable, Sendable {
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    let host: String
    let port: Int?

    /// Reads a header's value; nil if it isn't a host.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count <= Limits.hostBytes else { return nil }
        let hostText: Substring
        let rest: Substring
        let whole = Substring(text)
        let isBracketed = whole.hasPrefix("[")
        if isBracketed {
            guard let end = whole.firstIndex(of: "]") else { return nil }
            hostText = whole[whole.index(after: whole.startIndex)..<end]
            rest = whole[whole.index(after: end)...]
        } else {
            let colon = whole.firstIndex(of: ":") ?? whole.endIndex
            hostText = whole[..<colon]
            rest = whole[colon...]
        }
        guard let host = Self.normalized(hostText, isIPv6: isBracketed) else { return nil }
        if rest.isEmpty {
            port = nil
        } else {
            guard rest.hasPrefix(":"), let port = Self.port(rest.dropFirst()) else { return nil }
            self.port = port
        }
        self.host = host
    }

    /// Lower case, and without the dot that may end a full name.
    static func normalized(_ text: some StringProtocol, isIPv6: Bool) -> String? {
        var host = text.lowercased()
        if !isIPv6, host.hasSuffix(".") { host.removeLast() }
        let isAllowed = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."): true
            case UInt8(ascii: "g")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"): !isIPv6
            case UInt8(ascii: ":"): isIPv6
            default: false
            }
        }
        return isAllowed && !host.isEmpty ? host : nil
    }

    private static func port(_ text: Substring) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(text), port <= 65_535
        else { return nil }
        return port
    }

    /// The host as it stands before a port.
    static func bracketed(_ host: String) -> String {
        host.contains(":") ? "[\(host)]" : host
    }
}
