package import BranchStore
package import QueueDomain

/// A branch's whole configuration as one file, and back: what `turn-branch apply` takes, for the admin's pages.
package enum ConfigurationFile {
    /// The configuration as YAML.
    /// - Throws: what the store can't read.
    package static func text(of store: BranchStore) async throws(StoreError) -> String {
        let rows = try await store.storedConfiguration()
        guard let branch = rows.branch else { throw .readFailed("the database has no branch") }
        return PlanText(branch, rows).text
    }

    /// Applies a file, or only says what that would do.
    /// - Parameters:
    ///   - file: what the text is called in faults.
    ///   - actor: who asks, for the events.
    /// - Throws: `ControlRefusal`; for a wrong file its message names line and key.
    package static func take(
        _ yaml: String, named file: String, by actor: Actor, dryRun: Bool, in store: BranchStore
    ) async throws(ControlRefusal) -> PlanReport {
        try await PlanRun.apply(yaml, file: file, to: store, by: actor, dryRun: dryRun)
    }
}
