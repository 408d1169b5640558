/// The table of keys of `turn-branch`. Queues, counters and agents are not here: they live in the database.
///
/// A new key is one `static let` in the file of its group and its place in that group's list.
package enum BranchSettings {
    /// The default settings file, seen from the working folder.
    package static let standardFile = "config/branch.yaml"

    /// Every key, in the order of the generated file.
    package static let table = SettingsTable(
        program: "turn-branch",
        groups: [
            serverGroup, publicGroup, tlsGroup, webGroup, dayGroup, countersGroup, workersGroup, ratesGroup,
            admissionGroup, limitsGroup, timesGroup, retentionGroup, storeGroup, uplinkGroup, logGroup, testingGroup,
        ],
        // These are read before any setting: they say where the settings and the data are.
        allowedEnvironment: ["TURN_DATA_DIR", "TURN_CONFIG"])
}
