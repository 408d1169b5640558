import BranchAccess
package import BranchStore
import QueueDomain
import QueueEvents

/// What the console has to do with access.
package enum AccessVerbs {
    /// Makes a set-up code in place of the one before.
    /// - Parameter address: where the branch is served, or nil.
    package static func setupCode(
        in store: BranchStore, address: String?
    ) async throws(ControlRefusal) -> SetupCodeReport {
        let code = UserCode()
        do {
            try await store.startSetupCode(code.hash.bytes, age: Limits.setupCodeAge)
        } catch {
            throw ControlRefusal(error)
        }
        let until = store.moment().wall.milliseconds + Limits.setupCodeAge
        return SetupCodeReport(
            code: code.text, expiresAt: UTCText.text(milliseconds: until), url: address.map { "\($0)/setup" })
    }

    /// The newest lines, oldest first. A line that isn't what was written is told as the refusal.
    static func audit(of store: BranchStore, limit: Int) async throws(ControlRefusal) -> [AuditReport] {
        do {
            if let seq = try await store.brokenAuditLine() {
                throw StoreError.readFailed("line \(seq) of the audit log isn't what was written")
            }
            let most = min(max(1, limit), ControlLimits.auditLines)
            return try await store.auditLines(before: nil, limit: most).reversed().map(AuditReport.init)
        } catch let error as StoreError {
            throw ControlRefusal(error)
        } catch {
            throw ControlRefusal(.unavailable, "the audit log can't be read")
        }
    }
}
