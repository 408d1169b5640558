extension BranchSettings {
    /// How long the first answer to an Idempotency-Key is kept.
    package static let retentionIdempotency = SettingKey.duration(
        "retention.idempotency", in: .seconds(60) ... .seconds(30 * 86_400), default: "24 h",
        "How long a request with an Idempotency-Key may be repeated for its first answer.")

    /// How long names and free texts stay after they were given, open tickets' too.
    package static let retentionPersonalData = SettingKey.duration(
        "retention.personal_data", in: .seconds(3600) ... .seconds(400 * 86_400), default: "24 h",
        "How long names and free texts are kept after they were first given, whether or not their ticket has ended. "
            + "Events never hold them.")

    /// How long events are kept on a box without head office.
    package static let retentionEventsAlone = SettingKey.duration(
        "retention.events_alone", in: .seconds(86_400) ... .seconds(4000 * 86_400), default: "400 d",
        "How long events are kept on a box without a link to head office.")

    /// How long events are kept once head office has them safe.
    package static let retentionEventsSent = SettingKey.duration(
        "retention.events_sent", in: .seconds(3600) ... .seconds(4000 * 86_400), default: "14 d",
        "How long events are kept on a box with a link, counted only for those that are safe at head office.")

    /// How long finished tickets are kept.
    package static let retentionTicketHistory = SettingKey.duration(
        "retention.ticket_history", in: .seconds(86_400) ... .seconds(4000 * 86_400), default: "800 d",
        "How long finished tickets are kept, without personal data.")

    /// How long a ticket's link lives beyond its business day.
    package static let retentionLinkGrace = SettingKey.duration(
        "retention.link_grace", in: .zero ... .seconds(86_400), default: "1 h",
        "How long a ticket's public link still answers after the end of its business day.")

    static let retentionGroup = SettingsGroup(
        "retention", "How long what is kept.",
        [
            retentionIdempotency.definition, retentionPersonalData.definition, retentionEventsAlone.definition,
            retentionEventsSent.definition, retentionTicketHistory.definition, retentionLinkGrace.definition,
        ])

    /// Commands in one transaction at most.
    package static let storeBatchMax = SettingKey.integer(
        "store.batch_max", in: 1...4096, default: 256,
        "The most commands that the writer puts into one transaction. It never waits for a batch to fill.")

    static let storeGroup = SettingsGroup("store", "The database.", [storeBatchMax.definition])

    /// An added time for each flush to disk; zero = none. Makes a slow disk for tests of overload.
    package static let testingFlushDelay = SettingKey.duration(
        "testing.flush_delay", in: .zero ... .seconds(10), default: "0",
        "Adds this to every flush, as a slow disk would.", traits: .testing)

    /// Lowers the batch below `store.batch_max`; 0 = doesn't.
    package static let testingBatchMax = SettingKey.integer(
        "testing.batch_max", in: 0...4096, default: 0, "Lowers the batch of the writer; 0 leaves it.", traits: .testing)

    /// The name of a place in the code where the process ends itself.
    package static let testingFailpoint = SettingKey.text(
        "testing.failpoint", maxLength: 100, default: "", "Ends the process at this place.", traits: .testing)

    /// A file that a test writes the wall clock into.
    package static let testingClockFile = SettingKey.text(
        "testing.clock_file", maxLength: 1024, default: "", "Takes the wall clock from this file.", traits: .testing)

    static let testingGroup = SettingsGroup(
        "testing", "For tests only.",
        [
            testingFlushDelay.definition, testingBatchMax.definition, testingFailpoint.definition,
            testingClockFile.definition,
        ])
}
