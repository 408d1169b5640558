import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// Answers the requests of connections with what the server above has given the transport.
struct Answering: Sendable {
    let respond: @Sendable (Request, any Channel) async -> Response
    let openWebSocket: @Sendable (HTTPRequest, TransportProblem?, any Channel) async -> WebSocketDecision
    let logger: Logger

    /// Answers one request; returns when the answer is with the socket, or when the WebSocket's `onOpen` has returned.
    func answer(_ call: ClientConnection.Call, on connection: ClientConnection) async {
        switch call.head.handshake {
        case .none: await answerRequest(call, on: connection)
        case .malformed(let fault): await open(call, .failure(fault), on: connection)
        case .webSocket(let accept): await open(call, .success(accept), on: connection)
        }
    }

    private func answerRequest(_ call: ClientConnection.Call, on connection: ClientConnection) async {
        let request = Request(head: call.head.request, body: .init(buffer: call.body))
        guard connection.enterPlace() else {
            return await send(TransportProblem.overloaded.response, for: call, on: connection)
        }
        let response = await respond(request, connection.channel)
        connection.leavePlace()
        await send(response, for: call, on: connection)
    }

    private func open(
        _ call: ClientConnection.Call, _ handshake: Result<String, TransportProblem>,
        on connection: ClientConnection
    ) async {
        var fault: TransportProblem?
        if case .failure(let problem) = handshake { fault = problem }
        switch await decide(call, fault, on: connection) {
        case .ignore:
            await answerRequest(call, on: connection)
        case .refuse(let response):
            await send(response, for: call, on: connection)
        case .accept(let onOpen):
            guard case .success(let accept) = handshake else {
                preconditionFailure("A handshake with a fault was accepted.")
            }
            let promise = connection.channel.eventLoop.makePromise(of: WebSocketConnection?.self)
            if !connection.onLoop({ $0.upgrade(accept: accept, promise: promise) }) { promise.succeed(nil) }
            // The promise is only ever succeeded; nil means that the client has gone.
            guard let socket = try? await promise.futureResult.get() else { return }
            await onOpen(socket)
        }
    }

    private func decide(
        _ call: ClientConnection.Call, _ fault: TransportProblem?, on connection: ClientConnection
    ) async -> WebSocketDecision {
        // A decision counts as a request in flight; the socket that follows does not.
        guard connection.enterPlace() else { return .refuse(TransportProblem.overloaded.response) }
        defer { connection.leavePlace() }
        return await openWebSocket(call.head.request, fault, connection.channel)
    }

    private func send(_ response: Response, for call: ClientConnection.Call, on connection: ClientConnection) async {
        if ResponseEncoder.hasNoBody(response.status) {
            sendHead(response, framing: .none, on: connection)
        } else if call.head.request.method == .head {
            let length = response.headers[.contentLength].flatMap { Int($0) } ?? response.body.contentLength
            sendHead(response, framing: length.map { .length($0) } ?? .none, on: connection)
        } else {
            await sendBody(response, for: call, on: connection)
        }
    }

    private func sendHead(_ response: Response, framing: ResponseEncoder.Framing, on connection: ClientConnection) {
        let answer = HTTPConnectionHandler.Answer(
            status: response.status, fields: response.headers, framing: framing, body: nil)
        connection.onLoop { $0.begin(answer, taken: nil) }
    }

    private func sendBody(_ response: Response, for call: ClientConnection.Call, on connection: ClientConnection) async
    {
        let sink = AnswerSink(
            connection: connection, response: response, length: response.body.contentLength,
            isHTTP10: call.head.isHTTP10)
        do {
            try await response.body.write(sink)
            // A body that returns without saying so has ended all the same.
            try await sink.finish(nil)
        } catch  where !sink.hasBegun {
            logger.error("A response body failed before its first byte", metadata: ["error": "\(type(of: error))"])
            let problem = TransportProblem.internalError.response
            await sendBody(problem, for: call, on: connection)
        } catch {
            // Either the client has gone or the body is not what its head promised.
            connection.onLoop { $0.breakOff() }
        }
    }
}
