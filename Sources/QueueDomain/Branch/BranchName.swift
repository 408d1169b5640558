/// What names of branches, queues, counters and agents must be.
package enum BranchName {
    /// Unicode scalars, as SQLite's `length` counts them.
    package static let lengths = 1...60

    /// What is wrong with a name, or nil.
    package static func fault(_ name: String) -> SettingFault? {
        let isFaulty = !lengths.contains(name.unicodeScalars.count) || name.utf8.contains(0)
        return isFaulty ? SettingFault("name", "1 to 60 characters, without U+0000") : nil
    }
}
