import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Asks the daemon of a data directory.
package enum ControlClient {
    /// Sends one request and waits for its answer.
    /// - Parameter path: the control socket's.
    /// - Throws: `ControlFailure`, each with what to do about it.
    package static func call(_ request: ControlRequest, at path: String) async throws(ControlFailure) -> ControlAnswer {
        guard ControlAddress.fits(path) else {
            throw .broken("the socket's path is longer than \(ControlLimits.socketPath) bytes: \(path)")
        }
        let line: [UInt8]
        do {
            line = Array(try JSONEncoder.control.encode(RequestLine(request)))
        } catch {
            throw .broken("the request can't be written: \(error)")
        }
        guard line.count <= ControlLimits.requestBytes else { throw .broken("the request is too large") }
        let channel = try await connect(path)
        do {
            let answer = try await exchange(line, over: channel)
            return try AnswerCoding.answer(of: answer, to: request)
        } catch let failure as ControlFailure {
            throw failure
        } catch {
            throw .broken("the daemon closed the connection without an answer")
        }
    }

    private static func connect(
        _ path: String
    ) async throws(ControlFailure) -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(5))
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let framing = ByteToMessageHandler(
                            LineFraming(limit: ControlLimits.answerBytes),
                            maximumBufferSize: ControlLimits.answerBytes + 1)
                        try channel.pipeline.syncOperations.addHandler(framing)
                        return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch let error as IOError where [EACCES, EPERM].contains(error.errnoCode) {
            throw .notAllowed(path: path)
        } catch {
            throw .nothingListens(path: path)
        }
    }

    private static func exchange(
        _ line: [UInt8], over connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    ) async throws -> [UInt8] {
        let channel = connection.channel
        let isLate = Flag()
        let deadline = channel.eventLoop.scheduleTask(in: .seconds(Int64(ControlLimits.answerTime))) {
            isLate.raise()
            channel.close(promise: nil)
        }
        defer { deadline.cancel() }
        return try await connection.executeThenClose { lines, requests in
            var bytes = ByteBuffer(bytes: line)
            bytes.writeInteger(UInt8(ascii: "\n"))
            try await requests.write(bytes)
            var lines = lines.makeAsyncIterator()
            guard let answer = try await lines.next() else {
                throw isLate.isRaised
                    ? ControlFailure.timedOut
                    : ControlFailure.broken("the daemon closed the connection without an answer; is this user allowed?")
            }
            return Array(answer.readableBytesView)
        }
    }
}

/// Set once, on another thread.
private final class Flag: Sendable {
    /// Guards whether it is set.
    private let raised = Mutex(false)

    var isRaised: Bool { raised.withLock { $0 } }

    func raise() { raised.withLock { $0 = true } }
}
