import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A redis-server of a test's own on a free port of loopback, without persistence unless the plan says otherwise.
///
/// It dies with the test process. ``stop()`` ends it and removes its folder.
package final class RedisSite: Sendable {
    /// How the server is set up.
    package struct Plan: Sendable {
        /// Password of the user `default`; nil lets everybody in.
        package var password: String?
        /// Further users as `ACL SETUSER` takes them, as `branch on >secret ~turn:* +@all`.
        package var users: [String] = []
        /// Whether it also listens with TLS, on ``RedisSite/tlsPort``.
        package var usesTLS = false
        /// What its certificate is for, as OpenSSL writes it.
        package var certificateNames = ["DNS:localhost", "IP:127.0.0.1"]
        /// Bytes of memory from which on it refuses writes (noeviction); nil for no bound.
        package var memoryBytes: Int?
        /// Further lines of its configuration; later ones win.
        package var settings: [String] = []

        package init(password: String? = nil, users: [String] = [], usesTLS: Bool = false, memoryBytes: Int? = nil) {
            self.password = password
            self.users = users
            self.usesTLS = usesTLS
            self.memoryBytes = memoryBytes
        }
    }

    /// The plain port; the same after ``restart()``.
    package let port: Int
    /// The port with TLS, nil without it.
    package let tlsPort: Int?
    /// Its authority and certificate, nil without TLS.
    package let certificates: TestCertificates?
    private let folder: String
    /// Guards the process, which a restart replaces.
    private let process: Mutex<ChildProcess>

    private init(port: Int, tlsPort: Int?, certificates: TestCertificates?, folder: String, process: ChildProcess) {
        self.port = port
        self.tlsPort = tlsPort
        self.certificates = certificates
        self.folder = folder
        self.process = Mutex(process)
    }

    /// Starts a server and waits until it takes commands.
    /// - Throws: ``ProcessFailure``, the socket's error when loopback has no free port, or Foundation's error.
    package static func start(_ plan: Plan = Plan()) async throws -> RedisSite {
        let folder = try TextFile.makeTemporaryFolder("turn-redis")
        do {
            let certificates =
                plan.usesTLS ? try await TestCertificates.make(in: folder, names: plan.certificateNames) : nil
            for attempt in 1... {
                // Between here and the server's start another process may take the port: then it is tried again.
                let port = try await freePort()
                let tlsPort = plan.usesTLS ? try await freePort() : nil
                let lines = configuration(plan, port: port, tlsPort: tlsPort, certificates, folder: folder)
                try TextFile.write(lines.joined(separator: "\n") + "\n", to: folder + "/redis.conf")
                let process = try launch(in: folder)
                do {
                    try await waitUntilReady(process, port: port)
                    return RedisSite(
                        port: port, tlsPort: tlsPort, certificates: certificates, folder: folder, process: process)
                } catch {
                    await process.killNow()
                    guard attempt < Limits.startAttempts else { throw error }
                }
            }
            preconditionFailure("Attempts are counted without an end, and each returns, throws or goes on.")
        } catch {
            TextFile.removeFolder(folder)
            throw error
        }
    }

    /// The URL of this server: by name with TLS, by address without.
    /// - Parameters:
    ///   - user: nil for the server's user `default`.
    ///   - password: nil logs nobody in.
    package func url(user: String? = nil, password: String? = nil, database: Int = 0, tls: Bool = false) -> String {
        let who = password.map { "\(user ?? ""):\($0)@" } ?? ""
        let place = tls ? "rediss://\(who)localhost:\(tlsPort ?? 0)" : "redis://\(who)127.0.0.1:\(port)"
        return database == 0 ? place : "\(place)/\(database)"
    }

    /// Its process number, for signals and /proc.
    package var pid: Int32 { current.pid }

    /// What it has logged.
    package var log: String { current.output() }

    /// kill -9: what it held is gone, unless the plan keeps it.
    package func killNow() async { await current.killNow() }

    /// SIGSTOP: connections stay open and nothing is answered, until ``resume()``.
    package func pause() { current.signal(SIGSTOP) }

    /// SIGCONT.
    package func resume() { current.signal(SIGCONT) }

    /// Ends it if it still runs and starts it again on the same ports.
    /// - Throws: ``ProcessFailure``.
    package func restart() async throws(ProcessFailure) {
        await killNow()
        let next = try Self.launch(in: folder)
        process.withLock { $0 = next }
        try await Self.waitUntilReady(next, port: port)
    }

    /// Ends it and removes its folder.
    package func stop() async {
        await killNow()
        TextFile.removeFolder(folder)
    }

    private var current: ChildProcess { process.withLock { $0 } }

    private static func launch(in folder: String) throws(ProcessFailure) -> ChildProcess {
        try ChildProcess(
            path: "/usr/bin/redis-server", arguments: [folder + "/redis.conf"], environment: [:], folder: folder,
            output: folder + "/redis")
    }

    private static func configuration(
        _ plan: Plan, port: Int, tlsPort: Int?, _ certificates: TestCertificates?, folder: String
    ) -> [String] {
        var lines = [
            "bind 127.0.0.1", "port \(port)", "dir \(folder)", "save \"\"", "appendonly no", "daemonize no",
            "maxmemory-policy noeviction", "tcp-backlog 128",
        ]
        if let password = plan.password { lines.append("requirepass \(password)") }
        if let memory = plan.memoryBytes { lines.append("maxmemory \(memory)") }
        lines += plan.users.map { "user \($0)" }
        if let tlsPort, let certificates {
            lines += [
                "tls-port \(tlsPort)", "tls-cert-file \(certificates.certificateFile)",
                "tls-key-file \(certificates.keyFile)", "tls-ca-cert-file \(certificates.caFile)",
                "tls-auth-clients no",
            ]
        }
        return lines + plan.settings
    }

    /// Asks without logging in: a refusal is an answer too, as long as it isn't that data is being loaded.
    private static func waitUntilReady(_ process: ChildProcess, port: Int) async throws(ProcessFailure) {
        var seen = "nothing was answered"
        let isReady = await eventually(within: .seconds(20)) {
            if process.ended() != nil { return true }
            do {
                let connection = try await ByteConnection.connect(host: "127.0.0.1", port: port)
                try await connection.send("PING\r\n")
                seen = try await connection.receive().map { String(buffer: $0) } ?? "closed"
                await connection.close()
                return ["+PONG", "-NOAUTH", "-NOPERM"].contains { seen.hasPrefix($0) }
            } catch {
                seen = "\(error)"
                return false
            }
        }
        guard isReady, process.ended() == nil else {
            throw .tooSlow("redis-server is not ready: \(seen)", output: process.output())
        }
    }

    private static func freePort() async throws -> Int {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = listener.localAddress?.port
        try await listener.close().get()
        guard let port else { throw ConnectionFailure.notConnected(reason: "a listener has no port") }
        return port
    }
}
