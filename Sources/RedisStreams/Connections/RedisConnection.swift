package import Logging
package import NIOCore

/// One connection to a Redis server, used by any number of tasks at the same time: replies are matched in order.
///
/// It never connects again by itself: whoever owns it does, after ``ReconnectDelay``. A blocking read holds up
/// everything behind it, so it gets a connection of its own. Dropping the last reference closes it.
package final class RedisConnection: Sendable {
    private let channel: any Channel
    private let replies: NIOLoopBound<ReplyHandler>
    /// From sending a command to its reply, where the caller says nothing else.
    let commandTimeout: Duration

    /// - Parameter replies: the last handler of the channel's pipeline.
    init(channel: any Channel, replies: NIOLoopBound<ReplyHandler>, commandTimeout: Duration) {
        self.channel = channel
        self.replies = replies
        self.commandTimeout = commandTimeout
    }

    deinit { channel.close(promise: nil) }

    /// Sends one command and waits for its reply.
    ///
    /// Cancelling ends the wait at once; the command may be carried out, and its reply is thrown away in its turn.
    /// - Parameter timeout: from here to the reply; the options' `commandTimeout` without it.
    /// - Throws: ``RedisError``; an error of the server as ``RedisError/server(_:)``.
    package func send(_ command: RedisCommand, timeout: Duration? = nil) async throws(RedisError) -> RedisValue {
        let value = try await exchange([command], timeout: timeout)[0]
        if case .error(let error) = value { throw .server(error) }
        return value
    }

    /// Sends commands in one write and waits for all their replies, in the commands' order; errors of the server are
    /// values. It is no transaction: other callers' commands may stand between, and a lost connection may leave some
    /// of the commands carried out.
    /// - Parameters:
    ///   - commands: at most ``RedisLimits/pipeline``; none gives no replies.
    ///   - timeout: from here to the last reply; the options' `commandTimeout` without it.
    /// - Throws: ``RedisError``, never ``RedisError/server(_:)``.
    package func pipeline(
        _ commands: [RedisCommand], timeout: Duration? = nil
    ) async throws(RedisError) -> [RedisValue] {
        commands.isEmpty ? [] : try await exchange(commands, timeout: timeout)
    }

    /// Puts commands on their way at once and hands out where their replies come: for a caller whose commands must go
    /// out in the order of its calls while it doesn't wait.
    /// - Parameter commands: one to ``RedisLimits/pipeline``.
    /// - Throws: ``RedisError`` when they can't be sent at all.
    package func begin(
        _ commands: [RedisCommand], timeout: Duration? = nil
    ) throws(RedisError) -> RedisReplies {
        RedisReplies(answer: try submit(commands, timeout: timeout))
    }

    /// Closes the connection; whoever waits for a reply gets ``RedisError/closed(_:)``. Closing twice is allowed.
    package func close() async {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        channel.eventLoop.execute { [channel, replies] in
            replies.value.shut("closed by this side")
            channel.closeFuture.cascade(to: promise)
        }
        // The close itself can't fail: the channel may only have been closed before.
        try? await promise.futureResult.get()
    }

    /// False when the connection is closed, by whichever side and for whatever reason.
    package var isOpen: Bool { channel.isActive }

    private func exchange(
        _ commands: [RedisCommand], timeout: Duration?
    ) async throws(RedisError) -> [RedisValue] {
        guard !Task.isCancelled else { throw .cancelled }
        return try await submit(commands, timeout: timeout).value()
    }

    private func submit(
        _ commands: [RedisCommand], timeout: Duration?
    ) throws(RedisError) -> Answer<[RedisValue]> {
        let bytes = try RedisCommand.encode(commands)
        let patience = TimeAmount(min(timeout ?? commandTimeout, RedisLimits.longestTimeout))
        let answer = Answer<[RedisValue]>()
        channel.eventLoop.execute { [replies] in
            replies.value.submit(bytes, commands: commands.count, timeout: patience, answer: answer)
        }
        return answer
    }
}

/// The replies to commands that were put on their way.
package struct RedisReplies: Sendable {
    let answer: Answer<[RedisValue]>

    /// Waits for all of them, in the commands' order; errors of the server are values. Called once.
    /// - Throws: ``RedisError``, never ``RedisError/server(_:)``; ``RedisError/cancelled`` at once when the task is
    ///   cancelled.
    package func values() async throws(RedisError) -> [RedisValue] { try await answer.value() }
}

extension RedisConnection {
    /// Connects over TCP, with TLS for `rediss://` (certificate and name are always checked), logs in and selects the
    /// database.
    ///
    /// Cancelling gives up at once; what was opened closes by itself within `connectTimeout`.
    /// - Throws: ``RedisError``: `cannotConnect` for name, network, TLS and certificate; `timedOut` when the whole
    ///   took longer than `connectTimeout`; `server` when the server refuses user, password or database.
    package static func connect(
        to address: RedisAddress, options: RedisOptions = RedisOptions(), logger: Logger
    ) async throws(RedisError) -> RedisConnection {
        let limit = min(options.connectTimeout, RedisLimits.longestTimeout)
        let deadline = ContinuousClock.now.advanced(by: limit)
        let connection = try await Connecting.open(address, options: options, within: TimeAmount(limit))
        do throws(RedisError) {
            try await connection.logIn(to: address, until: deadline)
        } catch {
            // Not awaited: a server that reads nothing must not hold up what the caller does next.
            connection.channel.close(promise: nil)
            throw error
        }
        logger.debug("Connected to Redis", metadata: ["address": "\(address)"])
        return connection
    }

    /// Takes over a channel that is connected; for tests with a channel of their own.
    package static func adopt(
        _ channel: any Channel, options: RedisOptions = RedisOptions()
    ) -> EventLoopFuture<RedisConnection> {
        channel.eventLoop.submit {
            let handler = ReplyHandler(usesTLS: false, openWithin: TimeAmount(options.connectTimeout))
            try channel.pipeline.syncOperations.addHandler(handler)
            return RedisConnection(
                channel: channel, replies: NIOLoopBound(handler, eventLoop: channel.eventLoop),
                commandTimeout: options.commandTimeout)
        }
    }

    private func logIn(
        to address: RedisAddress, until deadline: ContinuousClock.Instant
    ) async throws(RedisError) {
        var commands: [RedisCommand] = []
        if let credentials = address.credentials {
            commands.append(.auth(user: credentials.user, password: credentials.password))
        }
        if address.database != 0 { commands.append(.select(address.database)) }
        let rest = ContinuousClock.now.duration(to: deadline)
        for value in try await pipeline(commands, timeout: rest) {
            if case .error(let error) = value { throw .server(error.hiding(address.credentials?.password)) }
            try value.expectOK("AUTH and SELECT")
        }
    }
}

extension RedisServerError {
    /// A server that doesn't know AUTH repeats what it was given.
    fileprivate func hiding(_ secret: String?) -> RedisServerError {
        guard let secret, !secret.isEmpty else { return self }
        return RedisServerError(message: message.replacing(secret, with: "…"))
    }
}
