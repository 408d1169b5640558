/// What leads in when the passphrase is lost: twenty letters, shown once and kept on paper. 20²⁰ ≈ 10²⁶ are possible.
package struct RecoveryCode: Sendable {
    /// The letters without dashes; their hash is stored.
    package let letters: String

    /// Draws a new code.
    package init() {
        letters = (0..<3).map { _ in UserCode().letters }.joined().prefix(20).description
    }

    /// As it is shown: five groups of four.
    package var text: String {
        stride(from: 0, to: letters.count, by: 4).map { letters.dropFirst($0).prefix(4) }.joined(separator: "-")
    }
}
