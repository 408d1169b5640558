import Crypto
package import HTTPTypes

/// The opening handshake of RFC 6455, section 4.2, as far as it can be judged without knowing the path.
package enum WebSocketHandshake {
    /// What a request head offers.
    package enum Offer: Equatable, Sendable {
        /// An ordinary request.
        case none
        /// A WebSocket; `accept` is the value that proves the server read the key.
        case webSocket(accept: String)
        /// A WebSocket handshake that cannot be taken.
        case malformed(TransportProblem)
    }

    /// Judges a request head; `upgrade` and `connection` are the values of those fields.
    package static func offer(
        _ request: HTTPRequest, upgrade: String?, connection: String, isHTTP10: Bool, hasBody: Bool
    ) -> Offer {
        guard let upgrade, tokens(upgrade).contains("websocket"), !isHTTP10, request.method == .get else {
            return .none
        }
        guard tokens(connection).contains("upgrade"), !hasBody else { return .malformed(.badHandshake) }
        guard request.headerFields[values: .secWebSocketVersion] == ["13"] else { return .malformed(.upgradeRequired) }
        let keys = request.headerFields[values: .secWebSocketKey]
        guard keys.count == 1, isKey(keys[0]) else { return .malformed(.badHandshake) }
        return .webSocket(accept: accept(for: keys[0]))
    }

    /// Base64 of SHA-1 over the key and the GUID of the RFC. It proves understanding, not authenticity.
    package static func accept(for key: String) -> String {
        let digest = Insecure.SHA1.hash(data: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return base64(Array(digest))
    }

    /// Whether `key` is base64 of 16 bytes: 22 digits and the padding of two.
    private static func isKey(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        guard bytes.count == 24, bytes.suffix(2) == [UInt8(ascii: "="), UInt8(ascii: "=")] else { return false }
        return bytes.dropLast(2).allSatisfy { alphabet.contains($0) }
    }

    private static func tokens(_ list: String) -> [String] {
        list.split(separator: ",").map { item in
            item.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }.lowercased()
        }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func base64(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for digit in 0..<4 {
                text.append(digit <= group.count ? alphabet[bits >> (18 - 6 * digit) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
