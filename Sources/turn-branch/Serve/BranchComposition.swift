import BranchAccess
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
        let server = BranchServer(services())
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
        let group = ServiceGroup(
            configuration: configuration([StoreService(store: store), lastSeen, server.hub, transport]))
        do {
            try await group.run()
        } catch {
            throw .cannotOpen("the server ended: \(error)")
        }
    }

    private func services() -> BranchServices {
        let base = settings[BranchSettings.publicBaseURL]
        let store = store
        let disk = DiskGuard(directory: directory)
        // The reserve file is made now, and not while the first customer waits.
        _ = disk.level()
        return BranchServices(
            store: store, tokens: tokens, limiter: RequestLimiter(StoreSettings.rates(settings)),
            names: StoreSettings.names(settings), publicBaseURL: base.isEmpty ? nil : base,
            disk: disk, logger: logger, maxWait: settings[BranchSettings.workersMaxWait],
            reserve: { _, request, _ throws(StoreError) in try await store.writer.submit(request) })
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
