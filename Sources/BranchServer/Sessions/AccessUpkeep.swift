import BranchAccess
package import BranchStore
package import Logging
import QueueDomain
import ServiceLifecycle

/// Keeps devices and sessions in memory as the store has them, and notes their use in the store.
package struct AccessUpkeep: Service {
    private let desk: AccessDesk
    private let store: BranchStore
    private let logger: Logger

    /// Upkeep of a desk from a store.
    package init(desk: AccessDesk, store: BranchStore, logger: Logger) {
        self.desk = desk
        self.store = store
        self.logger = logger
    }

    /// Brings the store's devices and sessions to the directory, at the start.
    package func refresh() async throws(StoreError) {
        let devices = try await store.devices().compactMap(PairedDevice.init)
        let sessions = try await store.sessions().compactMap(BrowserSession.init)
        desk.browsers.replace(devices: devices, sessions: sessions, tick: store.moment().tick)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // Cancelling ends the pause early, and what was used is noted once more.
                try? await Task.sleep(for: .seconds(Limits.usePause))
                await self.noteUse()
            }
        }
    }

    /// Notes what was used since the last time; it is told once, so a failure loses a minute of it.
    package func noteUse() async {
        let use = desk.browsers.takeUse(tick: store.moment().tick)
        guard !use.sessions.isEmpty || !use.devices.isEmpty || !use.ended.isEmpty else { return }
        do {
            try await store.noteUse(sessions: use.sessions, devices: Set(use.devices.keys), ended: use.ended)
        } catch {
            logger.warning("The use of sessions could not be noted", metadata: ["error": "\(error)"])
        }
    }
}
