import Foundation

/// A secret that a file holds instead of a setting: nothing of it stands in arguments, environment or settings files.
package enum SecretFile {
    /// The file's text without the line break at its end.
    /// - Parameters:
    ///   - name: a path; without a `/` it is a systemd credential.
    ///   - environment: where `CREDENTIALS_DIRECTORY` is looked up.
    /// - Throws: ``SecretFileError``.
    package static func read(
        _ name: String, environment: [String: String]
    ) throws(SecretFileError) -> String {
        var path = name
        if !name.contains("/") {
            guard let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty else {
                throw SecretFileError(name: name, reason: "there is no $CREDENTIALS_DIRECTORY to look it up in")
            }
            path = folder + "/" + name
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw SecretFileError(name: name, reason: "it can't be read")
        }
        // A folder opens but can't be read; that is the same failure.
        guard let data = try? handle.read(upToCount: Limits.secretBytes + 1), data.count <= Limits.secretBytes,
            let text = String(validating: data, as: UTF8.self)
        else { throw SecretFileError(name: name, reason: "it is no text of at most \(Limits.secretBytes) bytes") }
        let secret = text.hasSuffix("\n") ? String(text.dropLast()) : text
        guard !secret.isEmpty, !secret.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw SecretFileError(name: name, reason: "it must hold one line")
        }
        return secret
    }
}

/// Why a file with a secret can't be used. Never says what is in it.
package struct SecretFileError: Error, Equatable, CustomStringConvertible {
    /// As the setting names it.
    package let name: String
    /// Completes "the file …: ".
    package let reason: String

    package init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }

    package var description: String { "the file \(name): \(reason)" }
}
