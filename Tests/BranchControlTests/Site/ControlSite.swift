import BranchControl
import BranchStore
import Foundation
import Logging
import QueueDomain

/// A store in a folder of its own, and what asks it.
struct ControlSite {
    let directory: String
    let store: BranchStore

    static func with(_ body: (ControlSite) async throws -> Void) async throws {
        let directory = temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var configuration = StoreConfiguration()
        configuration.timeZone = "UTC"
        let store = try BranchStore.open(
            directory: directory, lock: try DataLock.acquire(in: directory), configuration: configuration)
        do {
            try await body(ControlSite(directory: directory, store: store))
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    /// A short path, because a socket's path is bounded.
    static func temporaryDirectory() -> String {
        "/tmp/turn-" + UUID().uuidString.prefix(8)
    }

    func desk(
        onTokenChange: @escaping @Sendable (StoredToken) throws(StoreError) -> Void = { _ throws(StoreError) in }
    ) -> ControlDesk {
        ControlDesk(
            store: store,
            program: .init(version: "test", startedAt: 0, address: { "http://127.0.0.1:8080" }), uplink: .none,
            onTokenChange: onTokenChange)
    }

    func apply(_ yaml: String) async throws -> PlanReport {
        guard case .plan(let report) = try await desk().answer(.apply(.init(file: "plan.yaml", yaml: yaml))) else {
            throw ControlFailure.broken("no plan")
        }
        return report
    }

    /// Why a plan is refused.
    func refusal(of yaml: String) async -> ControlRefusal? {
        do throws(ControlRefusal) {
            _ = try await desk().answer(.apply(.init(file: "plan.yaml", yaml: yaml)))
            return nil
        } catch {
            return error
        }
    }

    /// Runs a server at the directory's socket around `body`.
    func serving(
        requestTime: Duration = .seconds(600), _ body: (String) async throws -> Void
    ) async throws {
        let path = ControlAddress.path(in: directory)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (opened, signal) = AsyncStream.makeStream(of: Void.self)
        let server = ControlServer(path: path, desk: desk(), logger: logger, requestTime: requestTime) {
            signal.finish()
        }
        let running = Task { try await server.run() }
        for await _ in opened {}
        do {
            try await body(path)
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        _ = await running.result
    }
}
