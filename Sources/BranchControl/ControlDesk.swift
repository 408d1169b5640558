package import BranchStore
import QueueDomain
import QueueEvents

/// Does what the control verbs ask, on an open store: for the socket's server, and for verbs that work offline.
package struct ControlDesk: Sendable {
    /// What only the running program knows.
    package struct Program: Sendable {
        package var version: String
        /// Milliseconds since 1970.
        package var startedAt: Int64
        /// The address that it serves, as `http://127.0.0.1:8080`; nil before it listens.
        package var address: @Sendable () -> String?

        /// The first event of the log that isn't what was written; nil while none was found.
        package var brokenEvent: @Sendable () -> Int64?

        /// Names of paired devices that have given no sign of life for 30 seconds.
        package var missingDevices: @Sendable () -> [String]

        package init(
            version: String, startedAt: Int64, address: @escaping @Sendable () -> String?,
            brokenEvent: @escaping @Sendable () -> Int64? = { nil },
            missingDevices: @escaping @Sendable () -> [String] = { [] }
        ) {
            self.version = version
            self.startedAt = startedAt
            self.address = address
            self.brokenEvent = brokenEvent
            self.missingDevices = missingDevices
        }
    }

    private let store: BranchStore
    private let program: Program
    private let uplink: UplinkDesk
    private let onTokenChange: @Sendable (StoredToken) throws(StoreError) -> Void

    /// - Parameters:
    ///   - store: whose branch it is.
    ///   - program: what status says of the program.
    ///   - uplink: what the uplink says and takes.
    ///   - onTokenChange: given the row of a token that was made or revoked, before the answer; what it throws is the
    ///     verb's refusal.
    package init(
        store: BranchStore, program: Program, uplink: UplinkDesk,
        onTokenChange: @escaping @Sendable (StoredToken) throws(StoreError) -> Void = { _ throws(StoreError) in }
    ) {
        self.store = store
        self.program = program
        self.uplink = uplink
        self.onTokenChange = onTokenChange
    }

    /// Does one thing.
    /// - Throws: `ControlRefusal`.
    package func answer(_ request: ControlRequest) async throws(ControlRefusal) -> ControlAnswer {
        switch request {
        case .status:
            return .status(try await StatusReading.take(of: store, program, uplink: await uplink.status()))
        case .createToken(let order):
            let (row, secret) = try await TokenVerbs.create(order, in: store)
            try tell(row)
            return .token(TokenReport(row, secret: secret))
        case .listTokens:
            return .tokens(try await TokenVerbs.list(in: store))
        case .revokeToken(let nameOrID):
            let row = try await TokenVerbs.revoke(nameOrID, in: store)
            try tell(row)
            return .token(TokenReport(row))
        case .apply(let plan):
            return .plan(try await PlanRun.apply(plan.yaml, file: plan.file, to: store))
        case .confirmClock:
            return .clock(try await confirmClock())
        case .setupCode:
            return .setupCode(try await AccessVerbs.setupCode(in: store, address: program.address()))
        case .audit(let limit):
            return .audit(try await AccessVerbs.audit(of: store, limit: limit))
        case .enrol(let text):
            return .enrolled(try await uplink.enrol(text, store))
        }
    }

    private func tell(_ row: StoredToken) throws(ControlRefusal) {
        do {
            try onTokenChange(row)
        } catch {
            throw ControlRefusal(error)
        }
    }

    private func confirmClock() async throws(ControlRefusal) -> String {
        do {
            return UTCText.text(milliseconds: try await store.confirmClock().wall.milliseconds)
        } catch {
            throw ControlRefusal(error)
        }
    }
}
