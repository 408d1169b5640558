import HQIngest
import Logging
import PostgresDriver
import QueueEvents
import QueueTestSupport
import Testing

extension SchemaSuite {
    @Suite struct StatusTests {
        private static let cursor = """
            INSERT INTO ingest_cursor (branch_id, epoch, seq, events, dead_letters, heard_at, baseline_seq)
            VALUES ($1, $2, $3, $3, $4, now() - $5 * interval '1 second', $6)
            """

        @Test func theSilentComeFirstAndTheDisabledLast() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let status = try await connection.perform { session in
                    let heard: [(String, Double)] = [("a", 1), ("b", 500), ("c", 9_000), ("d", 2), ("e", 99_999)]
                    for (name, age) in heard {
                        let id = try StoredEvents.branch(session, name: name)
                        try session.execute(
                            Self.cursor, [.int(id), .int(1), .int(3), .int(name == "d" ? 2 : 0), .double(age), .null])
                    }
                    _ = try StoredEvents.branch(session, name: "never")
                    try session.execute("UPDATE branch SET enabled = false WHERE name = 'e'")
                    try session.execute("UPDATE shard_lease SET owner = 'hq-1', until = now() + interval '1 minute'")
                    return try HQStatus.read(session)
                }
                #expect(status.branches.map(\.name) == ["never", "c", "b", "d", "a", "e"])
                #expect(status.silent == 3 && status.hasConcerns && status.unheldShards == 0)
                #expect(status.owners == ["hq-1": 64])
                let concerns = status.branches.map { $0.concerns(at: status.now).joined() }
                #expect(concerns == ["never heard of", "silent for 2 h", "silent for 8 min", "2 dead letters", "", ""])
            }
        }

        @Test func theNewestEventIsTheCursors() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let status = try await connection.perform { session in
                    let id = try StoredEvents.branch(session, name: "North")
                    for seq in Int64(5)...9 { try StoredEvents.event(session, id, 1, seq, body: "{}") }
                    try session.execute(
                        Self.cursor, [.int(id), .int(1), .int(8), .int(0), .double(1), .int(5)])
                    return try HQStatus.read(session)
                }
                let branch = try #require(status.branches.first)
                #expect(branch.lastEventAt == 1_700_000_000_008 && branch.seq == 8 && branch.epoch == 1)
                #expect(branch.remarks == ["history before event 5 not held"])
                #expect(branch.shard == UplinkKeys.shard(of: branch.id) && branch.shardOwner == nil)
                #expect(status.unheldShards == 64)
                let json = try JSON(parsing: status.json)
                let shown = json["branches"][0]
                #expect(shown["name"].text == "North" && shown["seq"].int == 8 && shown["silent"].flag == false)
                #expect(shown["last_event_at"].text == "2023-11-14T22:13:20.008Z")
                #expect(shown["pending"] == .null && shown["history_from"].int == 5)
                #expect(json["unheld_shards"].int == 64)
            }
        }

        @Test func aLeaseThatHasRunOutIsNobodys() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let status = try await connection.perform { session in
                    try session.execute("UPDATE shard_lease SET owner = 'dead', until = now() - interval '1 second'")
                    return try HQStatus.read(session)
                }
                #expect(status.owners.isEmpty && status.unheldShards == 64)
                #expect(status.lines.contains { $0.contains("is turn-hq ingest up?") })
            }
        }

        @Test func aDatabaseWithoutTheSchemaSaysSo() async throws {
            try await SchemaSuite.withDatabase(migrated: false) { connection, _ in
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.perform { try HQStatus.read($0) }
                }
                #expect(error?.cause as? SchemaError == .older(found: 0))
                #expect(error?.message.contains("run turn-hq migrate") == true)
            }
        }

        @Test func theWatchTellsOfAnEndAndAReturnOfTheDatabase() async throws {
            let site = try await PostgresSite()
            let connection = try await PostgresConnection.connect(PostgresOptions(site.url()))
            _ = try await connection.perform { try Migrations.apply($0) }
            await connection.close()
            var options = PostgresOptions(site.url())
            options.connectTimeout = .seconds(1)
            let watch = StatusWatch(options: options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await watch.run() }
                #expect(await eventually { watch.snapshot.status != nil && watch.snapshot.fault == nil })
                await site.stop(.immediate)
                #expect(await eventually { watch.snapshot.fault != nil })
                #expect(watch.snapshot.status != nil)
                try await site.start()
                #expect(await eventually { watch.snapshot.fault == nil })
                group.cancelAll()
            }
            await site.remove()
        }
    }
}
