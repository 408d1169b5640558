/// How long a connection waits and whom it trusts. Its other bounds are ``RedisLimits``.
package struct RedisOptions: Sendable, Equatable {
    /// From the name's look-up to the last reply of the login.
    package var connectTimeout: Duration
    /// From sending a command to its reply, unless the caller says otherwise.
    package var commandTimeout: Duration
    /// Path of the certificates (PEM) that are trusted instead of the system's; only `rediss://` reads it.
    package var caFile: String?

    package init(
        connectTimeout: Duration = RedisLimits.connectTimeout, commandTimeout: Duration = RedisLimits.commandTimeout,
        caFile: String? = nil
    ) {
        self.connectTimeout = connectTimeout
        self.commandTimeout = commandTimeout
        self.caFile = caFile
    }
}
