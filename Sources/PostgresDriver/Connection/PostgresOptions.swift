import CPostgres

/// How to reach a database, and how long to wait for it. What it prints of itself never shows the password.
package struct PostgresOptions: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A URL (`postgresql://user@host/database?sslmode=verify-full&sslrootcert=…`) or libpq's `key=value` text; both
    /// may name TLS files, several hosts and a password file. libpq's environment variables (`PGPASSWORD`, …) count.
    package var conninfo: String
    /// For connecting, with the name look-up excepted, which the resolver bounds. Default 5 s.
    package var connectTimeout = Duration.seconds(5)
    /// For each statement, by the server; this side takes a server for dead that is silent
    /// `PostgresDriverLimits.answerGrace` longer. 0 = none. Default 30 s.
    package var statementTimeout = Duration.seconds(30)
    /// For each lock that a statement waits for; 0 = none. Default 10 s.
    package var lockTimeout = Duration.seconds(10)
    /// Between two statements of one transaction; then the server ends the connection, so that a process that hangs
    /// frees its locks. 0 = none. Default 10 s.
    package var idleInTransactionTimeout = Duration.seconds(10)
    /// What `pg_stat_activity` shows, unless ``conninfo`` says otherwise.
    package var applicationName: String

    /// - Parameters:
    ///   - conninfo: see ``conninfo``; checked when a connection is opened.
    ///   - applicationName: see ``applicationName``.
    package init(_ conninfo: String, applicationName: String = "axelyn-turn") {
        self.conninfo = conninfo
        self.applicationName = applicationName
    }

    /// Host, port, database and user, as far as they are given.
    package var description: String {
        guard let parts = Self.parts(of: conninfo) else { return "a connection string that can't be read" }
        let shown = ["host", "hostaddr", "port", "dbname", "user"].compactMap { name in
            parts[name].map { "\(name)=\($0)" }
        }
        return shown.isEmpty ? "libpq's defaults" : shown.joined(separator: " ")
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: ["target": description]) }

    /// The parts that the text gives, nil when libpq can't read it. libpq's own message is not shown: it repeats the
    /// text.
    private static func parts(of conninfo: String) -> [String: String]? {
        guard let options = PQconninfoParse(conninfo, nil) else { return nil }
        defer { PQconninfoFree(options) }
        var parts: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { parts[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return parts
    }

    /// What libpq is told, in its order: later ones win.
    func keywords() throws(PostgresError) -> [(name: String, value: String)] {
        guard !conninfo.utf8.contains(0), Self.parts(of: conninfo) != nil else {
            throw PostgresError(.invalidOptions, "the connection string can't be read", operation: "connect")
        }
        let keepAlive = PostgresDriverLimits.keepAlive
        return [
            ("keepalives", "1"), ("keepalives_idle", "\(keepAlive.idle)"),
            ("keepalives_interval", "\(keepAlive.interval)"), ("keepalives_count", "\(keepAlive.count)"),
            ("tcp_user_timeout", "\(PostgresDriverLimits.unacknowledgedMilliseconds)"),
            ("fallback_application_name", applicationName), ("dbname", conninfo), ("client_encoding", "UTF8"),
        ]
    }

    /// The session's first statement.
    var settings: String {
        """
        SET statement_timeout = \(statementTimeout.wholeMilliseconds);
        SET lock_timeout = \(lockTimeout.wholeMilliseconds);
        SET idle_in_transaction_session_timeout = \(idleInTransactionTimeout.wholeMilliseconds)
        """
    }

    /// How long a statement's answer may take altogether; nil = for ever.
    var answerLimit: Duration? {
        statementTimeout == .zero ? nil : statementTimeout + PostgresDriverLimits.answerGrace
    }
}

extension Duration {
    /// This span in milliseconds, cut, within what PostgreSQL's settings take.
    var wholeMilliseconds: Int64 {
        let milliseconds = Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15
        return Int64(min(max(milliseconds, 0), Double(Int32.max)))
    }
}
