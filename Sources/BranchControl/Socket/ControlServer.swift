import Foundation
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Answers control verbs on a Unix socket that only the process's own user and root may use.
///
/// A socket that can't be opened is logged and does not end the branch: customers are served without it.
package final class ControlServer: Service {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private let path: String
    private let desk: ControlDesk
    private let logger: Logger
    private let requestTime: TimeAmount
    private let onOpen: @Sendable () -> Void

    /// A server that listens at a path while it runs.
    /// - Parameters:
    ///   - path: where the socket is made; one that is left there is replaced.
    ///   - requestTime: in which a request must have come in whole.
    ///   - onOpen: called once calls are answered.
    package init(
        path: String, desk: ControlDesk, logger: Logger,
        requestTime: Duration = .seconds(ControlLimits.requestTime), onOpen: @escaping @Sendable () -> Void = {}
    ) {
        self.path = path
        self.desk = desk
        self.logger = logger
        self.requestTime = TimeAmount(requestTime)
        self.onOpen = onOpen
    }

    package func run() async throws {
        do {
            let server = try await bind()
            logger.debug("The control socket is open", metadata: ["path": "\(path)"])
            onOpen()
            try await serve(server)
        } catch {
            logger.error(
                "The control socket can't be used; turn-branch's other verbs won't reach this process",
                metadata: ["path": "\(path)", "error": "\(error)"])
            // Cancelling ends the wait as a shutdown does.
            try? await gracefulShutdown()
        }
    }

    private func bind() async throws -> NIOAsyncChannel<Connection, Never> {
        guard ControlAddress.fits(path) else {
            throw ControlFailure.broken("its path is longer than \(ControlLimits.socketPath) bytes")
        }
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: Int32(ControlLimits.backlog))
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let framing = ByteToMessageHandler(
                        LineFraming(limit: ControlLimits.requestBytes),
                        maximumBufferSize: ControlLimits.requestBytes + 1)
                    try channel.pipeline.syncOperations.addHandler(framing)
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        guard chmod(path, 0o600) == 0 else { throw ControlFailure.broken("its mode can't be set") }
        return server
    }

    private func serve(_ server: NIOAsyncChannel<Connection, Never>) async throws {
        let count = ConnectionCount()
        try await server.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections.cancelOnGracefulShutdown() {
                    let hasRoom = count.enter()
                    group.addTask {
                        await self.answer(connection, hasRoom: hasRoom)
                        count.leave()
                    }
                }
                group.cancelAll()
            }
        }
        unlink(path)
    }

    private func answer(_ connection: Connection, hasRoom: Bool) async {
        do {
            try await connection.executeThenClose { lines, answers in
                guard hasRoom else { return }
                guard try await isAllowed(connection.channel) else {
                    return logger.warning("A control connection of another user was closed")
                }
                var lines = lines.makeAsyncIterator()
                for _ in 0..<ControlLimits.requestsPerConnection {
                    let channel = connection.channel
                    let deadline = channel.eventLoop.scheduleTask(in: requestTime) {
                        channel.close(promise: nil)
                    }
                    let line = try await lines.next()
                    deadline.cancel()
                    guard let line else { return }
                    var answer = ByteBuffer(bytes: await self.answer(to: line))
                    answer.writeInteger(UInt8(ascii: "\n"))
                    try await answers.write(answer)
                }
            }
        } catch {
            // A client that goes away or sends no line has nobody left to tell.
            logger.debug("A control connection ended early", metadata: ["error": "\(error)"])
        }
    }

    private func answer(to line: ByteBuffer) async -> [UInt8] {
        do throws(ControlRefusal) {
            let request = try RequestLine.request(of: Array(line.readableBytesView))
            return AnswerCoding.line(of: .success(try await desk.answer(request)))
        } catch {
            return AnswerCoding.line(of: .failure(error))
        }
    }

    private func isAllowed(_ channel: any Channel) async throws -> Bool {
        guard let provider = channel as? any SocketOptionProvider else { return false }
        let peer: PeerIdentity = try await provider.unsafeGetSocketOption(
            level: SocketOptionLevel(SOL_SOCKET), name: SocketOptionName(SO_PEERCRED)
        ).get()
        return peer.mayControl
    }
}

/// How many control connections are open.
private final class ConnectionCount: Sendable {
    /// Guards the number.
    private let count = Mutex(0)

    /// - Returns: whether there is room for one more; it counts in any case.
    func enter() -> Bool {
        count.withLock {
            $0 += 1
            return $0 <= ControlLimits.connections
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}
