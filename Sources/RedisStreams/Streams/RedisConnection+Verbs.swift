/// The verbs, one command each. Each throws what ``RedisConnection/send(_:timeout:)`` throws, and
/// ``RedisError/unexpected(_:)`` for a reply of another kind. In a pipeline, take the commands of ``RedisCommand`` and
/// the decoders of ``RedisValue``.
extension RedisConnection {
    /// Asks whether the server is there and takes commands.
    package func ping() async throws(RedisError) {
        let value = try await send(.ping)
        guard case .simple("PONG") = value else { throw .unexpected("\(value.kindName) to PING") }
    }

    /// The server's clock in milliseconds since 1970.
    package func timeMilliseconds() async throws(RedisError) -> Int64 { try await send(.time).timeMilliseconds() }

    /// Adds an entry and returns its id; nil where there is no stream and `makesStream` is false.
    package func xadd(
        _ key: String, id: String, fields: [StreamField], makesStream: Bool = false
    ) async throws(RedisError) -> String? {
        try await send(.xadd(key, id: id, fields: fields, makesStream: makesStream)).addedID()
    }

    /// Creates a consumer group at the stream's first entry, and the stream; false when the group was there already.
    package func xgroupCreate(_ key: String, group: String) async throws(RedisError) -> Bool {
        try await only(.xgroupCreate(key, group: group)).groupCreated()
    }

    /// A stream's length and newest id; nil where there is no stream.
    package func xinfoStream(_ key: String) async throws(RedisError) -> StreamInfo? {
        try await only(.xinfoStream(key)).streamInfo()
    }

    /// A hash; empty where there is none.
    package func hgetall(_ key: String) async throws(RedisError) -> [String: String] {
        try await send(.hgetall(key)).hash()
    }

    /// Sets fields of a hash and returns how many of them are new.
    @discardableResult
    package func hset(_ key: String, _ fields: [(name: String, value: String)]) async throws(RedisError) -> Int64 {
        try await send(.hset(key, fields)).number()
    }

    /// Lets a key end after whole seconds; false where there is none.
    @discardableResult
    package func expire(_ key: String, after: Duration) async throws(RedisError) -> Bool {
        try await send(.expire(key, after: after)).number() == 1
    }

    /// Reads streams as a consumer of a group; see ``RedisCommand/xreadgroup(group:consumer:count:block:streams:)``.
    /// - Parameter timeout: nil for the options' `commandTimeout`, and `block` on top of it.
    package func xreadgroup(
        group: String, consumer: String, count: Int, block: Duration? = nil, streams: [(key: String, id: String)],
        timeout: Duration? = nil
    ) async throws(RedisError) -> [StreamRead] {
        let patience = timeout ?? (min(block ?? .zero, RedisLimits.longestBlock) + commandTimeout)
        return try await send(
            .xreadgroup(group: group, consumer: consumer, count: count, block: block, streams: streams),
            timeout: patience
        ).streamReads()
    }

    /// Takes over entries that another consumer has had for too long; see
    /// ``RedisCommand/xautoclaim(_:group:consumer:minIdle:start:count:)``.
    package func xautoclaim(
        _ key: String, group: String, consumer: String, minIdle: Duration, start: String = "0-0", count: Int
    ) async throws(RedisError) -> ClaimedEntries {
        try await send(
            .xautoclaim(key, group: group, consumer: consumer, minIdle: minIdle, start: start, count: count)
        ).claimedEntries()
    }

    /// Takes entries off the group's pending list; returns how many were on it. No ids: nothing is sent.
    @discardableResult
    package func xack(_ key: String, group: String, ids: [String]) async throws(RedisError) -> Int64 {
        ids.isEmpty ? 0 : try await send(.xack(key, group: group, ids: ids)).number()
    }

    /// Deletes all entries below an id; returns how many.
    @discardableResult
    package func xtrim(_ key: String, below id: String) async throws(RedisError) -> Int64 {
        try await send(.xtrim(key, below: id)).number()
    }

    /// How many entries a stream holds, 0 where there is none.
    package func xlen(_ key: String) async throws(RedisError) -> Int64 { try await send(.xlen(key)).number() }

    /// Deletes keys; returns how many there were. No keys: nothing is sent.
    @discardableResult
    package func del(_ keys: [String]) async throws(RedisError) -> Int64 {
        keys.isEmpty ? 0 : try await send(.del(keys)).number()
    }

    /// The reply as a value, also an error's, for verbs to which an error is an answer.
    private func only(_ command: RedisCommand) async throws(RedisError) -> RedisValue {
        try await pipeline([command])[0]
    }
}
