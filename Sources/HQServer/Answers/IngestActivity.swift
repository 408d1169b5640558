/// What this process's ingest does and has done since its start, as far as the HTTP port shows it.
package struct IngestActivity: Sendable {
    /// A sum since the start of the process, shown as `turn_hq_ingest_<name>_total`.
    package struct Sum: Sendable {
        /// Lower-case letters and underscores.
        package var name: String
        /// One sentence.
        package var meaning: String
        package var value: Double

        package init(_ name: String, _ meaning: String, _ value: Double) {
            self.name = name
            self.meaning = meaning
            self.value = value
        }
    }

    /// Shards that it holds.
    package var shards: Int
    /// Branches that it serves.
    package var branches: Int
    /// Whether frames are read and committed at this moment.
    package var isServing: Bool
    /// Why Redis can't be used; nil when it can.
    package var redisFault: String?
    package var sums: [Sum]

    package init(shards: Int, branches: Int, isServing: Bool, redisFault: String?, sums: [Sum] = []) {
        self.shards = shards
        self.branches = branches
        self.isServing = isServing
        self.redisFault = redisFault
        self.sums = sums
    }
}
