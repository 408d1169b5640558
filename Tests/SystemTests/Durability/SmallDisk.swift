import Glibc
import QueueTestSupport

/// A file system of its own in memory, small enough to be filled. Mounting needs root.
struct SmallDisk: Sendable {
    let path: String
    private let filler: String

    /// Whether this machine lets a test mount. Tried once, on a folder that is unmounted again.
    static let isPermitted: Bool = {
        guard geteuid() == 0, let folder = try? TextFile.makeTemporaryFolder("turn-mount") else {
            // Without a folder there is nothing to mount on.
            return false
        }
        defer { TextFile.removeFolder(folder) }
        guard mount("tmpfs", folder, "tmpfs", 0, "size=1m") == 0 else { return false }
        umount2(folder, 0)
        return true
    }()

    init(megabytes: Int) throws {
        path = try TextFile.makeTemporaryFolder("turn-disk")
        filler = path + "/filler"
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m,mode=0700") == 0 else {
            throw ProcessFailure.notStarted(path: "mount \(path)", code: errno)
        }
    }

    /// Bytes that are free.
    var free: Int {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return 0 }
        return Int(status.f_bavail) * Int(status.f_bsize)
    }

    /// Grows the filler until no more than `left` bytes are free; false when it could not get so far.
    func fill(leaving left: Int) -> Bool {
        let file = open(filler, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(file) }
        let block = [UInt8](repeating: 0x5A, count: 64 * 1_024)
        while free > left {
            let wanted = min(block.count, free - left)
            let written = block.withUnsafeBytes { write(file, $0.baseAddress, max(1, wanted)) }
            if written <= 0 { return free <= left }
        }
        return true
    }

    /// Removes the filler.
    func makeRoom() { unlink(filler) }

    /// Unmounts, also while something still uses it.
    func remove() {
        umount2(path, Int32(MNT_DETACH))
        TextFile.removeFolder(path)
    }
}
