import BranchStore
import ServiceLifecycle

/// Looks at the disk for as long as the store is open.
struct DiskService: Service {
    let disk: DiskGuard

    func run() async throws {
        await cancelWhenGracefulShutdown { await disk.watch() }
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
