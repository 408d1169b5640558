import Foundation
import Glibc

/// The 32 bytes beside the database that hashes of PINs and passphrases need.
package enum Pepper {
    /// Its file in the data directory, mode 0600.
    package static let fileName = "turn.pepper"
    private static let bytes = 32

    /// Why there is no pepper.
    package struct Unusable: Error, CustomStringConvertible, Sendable {
        /// One sentence for the technician.
        package let description: String
    }

    /// Reads the pepper of a data directory, or makes it at the first start.
    ///
    /// - Throws: ``Unusable`` if the file can't be read or written, or isn't a pepper. A lost one can't be made again:
    ///   then every passphrase and PIN is void, and the set-up code leads in.
    package static func load(from directory: String) throws(Unusable) -> [UInt8] {
        let path = directory + "/" + fileName
        if let data = FileManager.default.contents(atPath: path) {
            guard data.count == bytes else {
                throw Unusable(description: "\(path) is damaged: it isn't \(bytes) bytes")
            }
            return Array(data)
        }
        if FileManager.default.fileExists(atPath: path) { throw Unusable(description: "\(path) can't be read") }
        let pepper = Array(randomBytes(bytes))
        try write(pepper, to: path)
        return pepper
    }

    /// Whole and on the disk, or not at all.
    private static func write(_ pepper: [UInt8], to path: String) throws(Unusable) {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Unusable(description: "\(path) can't be written") }
        let isWritten = Glibc.write(descriptor, pepper, pepper.count) == pepper.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(draft, path) == 0 else { throw Unusable(description: "\(path) can't be written") }
    }
}
