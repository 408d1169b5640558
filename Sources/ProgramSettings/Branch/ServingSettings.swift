extension BranchSettings {
    /// The address to listen on.
    package static let serverHost = SettingKey.text(
        "server.host", maxLength: 255, rule: hostRule, default: "127.0.0.1",
        "The address to listen on. 127.0.0.1 serves this machine only; 0.0.0.0 serves every network it is in.")

    /// The TCP port; 0 = any free one.
    package static let serverPort = SettingKey.integer(
        "server.port", in: 0...65_535, default: 8080, "The TCP port to listen on; 0 takes any free one.")

    /// Further names under which browsers and programs may reach the box.
    package static let serverHosts = SettingKey.textList(
        "server.hosts", maxCount: 32, maxLength: 261, rule: hostAndPortRule,
        """
        Further names of this box, with a port if it isn't the server's own. Requests under any other name than \
        these, the bound addresses, localhost, the host name and host.local are refused.
        """)

    static let serverGroup = SettingsGroup(
        "server", "Where the box listens and under which names it answers.",
        [serverHost.definition, serverPort.definition, serverHosts.definition])

    /// The absolute start of public links; empty = the Host of the request.
    package static let publicBaseURL = SettingKey.text(
        "public.base_url", maxLength: 255, rule: baseURLRule, default: "",
        """
        The address that customers' phones reach, such as https://queue.example.com, without a path. It begins the \
        link on each ticket. Empty: the Host under which the ticket was asked for.
        """)

    static let publicGroup = SettingsGroup(
        "public", "What customers see from outside.", [publicBaseURL.definition])

    /// Another folder of pages than the program's own.
    package static let webRoot = SettingKey.text(
        "web.root", maxLength: 1_000, default: "",
        "Folder of the pages. Empty: those that come with the program.")

    /// The certificate chain of the branch's TLS.
    package static let tlsCertificate = SettingKey.text(
        "tls.cert_file", maxLength: 1_000, default: "",
        "Certificate chain in PEM, the server's own first. With tls.key_file the branch speaks TLS only.")

    /// The private key of the branch's TLS.
    package static let tlsKey = SettingKey.text(
        "tls.key_file", maxLength: 1_000, default: "",
        "Private key in PEM that belongs to tls.cert_file; readable for the program alone.")

    static let webGroup = SettingsGroup("web", "The pages.", [webRoot.definition])
    static let tlsGroup = SettingsGroup(
        "tls", "Encryption. Without it every page of the admin says that the connection is not protected.",
        [tlsCertificate.definition, tlsKey.definition])

    /// When a business day begins, on the branch's clock.
    package static let dayStartsAt = SettingKey.timeOfDay(
        "day.starts_at", default: "04:00",
        """
        When the business day begins, on the clock of the branch. Numbers start again, and tickets still open are \
        closed. The branch's time zone is kept in the database.
        """)

    static let dayGroup = SettingsGroup("day", "The business day.", [dayStartsAt.definition])

    /// How long a call must stand before call-next may complete it.
    package static let countersMinCalled = SettingKey.duration(
        "counters.min_called", in: .zero ... .seconds(60), default: "1.5 s",
        """
        A ticket that was only called is completed by the next call no sooner than this after its call, so that a \
        key pressed twice doesn't send anyone home. 0 switches it off.
        """)

    static let countersGroup = SettingsGroup("counters", "Counters.", [countersMinCalled.definition])

    /// How long a worker may hold a ticket without an update; zero = for ever.
    package static let workersLease = SettingKey.duration(
        "workers.lease", in: .zero ... .seconds(7 * 86_400), default: "10 min",
        """
        A ticket that a worker holds without an update for this long returns to its queue. 0: it is held until the \
        worker ends it. Counters and agents have no lease.
        """)

    /// How many tickets one worker may hold; 0 = any number.
    package static let workersMaxHeld = SettingKey.integer(
        "workers.max_held", in: 0...100_000, default: 0,
        "How many tickets one worker's token may hold at a time. 0: any number.")

    /// The longest `reserve?wait=`.
    package static let workersMaxWait = SettingKey.duration(
        "workers.max_wait", in: .zero ... .seconds(60), default: "60 s",
        "The longest that a reserve may wait for a ticket; longer waits are cut to this.")

    static let workersGroup = SettingsGroup(
        "workers", "Programs that take tickets without a counter.",
        [workersLease.definition, workersMaxHeld.definition, workersMaxWait.definition])

    /// The lowest level that is logged.
    package static let logLevel = SettingKey.enumeration(
        "log.level", default: LogLevel.info, "The lowest level that is written.")

    /// How log lines look.
    package static let logFormat = SettingKey.enumeration(
        "log.format", default: LogFormat.text, "Text for people, or one JSON object a line for machines.")

    static let logGroup = SettingsGroup(
        "log", "The log goes to standard error.", [logLevel.definition, logFormat.definition])
}

/// The levels of the log, named as the logging library names them.
package enum LogLevel: String, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

/// How log lines look.
package enum LogFormat: String, Sendable, CaseIterable {
    case text, json
}

extension BranchSettings {
    private static let hostRule = TextRule(allowed: "a host name or an IP address") { isHost($0) }

    private static let hostAndPortRule = TextRule(allowed: "a host name or an IP address, with or without :port") {
        let (host, port) = splitPort($0)
        return isHost(host) && (port.map(isPort) ?? true)
    }

    private static let baseURLRule = TextRule(allowed: "http:// or https:// with a host and no path, or empty") {
        if $0.isEmpty { return true }
        for scheme in ["http://", "https://"] where $0.hasPrefix(scheme) {
            let (host, port) = splitPort(String($0.dropFirst(scheme.count)))
            return isHost(host) && (port.map(isPort) ?? true)
        }
        return false
    }

    /// An IPv6 address is bracketed where a port may follow it.
    private static func splitPort(_ text: String) -> (host: String, port: String?) {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let rest = text[text.index(after: end)...]
            let host = String(text[text.index(after: text.startIndex)..<end])
            if rest.isEmpty { return (host, nil) }
            return rest.hasPrefix(":") ? (host, String(rest.dropFirst())) : ("", nil)
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : (text, nil)
    }

    private static func isPort(_ text: String) -> Bool {
        text.utf8.allSatisfy(isDigit) && (Int(text).map { (1...65_535).contains($0) } ?? false)
    }

    /// Letters, digits and the few marks of names and addresses. Whether the address exists is the listener's matter.
    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.first != UInt8(ascii: "-")
            && text.utf8.allSatisfy { byte in
                isDigit(byte)
                    || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":")].contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            }
    }
}
