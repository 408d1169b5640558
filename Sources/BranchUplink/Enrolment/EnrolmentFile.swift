import Foundation

/// Where a branch keeps its enrolment: `enrolment.json` in the data directory, readable by its own user only.
package enum EnrolmentFile {
    /// Where the file lies.
    package static func path(in directory: String) -> String { directory + "/enrolment.json" }

    /// - Returns: nil when the branch isn't enrolled.
    /// - Throws: `EnrolmentFault` when the file is there and can't be used.
    package static func load(from directory: String) throws(EnrolmentFault) -> Enrolment? {
        let path = path(in: directory)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw EnrolmentFault("\(path) can't be read")
        }
        do {
            return try Enrolment(Array(bytes))
        } catch {
            throw EnrolmentFault("\(path): \(error)")
        }
    }

    /// Replaces the file in one step, so that a power cut leaves the old one or the new one.
    /// - Throws: `EnrolmentFault` when it can't be written.
    package static func save(_ enrolment: Enrolment, in directory: String) throws(EnrolmentFault) {
        let path = path(in: directory)
        let next = path + ".new"
        let descriptor = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failed(path) }
        let bytes = Array(enrolment.text.utf8)
        let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(next, path) == 0 else { throw failed(path) }
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            // The rename is done; that it outlives a power cut is asked for, and a refusal changes nothing.
            _ = fsync(folder)
            close(folder)
        }
    }

    private static func failed(_ path: String) -> EnrolmentFault {
        EnrolmentFault("\(path) can't be written: \(String(cString: strerror(errno)))")
    }
}
