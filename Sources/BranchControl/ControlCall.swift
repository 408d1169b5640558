package import BranchStore
import Foundation

/// Has a control verb done, by the daemon or on the files themselves.
package struct ControlCall: Sendable {
    /// How a verb works when no daemon runs.
    package enum Offline: Sendable {
        /// It fails and says so.
        case never
        /// On the files only; a daemon that runs is in the way.
        case only
        /// By the daemon when a process has the data directory, else on the files.
        case whenNothingRuns
    }

    private let directory: String
    private let socket: String
    private let version: String
    private let configuration: StoreConfiguration
    private let uplink: UplinkDesk

    /// - Parameters:
    ///   - directory: the data directory.
    ///   - socket: the control socket; nil = the directory's own.
    ///   - version: the program's.
    ///   - configuration: what the store is opened with offline.
    ///   - uplink: takes an enrolment offline.
    package init(
        directory: String, socket: String? = nil, version: String,
        configuration: StoreConfiguration = StoreConfiguration(), uplink: UplinkDesk = .none
    ) {
        self.directory = directory
        self.socket = ControlAddress.path(in: directory, override: socket)
        self.version = version
        self.configuration = configuration
        self.uplink = uplink
    }

    /// Does one thing.
    /// - Throws: `ControlFailure`.
    package func perform(
        _ request: ControlRequest, offline: Offline
    ) async throws(ControlFailure) -> ControlAnswer {
        switch offline {
        case .never: return try await ControlClient.call(request, at: socket)
        case .only: return try await performOffline(request)
        case .whenNothingRuns:
            if try isTaken() { return try await ControlClient.call(request, at: socket) }
            return try await performOffline(request)
        }
    }

    /// Why no daemon answers, after a call failed so.
    /// - Throws: `StoreError.cannotOpen` when the data directory can't be looked at.
    package func explain(_ failure: ControlFailure) throws(StoreError) -> Absence {
        try Absence.explain(failure, directory: directory)
    }

    private func isTaken() throws(ControlFailure) -> Bool {
        do {
            if case .running = try DataLock.holder(of: directory) { return true }
            return false
        } catch {
            throw .refused(ControlRefusal(error))
        }
    }

    private func performOffline(_ request: ControlRequest) async throws(ControlFailure) -> ControlAnswer {
        let store: BranchStore
        do {
            let lock = try DataLock.acquire(in: directory)
            let disk = DiskGuard(directory: directory)
            disk.look()
            var configuration = configuration
            configuration.writer.onDiskFull = { disk.foundFull() }
            store = try BranchStore.open(directory: directory, lock: lock, configuration: configuration)
        } catch {
            throw .refused(ControlRefusal(error))
        }
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        let desk = ControlDesk(
            store: store, program: .init(version: version, startedAt: now, address: { nil }), uplink: uplink)
        let answer: Result<ControlAnswer, ControlRefusal>
        do {
            answer = .success(try await desk.answer(request))
        } catch {
            answer = .failure(error)
        }
        await store.close()
        do {
            return try answer.get()
        } catch {
            throw .refused(error)
        }
    }
}

extension ControlFailure {
    /// The program's exit status: 1 refused, 69 unavailable, 75 the data directory is in use.
    package var exitStatus: Int32 {
        switch self {
        case .refused(let refusal):
            switch refusal.code {
            case .invalidRequest, .invalidPlan, .refused: 1
            case .unavailable: 69
            case .locked: 75
            }
        case .nothingListens, .notAllowed, .broken, .timedOut: 69
        }
    }
}
