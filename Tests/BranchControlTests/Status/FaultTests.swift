import BranchControl
import BranchStore
import Foundation
import Logging
import QueueDomain
import Synchronization
import Testing

@Suite("Faults in the status")
struct FaultTests {
    @Test("A branch without queues is told how to get some")
    func notSetUp() async throws {
        try await ControlSite.with { site in
            guard case .status(let report) = try await site.desk().answer(.status) else { return }
            let fault = try #require(report.faults.first { $0.code == "not_set_up" })
            #expect(fault.mend.contains("turn-branch apply"))
            #expect(report.lines.contains { $0.hasPrefix("FAULT not_set_up") })
        }
    }

    @Test("A log that isn't what was written is the first fault, and names the event")
    func brokenLog() async throws {
        try await ControlSite.with { site in
            let program = ControlDesk.Program(version: "test", startedAt: 0, address: { nil }, brokenEvent: { 7 })
            let desk = ControlDesk(store: site.store, program: program, uplink: .none)
            guard case .status(let report) = try await desk.answer(.status) else { return }
            #expect(report.faults.first?.code == "log_broken")
            #expect(report.faults.first?.sentence.contains("Event 7") == true)
        }
    }

    @Test("A whole log is checked after the start and is no fault")
    func wholeLog() async throws {
        try await ControlSite.with { site in
            _ = try await site.apply("queues: [{name: Loans, prefix: B}]")
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let check = LogCheck(store: site.store, logger: logger, pause: .zero)
            await check.check()
            #expect(check.brokenEvent == nil)
        }
    }

    @Test("A clock that jumped is a fault until an admin confirms it, and stays confirmed over a restart")
    func clock() async throws {
        let directory = ControlSite.temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        // Guards the wall clock between the test and the store.
        let wall = Mutex<Int64>(1_772_452_800_000)
        var configuration = StoreConfiguration()
        configuration.readClock = {
            ClockReading(
                bootID: "test", boottime: 1_000, wall: Timestamp(milliseconds: wall.withLock { $0 }),
                synchronized: false)
        }
        let moved = configuration
        try await jumpAndConfirm(in: directory, moved) { wall.withLock { $0 -= 3_600_000 } }
        while case .running = try DataLock.holder(of: directory) { await Task.yield() }
        let again = try BranchStore.open(
            directory: directory, lock: try DataLock.acquire(in: directory), configuration: moved)
        #expect(again.writer.clockAlarm == nil)
        await again.close()
    }

    /// The store, and with it the lock, is gone at the end.
    private func jumpAndConfirm(
        in directory: String, _ configuration: StoreConfiguration, jump: () -> Void
    ) async throws {
        let store = try BranchStore.open(
            directory: directory, lock: try DataLock.acquire(in: directory), configuration: configuration)
        let edits = ["Ada", "Grace"].map { BranchEdit.createAgent(name: $0, isActive: true) }
        for edit in edits {
            _ = try await store.writer.submit(WriteRequest(Command(actor: Actor(role: .admin), request: .edit(edit))))
            if edit == edits.first { jump() }
        }
        let desk = ControlDesk(
            store: store, program: .init(version: "test", startedAt: 0, address: { nil }), uplink: .none)
        guard case .status(let alarmed) = try await desk.answer(.status) else { return }
        #expect(alarmed.clock.alarm == "stepped")
        #expect(alarmed.faults.contains { $0.code == "clock" && $0.mend.contains("clock confirm") })
        guard case .clock(let now) = try await desk.answer(.confirmClock) else { return }
        #expect(now == "2026-03-02T11:00:00.000Z")
        guard case .status(let calm) = try await desk.answer(.status) else { return }
        #expect(calm.clock.alarm == nil)
        await store.close()
    }

    @Test("Status as JSON has the documented members")
    func json() async throws {
        try await ControlSite.with { site in
            let json = try await site.desk().answer(.status).json
            for member in ["data_dir", "last_seq", "open_tickets", "expected_wait_ms", "faults", "started_at"] {
                #expect(json.contains("\"\(member)\":"), "\(member) is missing in \(json)")
            }
        }
    }
}
