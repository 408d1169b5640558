import BranchStore
import Foundation
import Synchronization
import Testing

/// A directory on a disk whose other files the test writes: the reserve file is real, the rest are numbers.
private final class PretendedDisk: Sendable {
    let directory: TemporaryDirectory
    /// Guards the bytes that are free while there is no reserve.
    private let emptied: Mutex<UInt64>
    let total: UInt64

    init(free: UInt64, total: UInt64 = 1_000_000_000) throws {
        directory = try TemporaryDirectory(inMemory: true)
        emptied = Mutex(free)
        self.total = total
    }

    var reserve: String { directory.path + "/turn.reserve" }
    var hasReserve: Bool { FileManager.default.fileExists(atPath: reserve) }

    func setFree(_ bytes: UInt64) { emptied.withLock { $0 = bytes } }

    func makeGuard() -> DiskGuard {
        DiskGuard(directory: directory.path) { [self] _ in
            let taken = hasReserve ? UInt64(StoreLimits.diskReserve) : 0
            let free = emptied.withLock { $0 }
            return DiskRoom(free: free - min(free, taken), total: total)
        }
    }
}

@Suite struct DiskGuardTests {
    private static let megabyte: UInt64 = 1_024 * 1_024
    private static let reserve = UInt64(StoreLimits.diskReserve)
    private static let edge = StoreLimits.diskCritical

    @Test(arguments: [
        // Bytes free beside the reserve, and what every look must find.
        (free: edge - 1, expected: DiskLevel.critical), (edge, .low), (edge + reserve, .low),
        (edge - reserve, .critical), (edge - reserve - 1, .critical), (0, .critical),
    ])
    func `the level and the reserve stay as they are while the disk does`(
        free: UInt64, expected: DiskLevel
    ) throws {
        let disk = try PretendedDisk(free: StoreLimits.diskLow + 2 * Self.reserve)
        let guardian = disk.makeGuard()
        guardian.look()
        #expect(disk.hasReserve)
        disk.setFree(free + Self.reserve)
        for _ in 0..<5 {
            #expect(guardian.look() == expected)
            #expect(disk.hasReserve == (expected != .critical))
            #expect(guardian.hasRoomForTickets == (expected != .critical))
        }
    }

    @Test func `the reserve is made again once there is room for it and for tickets`() throws {
        let disk = try PretendedDisk(free: Self.edge)
        let guardian = disk.makeGuard()
        #expect(guardian.look() == .critical && !disk.hasReserve)
        disk.setFree(Self.edge + Self.reserve - 1)
        #expect(guardian.look() == .critical && !disk.hasReserve)
        disk.setFree(Self.edge + Self.reserve)
        #expect(guardian.look() == .low && disk.hasReserve)
    }

    @Test(arguments: [
        (free: StoreLimits.diskLow, total: UInt64(1), level: DiskLevel.ample),
        (StoreLimits.diskLow - 1, 1, .low), (StoreLimits.diskCritical, 1, .low),
        (StoreLimits.diskCritical - 1, 1, .critical),
        (1_000_000_000, 10_000_000_000, .ample), (999_999_999, 10_000_000_000, .low),
        (3_000_000_000, 100_000_000_000, .low), (2_999_999_999, 100_000_000_000, .critical),
    ])
    func `the level is that of the bounds in bytes and in percent`(free: UInt64, total: UInt64, level: DiskLevel) {
        #expect(DiskRoom(free: free, total: total).level(hasReserve: true) == level)
        #expect(DiskRoom(free: free + Self.reserve, total: total).level(hasReserve: false) == level)
    }

    @Test func `a reserve that was only begun is no reserve`() throws {
        let disk = try PretendedDisk(free: StoreLimits.diskLow * 2)
        #expect(FileManager.default.createFile(atPath: disk.reserve, contents: Data([1])))
        let guardian = DiskGuard(directory: disk.directory.path) { _ in
            DiskRoom(free: StoreLimits.diskLow * 2, total: disk.total)
        }
        guardian.look()
        let size = try FileManager.default.attributesOfItem(atPath: disk.reserve)[.size] as? Int64
        #expect(size == StoreLimits.diskReserve)
    }

    @Test func `a disk that can't be read keeps the level that it had`() throws {
        let disk = try PretendedDisk(free: 0)
        // Guards whether the disk answers.
        let answers = Mutex(true)
        let guardian = DiskGuard(directory: disk.directory.path) { _ in
            answers.withLock { $0 } ? DiskRoom(free: 0, total: disk.total) : nil
        }
        #expect(guardian.look() == .critical)
        answers.withLock { $0 = false }
        #expect(guardian.look() == .critical)
    }

    @Test func `a write that finds the disk full gives the reserve up, and a look doesn't take it back`() async throws {
        let disk = try PretendedDisk(free: StoreLimits.diskLow * 2)
        let guardian = disk.makeGuard()
        guardian.look()
        #expect(disk.hasReserve)
        let fixture = try StoreFixture(inMemory: true) {
            $0.writer.maxPages = 120
            $0.writer.onDiskFull = { guardian.foundFull() }
        }
        try await fixture.setUp()
        var failure: StoreError?
        for _ in 0..<2_000 where failure == nil {
            do {
                try await fixture.issue(name: String(repeating: "n", count: 200))
            } catch let error as StoreError {
                failure = error
            }
        }
        guard case .diskFull? = failure else {
            Issue.record("The database never was full: \(String(describing: failure))")
            return
        }
        #expect(!disk.hasReserve)
        #expect(guardian.look() == .ample && !disk.hasReserve)
        await fixture.close()
    }

    @Test func `watching takes the level in without anybody asking`() async throws {
        let disk = try PretendedDisk(free: 0)
        let guardian = disk.makeGuard()
        #expect(guardian.level == .ample)
        let watch = Task { await guardian.watch() }
        while guardian.level != .critical { await Task.yield() }
        watch.cancel()
        await watch.value
    }
}
