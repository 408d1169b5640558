import BranchStore
import Foundation
import GRDB
import QueueDomain
import QueueTestSupport
import Synchronization
import Testing

/// A directory of its own for one test, gone with the last reference to it.
final class TemporaryDirectory: Sendable {
    let path: String

    /// - Parameter inMemory: on a file system in memory where there is one, for tests of thousands of commits.
    init(inMemory: Bool = false) throws {
        let memory = "/dev/shm"
        let root =
            inMemory && FileManager.default.isWritableFile(atPath: memory)
            ? memory : FileManager.default.temporaryDirectory.path
        path = "\(root)/turn-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // A directory that is left behind harms nobody.
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// The machine's clocks as the store reads them, moved by the test.
final class HandClock: Sendable {
    /// Guards the reading.
    private let guarded: Mutex<ClockReading>

    init(_ reading: ClockReading) { guarded = Mutex(reading) }

    var reading: ClockReading {
        get { guarded.withLock { $0 } }
        set { guarded.withLock { $0 = newValue } }
    }

    func advance(_ milliseconds: Int64) {
        guarded.withLock {
            $0.boottime += milliseconds
            $0.wall = $0.wall.adding(milliseconds: milliseconds)
        }
    }

    /// A new boot after so many milliseconds without power.
    func reboot(off: Int64) {
        guarded.withLock {
            $0.bootID += "+"
            $0.boottime = 2_000
            $0.wall = $0.wall.adding(milliseconds: off)
        }
    }
}

/// A real store in a directory of its own, with a clock under the test's hand; opened, closed and opened again.
final class StoreFixture {
    /// 2026-03-10T09:00:00Z, a Tuesday.
    static let morning = Timestamp(milliseconds: 1_773_133_200_000)

    let directory: TemporaryDirectory
    let clock: HandClock
    var configuration = StoreConfiguration()
    private let lock: DataLock
    private var opened: BranchStore?

    init(inMemory: Bool = false, _ change: (inout StoreConfiguration) -> Void = { _ in }) throws {
        directory = try TemporaryDirectory(inMemory: inMemory)
        let clock = HandClock(
            ClockReading(bootID: "boot", boottime: 5_000, wall: Self.morning, synchronized: false))
        self.clock = clock
        lock = try DataLock.acquire(in: directory.path)
        configuration.minCalled = 0
        // A slow machine must not turn anybody away, except where that is what is tested.
        configuration.writer.maxWait = 1e9
        configuration.timeZone = "UTC"
        configuration.readClock = { clock.reading }
        change(&configuration)
    }

    var path: String { directory.path + "/turn.sqlite" }

    var store: BranchStore {
        get throws {
            if let opened { return opened }
            let store = try BranchStore.open(directory: directory.path, lock: lock, configuration: configuration)
            opened = store
            return store
        }
    }

    func close() async {
        await opened?.close()
        opened = nil
    }

    /// Opens the database beside the store, or without it, as somebody else would.
    func raw<Value>(readOnly: Bool = false, _ body: (Database) throws -> Value) throws -> Value {
        var configuration = Configuration()
        configuration.readonly = readOnly
        return try DatabaseQueue(path: path, configuration: configuration).writeWithoutTransaction(body)
    }

    // MARK: Commands

    func submit(_ request: WriteRequest) async throws -> WriteReply { try await store.writer.submit(request) }

    /// What a command made; a refusal is thrown.
    @discardableResult
    func run(_ request: Command.Request, texts: TextChange = TextChange()) async throws -> WriteResult {
        let command = Command(actor: Actor(role: .supervisor, id: 9), request: request)
        switch try await submit(WriteRequest(command, texts: texts)) {
        case .done(let result): return result
        case .rejected(let rejection, _): throw rejection
        case .replayed: throw Unexpected()
        }
    }

    struct Unexpected: Error {}

    /// Queues 1…n with prefixes A, B, …, and open counters 1 and 2 that serve them all.
    func setUp(queues: Int = 1, _ change: (inout QueueSettings) -> Void = { _ in }) async throws {
        for index in 0..<queues {
            let prefix = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index)))
            var settings = QueueSettings(name: "Queue \(prefix)", prefix: prefix)
            change(&settings)
            try await run(.edit(.createQueue(settings)))
        }
        for index in 1...2 {
            let serves = (1...Int64(queues)).map { ServedQueue(queueID: QueueID($0)) }
            try await run(.edit(.createCounter(CounterSettings(name: "Counter \(index)", serves: serves))))
            try await run(.counter(CounterID(Int64(index)), .open(nil)))
        }
    }

    @discardableResult
    func issue(_ queue: Int64 = 1, priority: Int = 1, name: String? = nil) async throws -> Ticket {
        let texts = TextChange(customerName: name.map { .set($0) } ?? .keep)
        let request = Command.Request.issue(IssueRequest(queueID: QueueID(queue), priority: priority))
        return try #require(try await run(request, texts: texts).ticket)
    }

    @discardableResult
    func act(_ id: TicketID, _ action: TicketAction) async throws -> Ticket {
        try #require(try await run(.ticket(id, action)).ticket)
    }
}
