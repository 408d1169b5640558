import BranchAccess
import BranchServer
import BranchStore
import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import QueueTestSupport
import ServiceLifecycle
import WebSocketTransport

/// A branch with its hub on loopback, for tests that need sockets.
struct LiveBranch: Sendable {
    let branch: BranchFixture
    let port: Int
    private let services: ServiceGroup

    /// Runs `body` beside the server, and shuts the server down afterwards.
    static func run(
        _ branch: BranchFixture, _ change: (inout TransportConfiguration) -> Void = { _ in },
        _ body: (LiveBranch) async throws -> Void
    ) async throws {
        var configuration = TransportConfiguration(port: 0)
        change(&configuration)
        let server = branch.server
        let (ports, source) = AsyncStream<Int>.makeStream()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let transport = TransportServer(
            configuration: configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
            onListening: { address in
                server.listens(at: address)
                source.yield(address.port ?? 0)
            },
            respond: { request, channel in await server.respond(request, channel) },
            openWebSocket: { head, fault, channel in await server.openWebSocket(head, fault, channel) })
        let services = ServiceGroup(services: [server.hub, transport], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { source.finish() }
                try await services.run()
            }
            guard let port = await ports.first(where: { _ in true }) else { return try await group.waitForAll() }
            do {
                try await body(LiveBranch(branch: branch, port: port, services: services))
            } catch {
                await services.triggerGracefulShutdown()
                throw error
            }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    func beginShutdown() async { await services.triggerGracefulShutdown() }

    /// Opens a WebSocket.
    func open(
        _ query: String = "", as who: Who? = .agent, fields: [(name: String, value: String)] = [],
        receiveBuffer: Int? = nil
    ) async throws -> WebSocketTestClient {
        try await WebSocketTestClient.open(
            port: port, path: "/ws" + query, token: who.flatMap { branch.template.secrets[$0]?.text }, fields: fields,
            receiveBuffer: receiveBuffer)
    }

    /// Opens a WebSocket and reads hello and the snapshot.
    func follow(
        _ query: String = "", as who: Who = .agent
    ) async throws -> (socket: WebSocketTestClient, hello: JSON, snapshot: JSON) {
        let socket = try await open(query, as: who)
        return (socket, try await socket.nextJSON(), try await socket.nextJSON())
    }

    /// `<incarnation>.<seq>` of this branch.
    func place(_ seq: Int64) -> String { LivePlace.text(branch.store.lineage, seq) }
}

enum LivePlace {
    static func text(_ lineage: UInt64, _ seq: Int64) -> String {
        let digits = String(lineage, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits + ".\(seq)"
    }
}

extension WebSocketTestClient {
    /// The next event; beats are passed over.
    func nextEvent(timeout: Duration = .seconds(10)) async throws -> JSON {
        try await waitFor(timeout: timeout) { $0.has("event") }
    }

    /// The raw text of the next message that is no beat.
    func nextText() async throws -> String {
        while true {
            switch try await next() {
            case .text(let text): if !text.hasPrefix("{\"type\":\"beat\"") { return text }
            case .close(let code, _): throw ConnectionFailure.closed(operation: "close \(code ?? 0)")
            case .ended: throw ConnectionFailure.closed(operation: "ended")
            default: continue
            }
        }
    }
}

/// `seq` of an event's or beat's text, cut out without reading the whole: stress tests read thousands.
func seq(of text: String) -> Int64? {
    guard let range = text.range(of: "\"seq\":") else { return nil }
    return Int64(text[range.upperBound...].prefix { $0.isNumber })
}
