import BranchAccess
import BranchControl
import BranchDispatch
import BranchServer
import BranchStore
import BranchUplink
import BranchWeb
import Foundation
import Logging
import NIOCore
import NIOPosix
import ProgramSettings
import QueueDomain
import ServiceLifecycle
import Synchronization
import UnixSignals
import WebSocketTransport

/// Puts the branch's parts together and runs them as one group of services, ended in reverse order.
struct BranchComposition {
    let store: BranchStore
    let disk: DiskGuard
    let settings: Settings
    let directory: String
    /// The control socket's path; nil = the data directory's own.
    let socket: String?
    let uplink: UplinkService
    private let served = ServedAddress()
    private let logger = Logger(label: "turn")
    private let tokens = TokenDirectory()
    private let access: AccessDesk
    private let site: Site

    /// - Throws: `StoreError.cannotOpen` where the pepper or the pages can't be used.
    init(
        store: BranchStore, disk: DiskGuard, settings: Settings, directory: String, socket: String?,
        uplink: UplinkService
    ) throws(StoreError) {
        self.store = store
        self.disk = disk
        self.settings = settings
        self.directory = directory
        self.socket = socket
        self.uplink = uplink
        do {
            access = AccessDesk(hasher: try SecretHasher(pepper: try Pepper.load(from: directory)))
            let root = settings[BranchSettings.webRoot]
            site = try Site.load(root: root.isEmpty ? nil : root)
        } catch {
            throw .cannotOpen("\(error)")
        }
    }

    func run() async throws(StoreError) {
        for given in settings.given where given.isForTesting {
            logger.warning("A setting for tests is on", metadata: ["key": "\(given.name)", "value": "\(given.value)"])
        }
        let upkeep = TokenUpkeep(directory: tokens, store: store, logger: logger)
        try await upkeep.refresh()
        let accessUpkeep = AccessUpkeep(desk: access, store: store, logger: logger)
        try await accessUpkeep.refresh()
        let logCheck = LogCheck(store: store, logger: logger)
        let dispatch = DispatchService(store: store, logger: logger)
        let desk = controlDesk(upkeep, logCheck)
        let server = BranchServer(services(dispatch, desk))
        let transportConfiguration = try StoreSettings.transport(settings)
        let transport = TransportServer(
            configuration: transportConfiguration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger,
            onListening: { address in
                server.listens(at: address)
                served.announce(address, isSecure: transportConfiguration.tls != nil)
                await served.announceSetup(of: store, logger: logger)
            },
            respond: { request, channel in await server.respond(request, channel) },
            openWebSocket: { head, fault, channel in await server.openWebSocket(head, fault, channel) })
        // Ended from the last to the first: callers who wait for a customer are answered while their connections stand.
        let parts: [any Service] = [
            StoreService(store: store), DiskService(disk: disk), control(desk), logCheck, upkeep, accessUpkeep, uplink,
            server.hub, transport, dispatch,
        ]
        let group = ServiceGroup(configuration: configuration(parts))
        do {
            try await group.run()
        } catch let error as ListenError {
            throw .cannotOpen(error.description)
        } catch {
            throw .cannotOpen("the server ended: \(error)")
        }
    }

    private func services(_ dispatch: DispatchService, _ desk: ControlDesk) -> BranchServices {
        let base = settings[BranchSettings.publicBaseURL]
        let store = store
        return BranchServices(
            store: store, tokens: tokens, access: access, limiter: RequestLimiter(StoreSettings.rates(settings)),
            names: StoreSettings.names(settings), publicBaseURL: base.isEmpty ? nil : base,
            disk: disk, logger: logger, version: ProgramVersion.text, site: site,
            status: {
                // Its failure is logged where it is made; here it is a 503.
                (try? await desk.answer(.status)).map { Array($0.json.utf8) }
            }, maxWait: settings[BranchSettings.workersMaxWait],
            configuration: .plans(of: store),
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

    private func controlDesk(_ upkeep: TokenUpkeep, _ logCheck: LogCheck) -> ControlDesk {
        let program = ControlDesk.Program(
            version: ProgramVersion.text, startedAt: Int64(Date().timeIntervalSince1970 * 1_000),
            address: { [served] in served.text }, brokenEvent: { logCheck.brokenEvent },
            missingDevices: { [access, store] in access.browsers.missing(tick: store.moment().tick).map(\.name) })
        return ControlDesk(
            store: store, program: program, uplink: .running(uplink, store)
        ) { row throws(StoreError) in
            try upkeep.take(row)
        }
    }

    private func control(_ desk: ControlDesk) -> ControlServer {
        ControlServer(path: ControlAddress.path(in: directory, override: socket), desk: desk, logger: logger)
    }
}
