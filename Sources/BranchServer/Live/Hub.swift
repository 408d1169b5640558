import BranchAccess
import BranchStore
import Logging
import NIOCore
import QueueDomain
import QueueEvents
import ServiceLifecycle
import Synchronization
import WebSocketTransport

/// Brings every committed event to every WebSocket that it concerns.
///
/// One task follows the log and offers each event to each client's own mailbox; offering never waits, so a slow
/// client is closed and delays nobody. A client that begins or resumes catches up in its own task and then joins.
package final class Hub: Service {
    private final class Client: Sendable {
        let connection: WebSocketConnection
        let subscription: Subscription
        /// The newest event that it had when it joined.
        let start: Int64

        init(connection: WebSocketConnection, subscription: Subscription, start: Int64) {
            self.connection = connection
            self.subscription = subscription
            self.start = start
        }
    }

    /// A WebSocket's place among those that may follow at once, held from the handshake on. Given back when it is let
    /// go, so that a client that leaves before its socket has opened takes none.
    final class Place: Sendable {
        private let giveBack: @Sendable () -> Void

        fileprivate init(giveBack: @escaping @Sendable () -> Void) { self.giveBack = giveBack }

        deinit { giveBack() }
    }

    private enum Offering {
        case level, more, failed
    }

    private struct State {
        /// The newest event that has been, or is being, offered to the clients that have joined.
        var cursor: Int64
        var joined: [UInt64: Client] = [:]
        /// Places that are taken, by those who have joined and by those who come or catch up.
        var places = 0
        var isClosing = false
    }

    private let store: BranchStore
    private let live: LiveAccess
    private let browsers: BrowserDirectory
    private let sockets: Int
    private let patience: Duration
    private let logger: Logger
    private let shelf: SnapshotShelf
    /// Guards who follows and how far they are; held for a few instructions, because connections' tasks wait for it on
    /// their event loops.
    private let state: Mutex<State>
    /// Held by the task that offers, so that events and beats reach each client in their order; no connection's task
    /// takes it. Guards the newest event that everybody who has joined was offered. Taken before `state`.
    private let turn: Mutex<Int64>

    /// - Parameters:
    ///   - sockets: how many WebSockets may follow at once.
    ///   - patience: how long one may take for what it is given while it catches up.
    init(
        store: BranchStore, live: LiveAccess, browsers: BrowserDirectory, sockets: Int, patience: Duration,
        logger: Logger
    ) {
        self.store = store
        self.live = live
        self.browsers = browsers
        self.sockets = sockets
        self.patience = patience
        self.logger = logger
        let head = store.writer.ring.head
        shelf = SnapshotShelf(store: store)
        state = Mutex(State(cursor: head))
        turn = Mutex(head)
    }

    /// Whether another WebSocket may come.
    package var hasRoom: Bool { state.withLock { $0.places < sockets && !$0.isClosing } }

    /// Takes a place for another WebSocket.
    /// - Returns: nil when there is none, or the hub ends.
    func takePlace() -> Place? {
        let isTaken = state.withLock { state in
            guard state.places < sockets, !state.isClosing else { return false }
            state.places += 1
            return true
        }
        guard isTaken else { return nil }
        return Place { [weak self] in self?.state.withLock { $0.places -= 1 } }
    }

    /// How many follow now.
    package var followers: Int { state.withLock { $0.joined.count } }

    /// Follows the log, beats, and ends connections whose token was revoked, until the graceful shutdown.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.followLog() }
                group.addTask { await self.beat() }
                for change in self.live.changes {
                    group.addTask { await self.closeRevoked(after: change) }
                }
                group.addTask { await self.lookAfterSessions() }
            }
        } onGracefulShutdown: {
            self.close()
        }
    }

    private func close() {
        let clients = state.withLock { state in
            state.isClosing = true
            return Array(state.joined.values)
        }
        for client in clients { client.connection.close(1001, reason: "shutting down") }
    }

    private func closeRevoked(after changes: AsyncStream<Void>) async {
        for await _ in changes.cancelOnGracefulShutdown() {
            for client in state.withLock({ Array($0.joined.values) }) { closeIfRevoked(client) }
        }
    }

    /// An agent at an open counter is active for as long as the socket lives; other sessions end by time, which nothing
    /// else would notice here.
    private func lookAfterSessions() async {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            // Ended: the loop ends.
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(Limits.sessionPause)) }
            let clients = state.withLock { $0.joined.values.filter { $0.subscription.principal.kind != .token } }
            guard !clients.isEmpty else { continue }
            let tick = store.moment().tick
            let open = await openCounters()
            for client in clients {
                let principal = client.subscription.principal
                if let counter = principal.counterID, open.contains(counter) {
                    browsers.touch(session: principal.tokenID, tick: tick)
                }
                closeIfRevoked(client)
            }
        }
    }

    private func openCounters() async -> Set<Int64> {
        do {
            let counters = try await store.counters()
            return Set(counters.filter { $0.counter.state == .open }.map(\.counter.id.rawValue))
        } catch {
            logger.error("The hub can't read the counters", metadata: ["cause": "\(error)"])
            return []
        }
    }

    private func closeIfRevoked(_ client: Client) {
        guard !live.includes(client.subscription.principal) else { return }
        client.connection.close(4401, reason: "permission was lost")
    }

    // MARK: To those who have joined

    private func followLog() async {
        for await head in store.writer.ring.growth().cancelOnGracefulShutdown() {
            var outcome = await offerNext(upTo: head)
            while outcome != .level, !Task.isCancelled, !Task.isShuttingDownGracefully {
                switch outcome {
                // Between two portions the event loops get their turn to empty the mailboxes.
                case .level, .more: await Task.yield()
                // Beats go on meanwhile, so nobody but the hub would notice that events don't.
                case .failed:
                    // Ended: the loop ends.
                    try? await cancelWhenGracefulShutdown {
                        try await Task.sleep(for: .milliseconds(Limits.hubRetryPause))
                    }
                }
                outcome = await offerNext(upTo: head)
            }
        }
    }

    /// Offers the next events to everybody who has joined.
    private func offerNext(upTo head: Int64) async -> Offering {
        let cursor = state.withLock { $0.cursor }
        guard cursor < head else { return .level }
        do {
            guard let events = try await events(after: cursor, limit: Limits.portion) else {
                logger.error("The log was pruned before the hub had read it", metadata: ["seq": "\(cursor)"])
                goOn(from: store.writer.ring.head)
                return .level
            }
            offer(events)
            return events.isEmpty ? .level : .more
        } catch {
            logger.error("The hub can't read the log", metadata: ["cause": "\(error)"])
            return .failed
        }
    }

    /// Leaves out what nobody can be given any more. Whoever has joined would miss it and not know: so all are closed,
    /// and come back for a snapshot.
    private func goOn(from head: Int64) {
        turn.withLock { offered in
            let clients = state.withLock { state in
                state.cursor = max(state.cursor, head)
                return Array(state.joined.values)
            }
            for client in clients where client.start < head {
                client.connection.close(1011, reason: "the log has moved on")
            }
            offered = max(offered, head)
        }
    }

    /// Events as they are offered, from memory or, when they have left it, from the database.
    /// - Returns: nil when some of them were pruned.
    private func events(after seq: Int64, limit: Int) async throws(StoreError) -> [LiveEvent]? {
        if let recent = store.writer.ring.events(after: seq, limit: limit) { return recent.map(LiveEvent.init) }
        return try await store.events(after: seq, limit: limit)?.map(LiveEvent.init)
    }

    private func offer(_ events: [LiveEvent]) {
        guard let last = events.last?.seq else { return }
        turn.withLock { offered in
            // Who joins from here on has them already, or is given them by its own task.
            let clients = state.withLock { state in
                state.cursor = last
                return Array(state.joined.values)
            }
            for var event in events {
                for client in clients where event.seq > client.start {
                    guard let frame = event.frame(for: client.subscription) else { continue }
                    client.connection.offer(frame)
                }
            }
            offered = last
        }
    }

    private func beat() async {
        var second = 0
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(1)) }  // Ended: the loop ends.
            second += 1
            let now = store.moment().wall.milliseconds
            turn.withLock { offered in
                let frame = Frames.beat(head: offered, at: now)
                let clients = state.withLock { Array($0.joined.values) }
                // One who is ahead of the hub would take an older number for a loss; the next beat finds it level.
                for client in clients
                where second % client.subscription.beatSeconds == 0 && client.start <= offered {
                    client.connection.offer(frame)
                }
            }
        }
    }

    // MARK: Those who arrive

    /// Serves one WebSocket until it closes.
    /// - Parameter place: held until then.
    func serve(_ connection: WebSocketConnection, _ subscription: Subscription, in place: Place) async {
        let device = subscription.principal.deviceID
        if let device { browsers.connected(device: device, tick: store.moment().tick) }
        if let client = await arrival(connection, subscription) { closeIfRevoked(client) }
        await connection.waitUntilClosed()
        state.withLock { _ = $0.joined.removeValue(forKey: connection.id) }
        if let device { browsers.disconnected(device: device, tick: store.moment().tick) }
        withExtendedLifetime(place) {}
    }

    /// - Returns: the client when it has joined; nil when its connection ends.
    private func arrival(_ connection: WebSocketConnection, _ subscription: Subscription) async -> Client? {
        do {
            return try await arrive(connection, subscription)
        } catch {
            // One who has left ends what was being read for it.
            if !Task.isCancelled, !connection.isClosed {
                logger.error("A WebSocket could not begin", metadata: ["cause": "\(error)"])
            }
            connection.close(1011, reason: "the server could not read its log")
            return nil
        }
    }

    /// Hello, then a snapshot or what was missed, then a place among those who have joined.
    private func arrive(
        _ connection: WebSocketConnection, _ subscription: Subscription
    ) async throws(StoreError) -> Client? {
        guard var cursor = try await begin(connection, subscription) else { return nil }
        while true {
            // With its last portion still on the way it may join: a mailbox holds more than that.
            if let client = join(connection, subscription, at: cursor) { return client }
            guard await hasTakenAll(connection) else { return nil }
            guard !connection.isClosed, let missed = try await events(after: cursor, limit: Limits.portion) else {
                connection.close(1011, reason: "the log has moved on")
                return nil
            }
            for var event in missed {
                cursor = event.seq
                guard let frame = event.frame(for: subscription) else { continue }
                guard connection.offer(frame) else { return nil }
            }
        }
    }

    /// Sends hello, and the snapshot to one who doesn't resume.
    /// - Returns: the newest event that the client has; nil when it has gone.
    private func begin(
        _ connection: WebSocketConnection, _ subscription: Subscription
    ) async throws(StoreError) -> Int64? {
        if let since = subscription.since, try await canResume(since) {
            let isTaken = connection.offer(Frames.hello(lineage: store.lineage, head: store.writer.ring.head))
            return isTaken ? since.seq : nil
        }
        let key = SnapshotShelf.Key(isStaff: subscription.view == .staff, queues: subscription.queues)
        let shelf = shelf
        // Encoding a long line isn't for the event loop that this task runs on.
        let snapshot = try await withTaskExecutorPreference(globalConcurrentExecutor) { () throws(StoreError) in
            try await shelf.snapshot(for: key)
        }
        // The mailbox takes a frame of any size when it is empty, and must be empty again before events follow.
        guard connection.offer(Frames.hello(lineage: store.lineage, head: snapshot.seq)),
            await hasTakenAll(connection), connection.offer(snapshot.frame), await hasTakenAll(connection)
        else { return nil }
        return snapshot.seq
    }

    /// Whether a client may go on from there; else it must take a snapshot.
    private func canResume(_ since: LogPlace) async throws(StoreError) -> Bool {
        let head = store.writer.ring.head
        guard since.lineage == store.lineage, since.seq <= head, head - since.seq <= Limits.resume else { return false }
        return try await store.events(after: since.seq, limit: 1) != nil
    }

    /// Joins when the client has everything that the hub has offered to others.
    private func join(
        _ connection: WebSocketConnection, _ subscription: Subscription, at cursor: Int64
    ) -> Client? {
        state.withLock { state in
            if state.isClosing { connection.close(1001, reason: "shutting down") }
            guard !connection.isClosed, cursor >= state.cursor else { return nil }
            // While the hub itself is behind, it offers faster than a client's event loop may send; such a client goes
            // on by itself, portion by portion.
            guard store.writer.ring.head - cursor <= Int64(Limits.portion) else { return nil }
            let client = Client(connection: connection, subscription: subscription, start: cursor)
            state.joined[connection.id] = client
            return client
        }
    }

    /// Waits until the client has taken what was offered. This task runs on the connection's event loop, so one turn of
    /// it is enough for a client that keeps up; only a slow one is looked at again.
    /// - Returns: false when the connection ends, or takes too long and is closed as any slow one is.
    private func hasTakenAll(_ connection: WebSocketConnection) async -> Bool {
        let deadline = ContinuousClock.now.advanced(by: patience)
        for look in 0... {
            if connection.isClosed || Task.isCancelled { return false }
            if connection.pendingFrames == 0 { return true }
            if ContinuousClock.now > deadline { break }
            if look < 2 {
                await Task.yield()
            } else {
                try? await Task.sleep(for: .milliseconds(Limits.catchUpPause))  // Cancelled: the next turn ends it.
            }
        }
        connection.close(1013, reason: "too slow")
        return false
    }
}
