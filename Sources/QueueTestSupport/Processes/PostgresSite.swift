import Foundation
import Glibc
import Synchronization

/// A PostgreSQL server of a test's own: data folder, Unix socket and loopback port are its own, and it dies with the
/// test process.
package final class PostgresSite: Sendable {
    /// How a server is ended.
    package enum End: Sendable {
        /// Connections are closed and everything is written (SIGINT).
        case fast
        /// At once, as after a crash; the next start recovers (SIGQUIT).
        case immediate
        /// Not even that: the processes find out by themselves (SIGKILL).
        case kill
    }

    /// The superuser, and its password over TCP; over the socket there is none.
    package static let superuser = "postgres"
    package static let password = "turn-test-password"

    /// Holds the data folder, the socket, certificates and logs.
    package let folder: String
    /// The TCP port on 127.0.0.1; the same for the site's whole life.
    package let port: Int
    /// The certificate of the authority that signed the server's; nil without TLS.
    package let authorityFile: String?
    let settings: [String]
    /// Guards the running server; nil while it is down.
    private let server = Mutex<ChildProcess?>(nil)

    /// Makes a cluster and starts it.
    /// - Parameters:
    ///   - settings: lines of `postgresql.conf`, as `max_connections=20`.
    ///   - isTLS: the server offers TLS with a certificate for localhost and 127.0.0.1, signed by an authority of the
    ///     site's own.
    ///   - isDurable: false lets commits wait for no disk, for tests in which nothing crashes: they are lost then.
    /// - Throws: ``ProcessFailure``, Foundation's error.
    package init(settings: [String] = [], isTLS: Bool = false, isDurable: Bool = true) async throws {
        folder = try PostgresAccount.makeFolder("turn-pg")
        port = try FreePort.find()
        // Without hot standby a server that recovers is not ready, so whoever finds it ready may write.
        var all = [
            "hot_standby=off",
            "listen_addresses=127.0.0.1", "port=\(port)", "unix_socket_directories=\(folder)",
            "wal_level=replica", "max_wal_senders=4",
        ]
        if !isDurable { all += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] }
        if isTLS {
            authorityFile = try await Self.makeCertificates(in: folder)
            all += ["ssl=on", "ssl_cert_file=\(folder)/server.crt", "ssl_key_file=\(folder)/server.key"]
        } else {
            authorityFile = nil
        }
        self.settings = all + settings
        let template = try await PostgresTemplate.folder()
        try await PostgresAccount.run("/bin/cp", ["-a", template, dataFolder], folder: folder)
        try await start()
    }

    /// Where the server keeps its data.
    package var dataFolder: String { folder + "/data" }

    /// The process that listens; nil while the server is down.
    package var pid: Int32? { server.withLock { $0?.pid } }

    /// What the server has logged.
    package var log: String { TextFile.read(folder + "/server.err") }

    /// A URL over TCP.
    /// - Parameter query: as `sslmode=require`.
    package func url(
        user: String = superuser, password: String = PostgresSite.password, database: String = "postgres",
        query: String = ""
    ) -> String {
        "postgresql://\(user):\(password)@127.0.0.1:\(port)/\(database)" + (query.isEmpty ? "" : "?" + query)
    }

    /// The connection string over the Unix socket, which needs no password.
    package func socketConninfo(user: String = superuser, database: String = "postgres") -> String {
        "host=\(folder) port=\(port) user=\(user) dbname=\(database)"
    }

    /// Starts the server after ``stop(_:)`` and waits until it takes connections.
    /// - Throws: ``ProcessFailure``, with the server's log.
    package func start(within limit: Duration = .seconds(60)) async throws {
        let deadline = ContinuousClock.now.advanced(by: limit)
        while true {
            let child = try PostgresAccount.start(
                PostgresAccount.programs + "postgres", ["-D", dataFolder] + settings.flatMap { ["-c", $0] },
                folder: folder, name: "server")
            server.withLock { $0 = child }
            if await eventually(within: limit, { self.isReady(child) || child.ended() != nil }), child.ended() == nil {
                return
            }
            // The processes of a killed server may hold its shared memory for a moment.
            guard ContinuousClock.now < deadline, log.contains("is still in use") || log.contains("is another") else {
                await stop(.kill)
                throw ProcessFailure.tooSlow("the server isn't ready", output: log)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Ends the server and waits until its first process is gone.
    package func stop(_ end: End = .fast) async {
        guard let child = server.withLock({ $0.take() }) else { return }
        switch end {
        case .fast: child.signal(SIGINT)
        case .immediate: child.signal(SIGQUIT)
        case .kill: child.signal(SIGKILL)
        }
        if await child.waitForEnd(within: .seconds(60)) == nil { await child.killNow() }
    }

    /// Ends the server and starts it again on the same port.
    /// - Throws: ``ProcessFailure``.
    package func restart(_ end: End = .fast) async throws {
        await stop(end)
        try await start()
    }

    /// Ends the server and removes everything of the site.
    package func remove() async {
        await stop(.immediate)
        TextFile.removeFolder(folder)
    }

    /// Runs SQL by psql as the superuser and returns what it printed, unaligned and without headings.
    /// - Throws: ``ProcessFailure`` with psql's words.
    @discardableResult
    package func psql(_ sql: String, database: String = "postgres") async throws -> String {
        let child = try PostgresAccount.start(
            PostgresAccount.programs + "psql",
            [
                "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", socketConninfo(database: database), "-c", sql,
            ],
            folder: folder, name: "psql-\(UInt32.random(in: 0 ... .max))")
        let status = await child.waitForEnd(within: .seconds(60))
        if status == nil { await child.killNow() }
        guard status == .exited(code: 0) else {
            throw ProcessFailure.failed(command: "psql", status: status, output: child.output())
        }
        return TextFile.read(child.standardOutput).trimmingCharacters(in: .newlines)
    }

    /// What pg_ctl looks at: the state in the eighth line of the server's own file.
    private func isReady(_ child: ChildProcess) -> Bool {
        let lines = TextFile.read(dataFolder + "/postmaster.pid").split(
            separator: "\n", omittingEmptySubsequences: false)
        return lines.count >= 8 && lines[0] == "\(child.pid)" && lines[7].hasPrefix("ready")
    }

    /// An authority and a server's certificate that it signed.
    private static func makeCertificates(in folder: String) async throws(ProcessFailure) -> String {
        let openssl = "/usr/bin/openssl"
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        try await PostgresAccount.run(
            openssl,
            ["req", "-x509"] + key + [
                "-keyout", "\(folder)/ca.key", "-out", "\(folder)/ca.crt", "-subj", "/CN=Turn test authority",
            ], folder: folder)
        try await PostgresAccount.run(
            openssl,
            ["req", "-x509"] + key + [
                "-keyout", "\(folder)/server.key", "-out", "\(folder)/server.crt", "-subj", "/CN=localhost",
                "-CA", "\(folder)/ca.crt", "-CAkey", "\(folder)/ca.key",
                "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-addext", "basicConstraints=critical,CA:FALSE",
            ], folder: folder)
        return "\(folder)/ca.crt"
    }
}

/// The fresh cluster that every site copies: made at the first use and kept for later test runs.
private enum PostgresTemplate {
    /// One making for the process, whoever asks first: the sites of parallel tests all wait for it.
    private static let making = Task { try await make() }

    static func folder() async throws -> String { try await making.value }

    private static func make() async throws -> String {
        let place = FileManager.default.temporaryDirectory.path + "/turn-pg-template-15-\(geteuid())"
        if FileManager.default.fileExists(atPath: place + "/data/PG_VERSION") { return place + "/data" }
        let folder = try PostgresAccount.makeFolder("turn-pg-making")
        try TextFile.write(PostgresSite.password, to: folder + "/password")
        chmod(folder + "/password", 0o644)
        try await PostgresAccount.run(
            PostgresAccount.programs + "initdb",
            [
                "-D", folder + "/data", "-U", PostgresSite.superuser, "--pwfile", folder + "/password",
                "--auth-local=trust", "--auth-host=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
            ], folder: folder)
        // Another test run may have been faster; its template is as good.
        if rename(folder, place) != 0 { TextFile.removeFolder(folder) }
        return place + "/data"
    }
}

/// A TCP port of loopback that nobody listens on.
package enum FreePort {
    /// The kernel's choice; taken by nobody at this moment.
    /// - Throws: ``ConnectionFailure/notConnected(reason:)``.
    package static func find() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw ConnectionFailure.notConnected(reason: "no socket: \(errno)") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) | getsockname(descriptor, pointer, &length)
            }
        }
        guard code == 0 else { throw ConnectionFailure.notConnected(reason: "no free port: \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
