extension BranchSettings {
    /// Requests a second for each kiosk.
    package static let kioskRate = rate("kiosk", default: 5, "Requests a second that one kiosk's token may make.")

    /// What a kiosk may have saved up.
    package static let kioskBurst = burst("kiosk", default: 20)

    /// Requests a second for each display.
    package static let displayRate = rate("display", default: 5, "Requests a second that one display's token may make.")

    /// What a display may have saved up.
    package static let displayBurst = burst("display", default: 50)

    /// Requests a second for each agent.
    package static let agentRate = rate("agent", default: 20, "Requests a second that one agent's token may make.")

    /// What an agent may have saved up.
    package static let agentBurst = burst("agent", default: 60)

    /// Requests a second for each public link that exists.
    package static let publicLinkRate = rate(
        "public_link", default: 2, "Requests a second that the link of one ticket may make.")

    /// What a public link may have saved up.
    package static let publicLinkBurst = burst("public_link", default: 20)

    /// Requests a second for each address that asks for links that don't exist.
    package static let unknownLinkRate = rate(
        "unknown_link", default: 2, "Requests a second for links that don't exist, from one address.")

    /// What such an address may have saved up.
    package static let unknownLinkBurst = burst("unknown_link", default: 20)

    /// Requests a second for all public links together.
    package static let publicTotalRate = rate(
        "public_total", default: 300, "Requests a second for all public links together.")

    /// What all public links together may have saved up.
    package static let publicTotalBurst = burst("public_total", default: 300)

    static let ratesGroup = SettingsGroup(
        "rates", "How fast one caller may ask; faster is answered 429. Workers, supervisors and admins have no rate.",
        [
            kioskRate.definition, kioskBurst.definition, displayRate.definition, displayBurst.definition,
            agentRate.definition, agentBurst.definition, publicLinkRate.definition, publicLinkBurst.definition,
            unknownLinkRate.definition, unknownLinkBurst.definition, publicTotalRate.definition,
            publicTotalBurst.definition,
        ])

    private static func rate(_ who: String, default value: Int, _ explanation: String) -> SettingKey<Int> {
        .integer("rates.\(who).per_second", in: 0...100_000, default: value, explanation + " 0: no limit.")
    }

    private static func burst(_ who: String, default value: Int) -> SettingKey<Int> {
        .integer(
            "rates.\(who).burst", in: 1...100_000, default: value, "Requests that may come at once after a quiet time.")
    }

    /// The expected wait above which a command is refused at once.
    package static let admissionMaxWait = SettingKey.duration(
        "admission.max_wait", in: .milliseconds(1) ... .seconds(10), default: "300 ms",
        """
        A command that would wait longer than this for its turn in the writer is answered 503 at once. The wait is \
        expected from the commands ahead and the rate of the last batches.
        """)

    static let admissionGroup = SettingsGroup(
        "admission", "What happens when more is asked than the box can do.", [admissionMaxWait.definition])

    /// Requests that are being answered at a time.
    package static let limitsRequestsInFlight = SettingKey.integer(
        "limits.requests_in_flight", in: 1...100_000, default: 512,
        "Requests that are being answered at a time; more are answered 503. Waiters and WebSockets don't count.")

    /// Commands that wait for the writer.
    package static let limitsWriterQueue = SettingKey.integer(
        "limits.writer_queue", in: 1...1_000_000, default: 4096,
        "Commands that may wait for the writer; more are answered 503.")

    /// Open connections.
    package static let limitsConnections = SettingKey.integer(
        "limits.connections", in: 8...100_000, default: 4096,
        """
        Open connections. A share is kept for staff and displays. The limit of descriptors that the system grants \
        lowers this number where it must.
        """)

    static let limitsGroup = SettingsGroup(
        "limits", "Hard bounds.",
        [limitsRequestsInFlight.definition, limitsWriterQueue.definition, limitsConnections.definition])

    /// From the connection to the end of its first request's head.
    package static let timesFirstRequest = SettingKey.duration(
        "times.first_request", in: .milliseconds(100) ... .seconds(300), default: "10 s",
        "How long a new connection may take to send its first request.")

    /// Between two requests of a connection.
    package static let timesIdle = SettingKey.duration(
        "times.idle", in: .milliseconds(100) ... .seconds(3600), default: "30 s",
        "How long a connection may be silent between two requests.")

    /// From a request's first byte to the end of its answer's making.
    package static let timesRequest = SettingKey.duration(
        "times.request", in: .milliseconds(100) ... .seconds(300), default: "15 s",
        "How long a whole request may take, its body included. The wait that a request asks for is added.")

    /// How long a client may leave an answer unread.
    package static let timesUnreadAnswer = SettingKey.duration(
        "times.unread_answer", in: .milliseconds(100) ... .seconds(300), default: "30 s",
        "How long a client may leave an answer unread before its connection is closed.")

    static let timesGroup = SettingsGroup(
        "times", "How long a client may take.",
        [timesFirstRequest.definition, timesIdle.definition, timesRequest.definition, timesUnreadAnswer.definition])
}
