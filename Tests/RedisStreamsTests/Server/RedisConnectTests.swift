import NIOCore
import NIOPosix
import QueueTestSupport
import RedisStreams
import Testing

/// Listens and never says a word.
private func withMuteServer(_ body: (Int) async throws -> Void) async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .bind(host: "127.0.0.1", port: 0).get()
    try await body(try #require(listener.localAddress?.port))
    try await listener.close().get()
}

@Suite("Connecting to a real redis-server", .timeLimit(.minutes(2)))
struct RedisConnectTests {
    private static func failure(_ url: String, _ options: RedisOptions = RedisOptions()) async -> RedisError? {
        await #expect(throws: RedisError.self) { _ = try await RedisConnection.open(url, options) }
    }

    @Test("logs in and selects the database", arguments: [false, true])
    func login(_ tls: Bool) async throws {
        let users = ["branch on >p%20w:/ ~* +@all"]
        try await withRedis(RedisSite.Plan(password: "secret", users: users, usesTLS: true)) { site in
            let options = RedisOptions(caFile: site.certificates?.caFile)
            let admin = try await RedisConnection.open(site.url(password: "secret", tls: tls), options)
            let url = site.url(user: "branch", password: "p%2520w%3A%2F", database: 3, tls: tls)
            let branch = try await RedisConnection.open(url, options)
            #expect(try await branch.send(RedisCommand("ACL", ["WHOAMI"])).text == "branch")
            _ = try await branch.send(RedisCommand("SET", ["here", 1]))
            #expect(try await admin.send(RedisCommand("EXISTS", ["here"])).number() == 0)
            #expect(try await branch.send(RedisCommand("EXISTS", ["here"])).number() == 1)
        }
    }

    @Test("carries streams over TLS, by name and by address")
    func streamsOverTLS() async throws {
        try await withRedis(RedisSite.Plan(usesTLS: true)) { site in
            let options = RedisOptions(caFile: site.certificates?.caFile)
            let port = try #require(site.tlsPort)
            for host in ["localhost", "127.0.0.1"] {
                let redis = try await RedisConnection.open("rediss://\(host):\(port)", options)
                let bytes = [UInt8](repeating: 7, count: 200_000)
                let entry = [StreamField(name: "d", bytes: bytes)]
                #expect(try await redis.xadd(host, id: "1-1", fields: entry, makesStream: true) == "1-1")
                #expect(try await redis.xgroupCreate(host, group: "g"))
                let reads = try await redis.xreadgroup(group: "g", consumer: "c", count: 1, streams: [(host, ">")])
                #expect(reads.first?.entries.first?["d"] == bytes)
                await redis.close()
            }
        }
    }

