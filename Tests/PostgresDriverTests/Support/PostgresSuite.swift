import PostgresDriver
import QueueTestSupport
import Testing

/// The driver's tests share one server, on which each has its own temporary tables; those that harm a server start
/// their own.
@Suite("PostgreSQL driver", .sharedServer) enum PostgresSuite {
    @TaskLocal static var site: PostgresSite?

    /// A connection to the shared server.
    static func connect(_ change: (inout PostgresOptions) -> Void = { _ in }) async throws -> PostgresConnection {
        var options = PostgresOptions(try #require(site).url())
        change(&options)
        return try await PostgresConnection.connect(options)
    }

    /// The error of an operation that must fail.
    static func failure(_ body: () async throws -> Void) async throws -> PostgresError {
        try #require(await #expect(throws: PostgresError.self) { try await body() })
    }
}

struct SharedServerTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let site = try await PostgresSite(isDurable: false)
        do {
            try await PostgresSuite.$site.withValue(site) { try await function() }
        } catch {
            await site.remove()
            throw error
        }
        await site.remove()
    }
}

extension Trait where Self == SharedServerTrait {
    static var sharedServer: Self { Self() }
}
