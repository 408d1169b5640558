extension BranchSettings {
    /// Where head office's Redis is; empty = as the enrolment says.
    package static let uplinkRedisURL = SettingKey.text(
        "uplink.redis_url", maxLength: 500, rule: redisURLRule, default: "",
        """
        Head office's Redis, such as rediss://redis.example.com:6379. Empty: as the enrolment says. User and password \
        in it go before those of the enrolment. A branch that isn't enrolled makes no connection.
        """, traits: SettingTraits(aliases: ["UPSTASH_REDIS_URL"], isSecret: true))

    /// Whose certificates Redis' are checked against; empty = the system's.
    package static let uplinkCAFile = SettingKey.text(
        "uplink.ca_file", maxLength: 1024, default: "",
        "A PEM file with the authority that signed Redis' certificate. Empty: the system's authorities.")

    /// How long a connection to Redis may take, TLS and log-in included.
    package static let uplinkConnectTimeout = SettingKey.duration(
        "uplink.connect_timeout", in: .milliseconds(100) ... .seconds(120), default: "10 s",
        "How long the way to Redis may take, TLS and log-in included.")

    /// How long an answer of Redis may take.
    package static let uplinkCommandTimeout = SettingKey.duration(
        "uplink.command_timeout", in: .milliseconds(100) ... .seconds(120), default: "10 s",
        "How long Redis may take to answer before the connection is given up.")

    static let uplinkGroup = SettingsGroup(
        "uplink", "The way to head office. The branch works the same without it.",
        [
            uplinkRedisURL.definition, uplinkCAFile.definition, uplinkConnectTimeout.definition,
            uplinkCommandTimeout.definition,
        ])

    private static let redisURLRule = TextRule(allowed: "empty, or an address that begins with redis:// or rediss://") {
        $0.isEmpty || $0.hasPrefix("redis://") || $0.hasPrefix("rediss://")
    }
}
