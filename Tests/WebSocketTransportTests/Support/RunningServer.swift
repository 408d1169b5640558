import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization
import WebSocketTransport

/// A transport on loopback for one test.
struct RunningServer: Sendable {
    typealias Respond = @Sendable (Request, any Channel) async -> Response
    typealias Open = @Sendable (HTTPRequest, TransportProblem?, any Channel) async -> WebSocketDecision

    let port: Int
    private let services: ServiceGroup

    /// Starts the graceful shutdown; the body's server has ended when `run` returns.
    func beginShutdown() async { await services.triggerGracefulShutdown() }

    /// Runs `body` beside a server and shuts the server down afterwards.
    ///
    /// - Returns: how long the server took from the end of `body` to its own.
    @discardableResult
    static func run(
        _ change: (inout TransportConfiguration) -> Void = { _ in },
        respond: @escaping Respond = ok,
        openWebSocket: @escaping Open = { _, fault, _ in
            fault.map { .refuse($0.response) } ?? .accept(onOpen: { _ in })
        },
        body: (RunningServer) async throws -> Void
    ) async throws -> Duration {
        var configuration = TransportConfiguration(port: 0)
        change(&configuration)
        let (ports, source) = AsyncStream<Int>.makeStream()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = TransportServer(
            configuration: configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
            onListening: { source.yield($0.port ?? 0) }, respond: respond, openWebSocket: openWebSocket)
        let services = ServiceGroup(services: [server], logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { source.finish() }
                try await services.run()
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await group.waitForAll()
                return .zero
            }
            do {
                try await body(RunningServer(port: port, services: services))
            } catch {
                await services.triggerGracefulShutdown()
                throw error
            }
            let start = ContinuousClock.now
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            return start.duration(to: .now)
        }
    }

    /// 200 with the path, or with the body when there is one.
    static let ok: Respond = { request, _ in
        var body = ByteBuffer(string: request.uri.path)
        // The transport hands over whole bodies, so this cannot fail.
        if let sent = try? await request.body.collect(upTo: 1 << 20), sent.readableBytes > 0 { body = sent }
        return Response(status: .ok, body: .init(byteBuffer: body))
    }
}

/// A place where tasks wait until the test says go, and where the test waits for tasks.
final class Turnstile: Sendable {
    private struct State {
        var arrived = 0
        var isOpen = false
        var held: [CheckedContinuation<Void, Never>] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Counts one arrival.
    func arrive() {
        let due = state.withLock { state in
            state.arrived += 1
            let due = state.watchers.filter { $0.count <= state.arrived }
            state.watchers.removeAll { $0.count <= state.arrived }
            return due
        }
        for watcher in due { watcher.continuation.resume() }
    }

    /// Counts one arrival and waits for ``open()``.
    func pass() async {
        arrive()
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.held.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Waits until `count` have arrived.
    func arrivals(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isDue = state.withLock { state in
                if state.arrived < count { state.watchers.append((count, continuation)) }
                return state.arrived >= count
            }
            if isDue { continuation.resume() }
        }
    }
}
