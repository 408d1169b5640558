extension RedisCommand {
    /// Logs in; nil user is the server's user `default`, in the form that servers before Redis 6 know too.
    package static func auth(user: String?, password: String) -> RedisCommand {
        RedisCommand("AUTH", (user.map { [RedisArgument($0)] } ?? []) + [RedisArgument(password)])
    }

    /// Selects the database of the connection.
    package static func select(_ database: Int) -> RedisCommand { RedisCommand("SELECT", [RedisArgument(database)]) }

    /// Asks whether the server is there.
    package static var ping: RedisCommand { RedisCommand("PING") }

    /// Asks for the server's clock; see ``RedisValue/timeMilliseconds()``.
    package static var time: RedisCommand { RedisCommand("TIME") }

    /// Adds an entry; see ``RedisValue/addedID()``.
    /// - Parameters:
    ///   - id: above the stream's newest, or `*`.
    ///   - makesStream: false (NOMKSTREAM) answers nil where there is no stream.
    package static func xadd(
        _ key: String, id: String, fields: [StreamField], makesStream: Bool = false
    ) -> RedisCommand {
        var command = RedisCommand("XADD", [RedisArgument(key)])
        if !makesStream { command.append("NOMKSTREAM") }
        command.append(RedisArgument(id))
        for field in fields {
            command.append(RedisArgument(field.name))
            command.append(RedisArgument(field.bytes))
        }
        return command
    }

    /// Creates a consumer group that begins at the stream's first entry, and the stream if there is none.
    /// A group that exists already is the error ``RedisServerError/Kind/busygroup``.
    package static func xgroupCreate(_ key: String, group: String) -> RedisCommand {
        RedisCommand("XGROUP", ["CREATE", RedisArgument(key), RedisArgument(group), "0", "MKSTREAM"])
    }

    /// Asks for a stream's length and newest id; see ``RedisValue/streamInfo()``.
    package static func xinfoStream(_ key: String) -> RedisCommand {
        RedisCommand("XINFO", ["STREAM", RedisArgument(key)])
    }

    /// Reads a hash; see ``RedisValue/hash()``.
    package static func hgetall(_ key: String) -> RedisCommand { RedisCommand("HGETALL", [RedisArgument(key)]) }

    /// Sets fields of a hash. Redis refuses an empty list.
    package static func hset(_ key: String, _ fields: [(name: String, value: String)]) -> RedisCommand {
        RedisCommand(
            "HSET", [RedisArgument(key)] + fields.flatMap { [RedisArgument($0.name), RedisArgument($0.value)] })
    }

    /// Lets a key end after a time, whole seconds.
    package static func expire(_ key: String, after: Duration) -> RedisCommand {
        RedisCommand("EXPIRE", [RedisArgument(key), RedisArgument(after.components.seconds)])
    }

    /// Reads streams as a consumer of a group; see ``RedisValue/streamReads()``.
    /// - Parameters:
    ///   - streams: keys, and for each `>` for entries that nobody got yet, or an id for this consumer's own pending
    ///     entries above it.
    ///   - count: entries of each stream at most.
    ///   - block: how long the server waits for an entry, nil or nothing for not at all; at most
    ///     ``RedisLimits/longestBlock``, and a part of a millisecond counts as one.
    package static func xreadgroup(
        group: String, consumer: String, count: Int, block: Duration? = nil, streams: [(key: String, id: String)]
    ) -> RedisCommand {
        var command = RedisCommand(
            "XREADGROUP", ["GROUP", RedisArgument(group), RedisArgument(consumer), "COUNT", RedisArgument(count)])
        if let block, block > .zero {
            command.append("BLOCK")
            // BLOCK 0 would wait for ever.
            command.append(RedisArgument(milliseconds(block, atMost: RedisLimits.longestBlock)))
        }
        command.append("STREAMS")
        for stream in streams { command.append(RedisArgument(stream.key)) }
        for stream in streams { command.append(RedisArgument(stream.id)) }
        return command
    }

    /// Takes over entries that another consumer has had for too long; see ``RedisValue/claimedEntries()``.
    /// Needs Redis 6.2.
    /// - Parameters:
    ///   - minIdle: since they were last delivered.
    ///   - start: where to go on, `0-0` at first.
    ///   - count: entries at most.
    package static func xautoclaim(
        _ key: String, group: String, consumer: String, minIdle: Duration, start: String = "0-0", count: Int
    ) -> RedisCommand {
        RedisCommand(
            "XAUTOCLAIM",
            [
                RedisArgument(key), RedisArgument(group), RedisArgument(consumer),
                RedisArgument(milliseconds(minIdle, atMost: RedisLimits.longestTimeout)), RedisArgument(start), "COUNT",
                RedisArgument(count),
            ])
    }

    /// Lists entries that were delivered and not acknowledged, without what stands in them; see
    /// ``RedisValue/pendingIDs()``. Needs Redis 6.2.
    /// - Parameter id: those above it; `0` for all.
    package static func xpending(_ key: String, group: String, above id: String, count: Int) -> RedisCommand {
        RedisCommand(
            "XPENDING",
            [RedisArgument(key), RedisArgument(group), RedisArgument("(" + id), "+", RedisArgument(count)])
    }

    /// Asks how long a field of a hash is, 0 where there is none.
    package static func hstrlen(_ key: String, _ field: String) -> RedisCommand {
        RedisCommand("HSTRLEN", [RedisArgument(key), RedisArgument(field)])
    }

    /// Reads a field of a hash, nothing where there is none.
    package static func hget(_ key: String, _ field: String) -> RedisCommand {
        RedisCommand("HGET", [RedisArgument(key), RedisArgument(field)])
    }

    /// Takes entries off the group's pending list; answers how many were on it. Redis refuses an empty list.
    package static func xack(_ key: String, group: String, ids: [String]) -> RedisCommand {
        RedisCommand("XACK", [RedisArgument(key), RedisArgument(group)] + ids.map { RedisArgument($0) })
    }

    /// Deletes all entries below an id; answers how many.
    package static func xtrim(_ key: String, below id: String) -> RedisCommand {
        RedisCommand("XTRIM", [RedisArgument(key), "MINID", "=", RedisArgument(id)])
    }

    /// Asks how many entries a stream holds, 0 where there is none.
    package static func xlen(_ key: String) -> RedisCommand { RedisCommand("XLEN", [RedisArgument(key)]) }

    /// Deletes keys; answers how many there were. Redis refuses an empty list.
    package static func del(_ keys: [String]) -> RedisCommand {
        RedisCommand("DEL", keys.map { RedisArgument($0) })
    }

    /// Whole milliseconds, a part of one counted as one.
    private static func milliseconds(_ span: Duration, atMost bound: Duration) -> Int64 {
        Int64((min(max(span, .zero), bound) / .milliseconds(1)).rounded(.up))
    }
}
