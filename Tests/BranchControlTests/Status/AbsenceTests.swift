import BranchControl
import BranchStore
import Foundation
import QueueDomain
import Testing

@Suite("When nothing runs", .timeLimit(.minutes(1)))
struct AbsenceTests {
    private func explain(_ directory: String) async throws -> Absence {
        let call = ControlCall(directory: directory, version: "test")
        do throws(ControlFailure) {
            _ = try await call.perform(.status, offline: .never)
        } catch {
            return try call.explain(error)
        }
        throw ControlFailure.broken("somebody answered")
    }

    @Test("Without a data directory it says so")
    func noDirectory() async throws {
        let absence = try await explain(ControlSite.temporaryDirectory())
        #expect(absence.code == .noDataDirectory)
        #expect(absence.mend.contains("turn-branch serve"))
    }

    @Test("In an empty directory nothing was ever started")
    func neverStarted() async throws {
        let directory = ControlSite.temporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        #expect(try await explain(directory).code == .neverStarted)
    }

    @Test("After a stop it tells when, and the last event")
    func stopped() async throws {
        let directory = ControlSite.temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await runAndStop(in: directory)
        try await untilFree(directory)
        let absence = try await explain(directory)
        #expect(absence.code == .stopped)
        #expect(absence.sentence.contains("last event 1"))
    }

    /// Makes one event; the store, and with it the lock, is gone at the end.
    private func runAndStop(in directory: String) async throws {
        let store = try BranchStore.open(directory: directory, lock: try DataLock.acquire(in: directory))
        let edit = BranchEdit.createAgent(name: "Ada", isActive: true)
        _ = try await store.writer.submit(WriteRequest(Command(actor: Actor(role: .admin), request: .edit(edit))))
        await store.close()
    }

    @Test("After an end without a stop it says that, too")
    func ended() async throws {
        let directory = ControlSite.temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do { _ = try DataLock.acquire(in: directory) }
        try await untilFree(directory)
        #expect(try await explain(directory).code == .ended)
    }

    @Test("A process that has the directory and doesn't answer is named")
    func silent() async throws {
        try await ControlSite.with { site in
            let absence = try await explain(site.directory)
            #expect(absence.code == .silent)
            #expect(absence.sentence.contains("process \(getpid())"))
        }
    }

    @Test("Offline a verb does its work and closes the store; while another has it, it is refused as locked")
    func offline() async throws {
        let directory = ControlSite.temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let call = ControlCall(directory: directory, version: "test")
        let plan = ControlRequest.PlanText(file: "plan.yaml", yaml: "agents: [{name: Ada}]")
        guard case .plan(let report) = try await call.perform(.apply(plan), offline: .only) else { return }
        #expect(report.count(of: .created) == 1)
        try await untilFree(directory)
        let lock = try DataLock.acquire(in: directory)
        do throws(ControlFailure) {
            _ = try await call.perform(.apply(plan), offline: .only)
            Issue.record("it worked on files of another")
        } catch {
            #expect(error.exitStatus == 75)
        }
        withExtendedLifetime(lock) {}
    }

    @Test("A verb that may work either way asks the daemon when there is one")
    func eitherWay() async throws {
        let order = ControlRequest.TokenOrder(role: "kiosk", name: "entrance")
        try await ControlSite.with { site in
            let call = ControlCall(directory: site.directory, version: "test")
            await #expect(throws: ControlFailure.nothingListens(path: ControlAddress.path(in: site.directory))) {
                try await call.perform(.createToken(order), offline: .whenNothingRuns)
            }
            try await site.serving { _ in
                _ = try await call.perform(.createToken(order), offline: .whenNothingRuns)
            }
            #expect(try await site.store.tokens().count == 1)
        }
        let directory = ControlSite.temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        _ = try await ControlCall(directory: directory, version: "test")
            .perform(.createToken(order), offline: .whenNothingRuns)
    }

    /// A store's lock goes with its last reference, which may be a moment after.
    private func untilFree(_ directory: String) async throws {
        while case .running = try DataLock.holder(of: directory) { await Task.yield() }
    }
}
