import NIOCore

/// Where a Redis server listens and who logs in: `redis://[user[:password]@]host[:port][/database]`, and `rediss://`
/// for TLS.
///
/// Its description never shows the password.
package struct RedisAddress: Sendable, Equatable {
    /// Who logs in.
    struct Credentials: Sendable, Equatable {
        /// nil is the server's user `default`.
        var user: String?
        var password: String
    }

    /// A name or an address, IPv6 without brackets.
    package let host: String
    package let port: Int
    /// True for `rediss://`.
    package let usesTLS: Bool
    /// The number that SELECT takes.
    package let database: Int
    /// nil: nobody logs in.
    private(set) var credentials: Credentials?

    /// The user's name, nil for the server's user `default`.
    package var user: String? { credentials?.user }

    /// Port of a URL that names none.
    package static let defaultPort = 6_379

    /// Reads a URL. User and password may be percent-encoded; a user without a password logs in with an empty one.
    /// - Throws: ``RedisURLError``, which says what is allowed.
    package init(url: String) throws(RedisURLError) {
        guard url.utf8.count <= RedisLimits.urlBytes else { throw .tooLong }
        guard let separator = url.firstRange(of: "://") else { throw .scheme }
        switch url[..<separator.lowerBound].lowercased() {
        case "redis": usesTLS = false
        case "rediss": usesTLS = true
        default: throw .scheme
        }
        let rest = url[separator.upperBound...]
        guard !rest.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F || $0 == 0x3F || $0 == 0x23 }) else {
            throw .furtherParts
        }
        // A password may hold an @ or a / that nobody encoded; a host can't.
        let at = rest.lastIndex(of: "@")
        credentials = try at.map { at throws(RedisURLError) in try Self.credentials(rest[..<at]) }
        let place = at.map { rest[rest.index(after: $0)...] } ?? rest
        let slash = place.firstIndex(of: "/")
        (host, port) = try Self.hostAndPort(slash.map { place[..<$0] } ?? place)
        database =
            try slash.map { slash throws(RedisURLError) in
                try Self.database(place[place.index(after: slash)...])
            } ?? 0
    }

    /// The same server with somebody to log in; who stands in the URL stays.
    package func signedIn(user: String, password: String) -> RedisAddress {
        guard credentials == nil else { return self }
        var address = self
        address.credentials = Credentials(user: user, password: password)
        return address
    }

    private static func credentials(_ text: Substring) throws(RedisURLError) -> Credentials {
        let colon = text.firstIndex(of: ":")
        let user = try decoded(colon.map { text[..<$0] } ?? text)
        let password = try colon.map { colon throws(RedisURLError) in
            try decoded(text[text.index(after: colon)...])
        }
        guard !user.isEmpty || !(password ?? "").isEmpty else { throw .credentials }
        return Credentials(user: user.isEmpty ? nil : user, password: password ?? "")
    }

    private static func decoded(_ text: Substring) throws(RedisURLError) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                throw .percentEncoding
            }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .percentEncoding }
        return decoded
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func hostAndPort(_ text: Substring) throws(RedisURLError) -> (String, Int) {
        if text.first == "[" {
            guard let bracket = text.firstIndex(of: "]") else { throw .host }
            let host = String(text[text.index(after: text.startIndex)..<bracket])
            guard host.contains(":"), isIPAddress(host) else { throw .host }
            let rest = text[text.index(after: bracket)...]
            guard rest.isEmpty || rest.first == ":" else { throw .port }
            return (host, try port(rest.isEmpty ? nil : rest.dropFirst()))
        }
        let colon = text.firstIndex(of: ":")
        let host = colon.map { text[..<$0] } ?? text
        guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(isHostByte) else { throw .host }
        return (String(host), try port(colon.map { text[text.index(after: $0)...] }))
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func port(_ text: Substring?) throws(RedisURLError) -> Int {
        guard let text else { return defaultPort }
        guard let port = number(text), (1...65_535).contains(port) else { throw .port }
        return port
    }

    private static func database(_ text: Substring) throws(RedisURLError) -> Int {
        if text.isEmpty { return 0 }
        guard let database = number(text), database < RedisLimits.databases else { throw .database }
        return database
    }

    /// Digits only: `Int` would take a sign too.
    private static func number(_ text: Substring) -> Int? {
        guard text.utf8.count <= 6, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    /// True when the host is an address that needs no look-up.
    var isIPAddress: Bool { Self.isIPAddress(host) }

    private static func isIPAddress(_ text: String) -> Bool {
        // The error only says that it is none.
        (try? SocketAddress(ipAddress: text, port: 0)) != nil
    }
}

extension RedisAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        let who = credentials.map { ($0.user ?? "") + ($0.password.isEmpty ? "" : ":…") + "@" } ?? ""
        let place = host.contains(":") ? "[\(host)]" : host
        return "\(usesTLS ? "rediss" : "redis")://\(who)\(place):\(port)" + (database == 0 ? "" : "/\(database)")
    }

    package var debugDescription: String { description }

    /// Without children, so that `dump` doesn't show the password either.
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
