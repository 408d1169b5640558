import Crypto

/// What a branch proves itself with: 32 random bytes as base64url, shown once and stored as a hash.
package struct BranchKey: Sendable {
    /// 43 characters; the password of the branch's Redis user.
    package let text: String

    /// A new one, from the system's generator.
    package init() {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<HQIngestLimits.keyBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
        text = Self.base64URL(bytes)
    }

    /// SHA-256 of the text, which is what Redis' ACL compares a password with.
    package var hash: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    /// RFC 4648, section 5, without padding.
    static func base64URL(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = (0..<3).reduce(UInt32(0)) { $0 << 8 | ($1 < group.count ? UInt32(group[start + $1]) : 0) }
            for place in 0...group.count { text.append(alphabet[Int(bits >> (18 - 6 * place) & 63)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
