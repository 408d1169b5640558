import HQIngest
import PostgresDriver
import QueueTestSupport
import Testing

/// Tests of head office's tables share one server; each has a database of its own.
@Suite("Head office's tables", .ownServer) enum SchemaSuite {
    @TaskLocal static var site: PostgresSite?

    /// A fresh database with the schema, and the connection of its owner.
    static func withDatabase(
        migrated: Bool = true, _ body: (PostgresConnection, SchemaDatabase) async throws -> Void
    ) async throws {
        let site = try #require(site)
        let name = "test_\(UInt64.random(in: 0 ... .max))"
        try await site.psql("CREATE DATABASE \(name)")
        let database = SchemaDatabase(site: site, name: name)
        let connection = try await database.connect()
        if migrated { _ = try await connection.perform { try Migrations.apply($0) } }
        do {
            try await body(connection, database)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }
}

struct SchemaDatabase: Sendable {
    let site: PostgresSite
    let name: String

    func connect(user: String = PostgresSite.superuser) async throws -> PostgresConnection {
        try await PostgresConnection.connect(PostgresOptions(site.socketConninfo(user: user, database: name)))
    }
}

struct OwnServerTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let site = try await PostgresSite(isDurable: false)
        do {
            try await SchemaSuite.$site.withValue(site) { try await function() }
        } catch {
            await site.remove()
            throw error
        }
        await site.remove()
    }
}

extension Trait where Self == OwnServerTrait {
    static var ownServer: Self { Self() }
}
