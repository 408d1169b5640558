/// The table of keys of `turn-hq`. Branches are not here: they live in the database.
///
/// A new key is one `static let` and its place in its group's list.
package enum HQSettings {
    /// The default settings file, seen from the working folder.
    package static let standardFile = "config/hq.yaml"

    /// Every key, in the order of the generated file.
    package static let table = SettingsTable(
        program: "turn-hq",
        groups: [databaseGroup, redisGroup, serverGroup, ingestGroup, logGroup, testingGroup],
        // Read before any setting: it says where the settings are.
        allowedEnvironment: ["TURN_CONFIG"])

    /// Where PostgreSQL is.
    package static let databaseURL = SettingKey.text(
        "database.url", maxLength: 1_024, default: "",
        """
        Where PostgreSQL is, such as postgresql://turn@db.example.com/turn?sslmode=verify-full. Empty: libpq's own \
        defaults, such as PGHOST and the local socket. Better than a password here: database.url_file, or PGPASSFILE.
        """, traits: SettingTraits(aliases: ["DATABASE_URL"], isSecret: true))

    /// A file with the same.
    package static let databaseURLFile = SettingKey.text(
        "database.url_file", maxLength: 1_024, default: "",
        """
        A file that holds database.url, such as a systemd credential; a name without / is looked up in \
        $CREDENTIALS_DIRECTORY. It goes before database.url.
        """)

    /// How long connecting may take.
    package static let databaseConnectTimeout = SettingKey.duration(
        "database.connect_timeout", in: .milliseconds(100) ... .seconds(60), default: "5 s",
        "How long connecting to PostgreSQL may take.")

    /// How long a statement may take.
    package static let databaseStatementTimeout = SettingKey.duration(
        "database.statement_timeout", in: .milliseconds(100) ... .seconds(600), default: "30 s",
        "How long PostgreSQL may take for one statement; migrations have no limit.")

    static let databaseGroup = SettingsGroup(
        "database", "PostgreSQL, where the events are safe.",
        [
            databaseURL.definition, databaseURLFile.definition, databaseConnectTimeout.definition,
            databaseStatementTimeout.definition,
        ])

    /// Where Redis is.
    package static let redisURL = SettingKey.text(
        "redis.url", maxLength: 500, rule: redisURLRule, default: "redis://127.0.0.1:6379",
        """
        Where Redis is, such as rediss://hq@redis.example.com:6379; rediss speaks TLS. Better than a password here: \
        redis.url_file.
        """, traits: SettingTraits(aliases: ["UPSTASH_REDIS_URL"], isSecret: true))

    /// A file with the same.
    package static let redisURLFile = SettingKey.text(
        "redis.url_file", maxLength: 1_024, default: "",
        """
        A file that holds redis.url, such as a systemd credential; a name without / is looked up in \
        $CREDENTIALS_DIRECTORY. It goes before redis.url.
        """)

    /// Where branches find Redis.
    package static let redisBranchURL = SettingKey.text(
        "redis.branch_url", maxLength: 500, rule: emptyOrRedisURLRule, default: "",
        """
        Where branches reach Redis; it goes into their enrolment. Empty: redis.url without user and password.
        """)

    /// A PEM file with the authorities that Redis' certificate may be signed by.
    package static let redisCAFile = SettingKey.text(
        "redis.ca_file", maxLength: 1_024, default: "",
        "A PEM file with the authority that signed Redis' certificate. Empty: the system's authorities.")

    static let redisGroup = SettingsGroup(
        "redis", "Redis, through which the branches' events come.",
        [redisURL.definition, redisURLFile.definition, redisBranchURL.definition, redisCAFile.definition])

    /// The address to listen on.
    package static let serverHost = SettingKey.text(
        "server.host", maxLength: 255, default: "127.0.0.1",
        """
        The address of /livez, /readyz, /metrics and /status. They ask for no token: leave it on loopback, or in a \
        network of your own.
        """)

    /// The TCP port; 0 = any free one.
    package static let serverPort = SettingKey.integer(
        "server.port", in: 0...65_535, default: 8_090, "The TCP port to listen on; 0 takes any free one.")

    static let serverGroup = SettingsGroup(
        "server", "Where turn-hq ingest tells how it is.", [serverHost.definition, serverPort.definition])

    /// How long a lease holds.
    package static let ingestLease = SettingKey.duration(
        "ingest.lease", in: .seconds(3) ... .seconds(60), default: "6 s",
        """
        How long an ingest keeps its shards after its last sign of life; then another one takes them. It is renewed \
        three times as often.
        """)

    static let ingestGroup = SettingsGroup("ingest", "Taking events.", [ingestLease.definition])

    /// The lowest level that is logged.
    package static let logLevel = SettingKey.enumeration(
        "log.level", default: LogLevel.info, "The lowest level that is written.")

    /// How log lines look.
    package static let logFormat = SettingKey.enumeration(
        "log.format", default: LogFormat.text, "Text for people, or one JSON object a line for machines.")

    static let logGroup = SettingsGroup(
        "log", "The log goes to standard error.", [logLevel.definition, logFormat.definition])

    /// Where a test kills the ingest.
    package static let testingFailpoint = SettingKey.text(
        "testing.failpoint", maxLength: 64, default: "", "Kills the ingest at this point.", traits: .testing)

    static let testingGroup = SettingsGroup("testing", "For tests only.", [testingFailpoint.definition])

    private static let redisURLRule = TextRule(allowed: "an address that begins with redis:// or rediss://") {
        isRedisURL($0)
    }

    private static let emptyOrRedisURLRule = TextRule(
        allowed: "empty, or an address that begins with redis:// or rediss://"
    ) {
        $0.isEmpty || isRedisURL($0)
    }

    private static func isRedisURL(_ text: String) -> Bool {
        text.hasPrefix("redis://") || text.hasPrefix("rediss://")
    }
}
