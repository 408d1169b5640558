/// What may be a passphrase or a PIN.
package enum SecretRule {
    /// Why a secret isn't taken.
    package enum Fault: Error, Equatable, Sendable {
        case tooShort, tooLong, tooSimple, notDigits
    }

    /// A passphrase: ``Limits/passphraseLength`` characters, not one of few different ones, not the name over again.
    ///
    /// Length is what counts (NIST SP 800-63B, 5.1.1.2); no rules of composition.
    package static func fault(passphrase: String, name: String) -> Fault? {
        let length = passphrase.unicodeScalars.count
        if length < Limits.passphraseLength.lowerBound { return .tooShort }
        if length > Limits.passphraseLength.upperBound { return .tooLong }
        let plain = passphrase.lowercased()
        let rest = name.isEmpty ? plain : plain.replacing(name.lowercased(), with: "")
        return Set(rest.unicodeScalars).count < Limits.passphraseVariety ? .tooSimple : nil
    }

    /// A PIN: six digits, not all of one or two kinds, and no run up or down.
    package static func fault(pin: String) -> Fault? {
        let digits = Array(pin.utf8)
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return .notDigits }
        if digits.count < Limits.pinDigits { return .tooShort }
        if digits.count > Limits.pinDigits { return .tooLong }
        let steps = zip(digits, digits.dropFirst()).map { Int($1) - Int($0) }
        let isRun = steps.allSatisfy { $0 == 1 || $0 == -9 } || steps.allSatisfy { $0 == -1 || $0 == 9 }
        return isRun || Set(digits).count < 3 ? .tooSimple : nil
    }
}