    @Test("refuses a server whose authority is another, or not known to the system")
    func foreignAuthority() async throws {
        try await withRedis(RedisSite.Plan(usesTLS: true)) { site in
            let folder = try TextFile.makeTemporaryFolder("turn-ca")
            let foreign = try await TestCertificates.make(in: folder)
            for caFile in [foreign.caFile, nil] {
                let error = await Self.failure(site.url(tls: true), RedisOptions(caFile: caFile))
                #expect(
                    error == .cannotConnect("the server's certificate is not signed by a trusted authority"))
            }
            TextFile.removeFolder(folder)
        }
    }

    @Test("refuses a server whose certificate is for another name or address", arguments: ["localhost", "127.0.0.1"])
    func foreignName(_ host: String) async throws {
        var plan = RedisSite.Plan(usesTLS: true)
        plan.certificateNames = ["DNS:redis.example", "IP:10.0.0.1"]
        try await withRedis(plan) { site in
            let port = try #require(site.tlsPort)
            let error = await Self.failure(
                "rediss://\(host):\(port)", RedisOptions(caFile: site.certificates?.caFile))
            #expect(error == .cannotConnect("the server's certificate is for another name"))
        }
    }

    @Test("never repeats the password, even when the server does")
    func echoedPassword() async throws {
        var plan = RedisSite.Plan()
        plan.settings = ["rename-command AUTH \"\""]
        try await withRedis(plan) { site in
            let error = await Self.failure(site.url(user: "branch", password: "hunter2"))
            #expect(error?.serverKind == .other)
            let text = "\(String(describing: error)) \(String(reflecting: error))"
            #expect(text.contains("unknown command") && !text.contains("hunter2"))
        }
    }

    @Test("says when the trusted certificates can't be read")
    func missingCertificates() async throws {
        let error = await Self.failure("rediss://127.0.0.1:1", RedisOptions(caFile: "/nowhere/ca.pem"))
        guard case .cannotConnect(let why) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(why.contains("/nowhere/ca.pem"))
    }

    @Test("fails when TLS meets a server without it, and the other way round")
    func mixedUp() async throws {
        try await withRedis(RedisSite.Plan(usesTLS: true)) { site in
            let options = RedisOptions(connectTimeout: .seconds(1), commandTimeout: .seconds(1))
            // The server takes the handshake for the beginning of a command and waits for the rest.
            #expect(await Self.failure("rediss://127.0.0.1:\(site.port)", options) == .timedOut)
            let plain = try await RedisConnection.open("redis://127.0.0.1:\(site.tlsPort ?? 0)", options)
            await #expect(throws: RedisError.self) { try await plain.ping() }
            #expect(await eventually { !plain.isOpen })
        }
    }

    @Test(
        "fails when nobody listens or the name is not known", arguments: ["redis://127.0.0.1:1", "redis://no.invalid"])
    func nobody(_ url: String) async throws {
        guard case .cannotConnect = await Self.failure(url) else {
            Issue.record("A connection was made with nobody.")
            return
        }
    }

    @Test("ends in time when the server says nothing", arguments: ["rediss://127.0.0.1", "redis://:pw@127.0.0.1"])
    func muteServer(_ url: String) async throws {
        try await withMuteServer { port in
            let began = ContinuousClock.now
            let error = await Self.failure("\(url):\(port)", RedisOptions(connectTimeout: .milliseconds(200)))
            #expect(error == .timedOut)
            #expect(began.duration(to: .now) < .seconds(10))
        }
    }

    @Test("ends at once when its task is cancelled", arguments: ["rediss://127.0.0.1", "redis://:pw@127.0.0.1"])
    func cancelled(_ url: String) async throws {
        try await withMuteServer { port in
            // Only a task of its own can be cancelled alone; it is awaited below.
            let connecting = Task { await Self.failure("\(url):\(port)", RedisOptions(connectTimeout: .seconds(60))) }
            connecting.cancel()
            #expect(await connecting.value == .cancelled)
        }
    }

    @Test("A server that is killed is noticed, and one that stands still is left in time")
    func deadServers() async throws {
        try await withRedis { site in
            let first = try await RedisConnection.open(site.url())
            async let outcome = first.xreadgroup(
                group: "g", consumer: "c", count: 1, block: .seconds(30), streams: [("up", ">")])
            _ = try? await outcome  // No such group: the point is that the connection has been used.
            await site.killNow()
            #expect(await eventually { !first.isOpen })
            try await site.restart()
            let second = try await RedisConnection.open(site.url())
            try await second.ping()
            site.pause()
            let error = await #expect(throws: RedisError.self) {
                try await second.send(.ping, timeout: .milliseconds(100))
            }
            #expect(error == .timedOut)
            #expect(await eventually { !second.isOpen })
            site.resume()
        }
    }

    @Test("A lost reply of a pipeline closes the connection")
    func lostReply() async throws {
        try await withRedis { site in
            let proxy = try await FaultProxy.start(target: site.port)
            let redis = try await RedisConnection.open("redis://127.0.0.1:\(proxy.port)")
            proxy.set(.cutAnswers(afterBytes: 10))
            let error = await #expect(throws: RedisError.self) { try await redis.pipeline([.ping, .ping, .ping]) }
            guard case .closed = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            await proxy.stop()
        }
    }
}
