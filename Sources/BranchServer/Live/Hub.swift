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

        init(connection: WebSocketConnection, subscription: Subscription) {
            self.connection = connection
            self.subscription = subscription
        }
    }

    private struct State {
        /// The newest event that was offered to the clients that have joined.
        var cursor: Int64
        var joined: [UInt64: Client] = [:]
        /// Clients that catch up; they count, but get nothing from the hub.
        var arriving = 0
        var isClosing = false
    }

    private struct SnapshotKey: Hashable {
        let isStaff: Bool
        let queues: Set<QueueID>?
    }

    private let store: BranchStore
    private let tokens: TokenDirectory
    private let logger: Logger
    /// Guards who follows and how far they are; held while one batch of events is offered.
    private let state: Mutex<State>
    /// Guards the newest snapshot frames, so that many clients who come at once share one.
    private let snapshots = Mutex<[SnapshotKey: (seq: Int64, frame: EncodedFrame)]>([:])

    init(store: BranchStore, tokens: TokenDirectory, logger: Logger) {
        self.store = store
        self.tokens = tokens
        self.logger = logger
        state = Mutex(State(cursor: store.writer.ring.head))
    }

    /// Whether another WebSocket may come.
    package var hasRoom: Bool {
        state.withLock { $0.joined.count + $0.arriving < Limits.sockets && !$0.isClosing }
    }

    /// How many follow now.
    package var followers: Int { state.withLock { $0.joined.count } }

    /// Follows the log and beats until the graceful shutdown.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.followLog() }
                group.addTask { await self.beat() }
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

    private func followLog() async {
        for await head in store.writer.ring.growth().cancelOnGracefulShutdown() {
            while await offerNext(upTo: head) {}
        }
    }

    /// Offers the next events to everybody who has joined.
    /// - Returns: whether there may be more.
    private func offerNext(upTo head: Int64) async -> Bool {
        let cursor = state.withLock { $0.cursor }
        guard cursor < head else { return false }
        if let events = store.writer.ring.events(after: cursor, limit: StoreLimits.batch) {
            offer(events.map(LiveEvent.init), after: cursor)
            return true
        }
        do {
            let stored = try await store.events(after: cursor, limit: StoreLimits.batch) ?? []
            offer(stored.map(LiveEvent.init), after: cursor)
            return !stored.isEmpty
        } catch {
            logger.error("The hub can't read the log", metadata: ["cause": "\(error)"])
            return false
        }
    }

    private func offer(_ events: [LiveEvent], after cursor: Int64) {
        guard let last = events.last else { return }
        state.withLock { state in
            precondition(state.cursor == cursor, "Only one task moves the hub's cursor.")
            for event in events {
                var event = event
                for client in state.joined.values {
                    guard let frame = event.frame(for: client.subscription) else { continue }
                    _ = client.connection.offer(frame)
                }
            }
            state.cursor = last.seq
        }
    }

    private func beat() async {
        var second = 0
        var revision = tokens.revision
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(1)) }  // Ended: the loop ends.
            second += 1
            let clients = state.withLock { Array($0.joined.values) }
            let frame = Frames.beat(head: state.withLock { $0.cursor }, at: WallClock.milliseconds())
            for client in clients where second % client.subscription.beatSeconds == 0 {
                _ = client.connection.offer(frame)
            }
            let newest = tokens.revision
            if newest != revision {
                for client in clients where !tokens.isLive(tokenID: client.subscription.principal.tokenID) {
                    client.connection.close(4401, reason: "permission was lost")
                }
                revision = newest
            }
        }
    }

    /// Serves one WebSocket until it closes.
    func serve(_ connection: WebSocketConnection, _ subscription: Subscription) async {
        connection.recognise()
        let client = Client(connection: connection, subscription: subscription)
        state.withLock { $0.arriving += 1 }
        let hasJoined: Bool
        do {
            hasJoined = try await arrive(client)
        } catch {
            logger.error("A WebSocket could not begin", metadata: ["cause": "\(error)"])
            connection.close(1011, reason: "the server could not read its log")
            hasJoined = false
        }
        if !hasJoined { state.withLock { $0.arriving -= 1 } }
        await connection.waitUntilClosed()
        state.withLock { _ = $0.joined.removeValue(forKey: connection.id) }
    }

    /// Hello, then a snapshot or what was missed, then a place among those who have joined.
    private func arrive(_ client: Client) async throws(StoreError) -> Bool {
        var cursor: Int64
        if let since = await usable(client.subscription.since) {
            cursor = since
            guard client.connection.offer(Frames.hello(lineage: store.lineage, head: store.writer.ring.head)) else {
                return false
            }
        } else {
            let (seq, frame) = try await snapshot(for: client.subscription)
            cursor = seq
            guard client.connection.offer(Frames.hello(lineage: store.lineage, head: seq)),
                client.connection.offer(frame)
            else { return false }
        }
        while !client.connection.isClosed {
            if join(client, at: cursor) { return true }
            guard let missed = try await store.events(after: cursor, limit: StoreLimits.batch) else { return false }
            for event in missed {
                var event = LiveEvent(event)
                cursor = event.seq
                guard let frame = event.frame(for: client.subscription) else { continue }
                guard client.connection.offer(frame) else { return false }
            }
            if missed.isEmpty { await Task.yield() }
        }
        return false
    }

    /// Joins when the client has everything that the hub has offered to others.
    private func join(_ client: Client, at cursor: Int64) -> Bool {
        state.withLock { state in
            if state.isClosing {
                client.connection.close(1001, reason: "shutting down")
                return false
            }
            guard cursor >= state.cursor else { return false }
            guard cursor == state.cursor else { return false }
            state.arriving -= 1
            state.joined[client.connection.id] = client
            return true
        }
    }

    /// Where a client may go on; nil when it must take a snapshot.
    private func usable(_ since: LogPlace?) async -> Int64? {
        let head = store.writer.ring.head
        guard let since, since.lineage == store.lineage, since.seq <= head, head - since.seq <= Limits.resume else {
            return nil
        }
        return since.seq
    }

    private func snapshot(for subscription: Subscription) async throws(StoreError) -> (Int64, EncodedFrame) {
        let key = SnapshotKey(isStaff: subscription.view == .staff, queues: subscription.queues)
        let head = store.writer.ring.head
        if let known = snapshots.withLock({ $0[key] }), known.seq == head { return (known.seq, known.frame) }
        let snapshot = try await store.snapshot(
            of: subscription.queues, waitingPerQueue: Limits.snapshotTickets, wantsTexts: key.isStaff)
        let frame = Frames.snapshot(snapshot, lineage: store.lineage, view: subscription.view)
        snapshots.withLock { snapshots in
            if snapshots.count >= Limits.keptSnapshots { snapshots = [:] }
            snapshots[key] = (snapshot.seq, frame)
        }
        return (snapshot.seq, frame)
    }
}
