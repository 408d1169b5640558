import BranchAccess
import BranchDispatch
import BranchServer
import BranchStore
import Foundation
import Logging
import NIOCore
import NIOPosix
import ProgramSettings
import QueueDomain
import ServiceLifecycle
import UnixSignals
import WebSocketTransport

/// Puts the branch's parts together and runs them as one group of services, ended in reverse order.
struct BranchComposition {
    let store: BranchStore
    let settings: Settings
    let directory: String
    private let logger = Logger(label: "turn")
    private let tokens = TokenDirectory()

    init(store: BranchStore, settings: Settings, directory: String) {
        self.store = store
        self.settings = settings
        self.directory = directory
    }

    func run() async throws(StoreError) {
        for given in settings.given where given.isForTesting {
            logger.warning("A setting for tests is on", metadata: ["key": "\(given.name)", "value": "\(given.value)"])
        }
        try await TokenRefresh.refresh(tokens, from: store)
        let dispatch = DispatchService(store: store, logger: logger)
        let server = BranchServer(services(dispatch))
        let transport = TransportServer(
            configuration: StoreSettings.transport(settings), eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger,
            onListening: { address in
                server.listens(at: address)
                Self.announce(address)
            },
            respond: { request, channel in await server.respond(request, channel) },
            openWebSocket: { head, channel in await server.openWebSocket(head, channel) })
        let lastSeen = LastSeenService(tokens: tokens, store: store, logger: logger)
        // Ended from the last to the first: callers who wait for a customer are answered while their connections stand.
        let parts: [any Service] = [StoreService(store: store), lastSeen, server.hub, transport, dispatch]
        let group = ServiceGroup(configuration: configuration(parts))
        do {
            try await group.run()
        } catch {
            throw .cannotOpen("the server ended: \(error)")
        }
    }

    private func services(_ dispatch: DispatchService) -> BranchServices {
        let base = settings[BranchSettings.publicBaseURL]
        let store = store
        return BranchServices(
            store: store, tokens: tokens, limiter: RequestLimiter(StoreSettings.rates(settings)),
            names: StoreSettings.names(settings), publicBaseURL: base.isEmpty ? nil : base,
            disk: DiskGuard(directory: directory), logger: logger, maxWait: settings[BranchSettings.workersMaxWait],
            reserve: { queue, request, span throws(StoreError) in
                try await dispatch.reserve(queue: queue, request: request, waiting: span)
            })
    }

    private func configuration(_ services: [any Service]) -> ServiceGroupConfiguration {
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .milliseconds(4_500)
        return configuration
    }

    private static func announce(_ address: SocketAddress) {
        let ip = address.ipAddress ?? "127.0.0.1"
        let shown = ip.contains(":") ? "[\(ip)]" : ip
        FileHandle.standardOutput.write(Data("listening on http://\(shown):\(address.port ?? 0)\n".utf8))
    }
}

/// Keeps the store open while the others run, and closes it after them.
struct StoreService: Service {
    let store: BranchStore

    func run() async throws {
        try? await gracefulShutdown()  // Cancelled: it is time to close all the same.
        await store.close()
    }
}

/// Brings the tokens of the store to the directory that answers requests.
enum TokenRefresh {
    static func refresh(_ directory: TokenDirectory, from store: BranchStore) async throws(StoreError) {
        let rows = try await store.tokens().compactMap { token -> TokenRow? in
            guard let role = Role(rawValue: token.role), let hash = SecretHash(bytes: token.hash) else { return nil }
            return TokenRow(
                id: token.id, role: role, name: token.name, hash: hash, agentID: token.agentID,
                counterID: token.counterID, createdAt: token.createdAt.milliseconds,
                revokedAt: token.revokedAt?.milliseconds)
        }
        do {
            try directory.replace(with: rows)
        } catch {
            throw .cannotOpen("\(error)")
        }
    }
}
