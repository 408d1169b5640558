import BranchStore
import Foundation
import Logging
import NIOCore
import NIOPosix
import QueueEvents
import RedisStreams
import Synchronization

/// One run of the publisher: feeds it events, performs its actions, in one task; replies come back as events.
actor UplinkRun {
    private let store: BranchStore
    private let enrolment: Enrolment
    private let address: RedisAddress
    private let options: UplinkOptions
    private let logger: Logger
    private let report: @Sendable (UplinkStanding) -> Void
    private let keys: UplinkKeys
    private let start = ContinuousClock.now
    private let growth = GrowthNote()
    /// Replies, at most as many as the publisher has under way, and one note that the log has grown.
    private let events: AsyncStream<PublisherEvent>
    private let happened: AsyncStream<PublisherEvent>.Continuation
    private var link: (number: Int, connection: RedisConnection)?
    /// The connection that the publisher wants; one that comes after it was given up is closed.
    private var wanted: Int?
    private var timer: Scheduled<Void>?
    /// Writes to the store, done one after the other: a position must not overtake the epoch that it is in.
    private let writes: AsyncStream<Write>
    private let write: AsyncStream<Write>.Continuation
    private var mark: HistoryMark.Writer

    private typealias Write = @Sendable () async throws(StoreError) -> PublisherEvent?

    init(
        store: BranchStore, enrolment: Enrolment, address: RedisAddress, options: UplinkOptions, logger: Logger,
        report: @escaping @Sendable (UplinkStanding) -> Void
    ) {
        self.store = store
        self.enrolment = enrolment
        self.address = address
        self.options = options
        self.logger = logger
        self.report = report
        keys = UplinkKeys(branch: enrolment.branch)
        mark = HistoryMark.Writer(directory: store.directory)
        (events, happened) = AsyncStream.makeStream(of: PublisherEvent.self)
        (writes, write) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(UplinkServiceLimits.writes))
    }

    /// Runs until it is cancelled. A store that can't be read at the beginning is asked again.
    func run() async {
        while !Task.isCancelled {
            do throws(StoreError) {
                return await drive(try await begin())
            } catch {
                logger.error("The uplink can't read its state", metadata: ["cause": "\(error)"])
                report(UplinkStanding(branch: enrolment.branch, cause: "the branch's own store refuses: \(error)"))
                try? await Task.sleep(for: options.pace.longestBackoff)  // Cancelled: the loop sees it.
            }
        }
    }

    private func begin() async throws(StoreError) -> Publisher {
        _ = try await enrolment.adopt(in: store)
        let history = try await store.uplinkHistory()
        if let found = HistoryMark.read(in: store.directory), try await !found.agrees(with: history, in: store) {
            logger.warning(
                "The database is older than the mark beside it: it was restored, or the mark is another's",
                metadata: ["mark": "\(found.seq)", "head": "\(history.head.seq)"])
            // What was safe is asked again, and nothing is pruned until that is known.
            try await store.changeSyncState {
                $0.acked = .none
                $0.incarnation = nil
            }
        }
        let sync = try await store.syncState()
        return Publisher(
            branch: enrolment.branch, history: LocalHistory(history), gen: sync.gen, acked: sync.acked,
            incarnation: sync.incarnation, pace: options.pace, random: SystemRandomNumberGenerator())
    }

    private func drive(_ beginning: Publisher) async {
        var publisher = beginning
        await withDiscardingTaskGroup { group in
            group.addTask { [growth, happened, store] in
                for await head in store.writer.ring.growth() where growth.note(head) { happened.yield(.timer) }
            }
            group.addTask { [writes, happened] in
                for await write in writes {
                    do throws(StoreError) {
                        if let event = try await write() { happened.yield(event) }
                    } catch {
                        happened.yield(.storeFailed(reason: "\(error)"))
                    }
                }
            }
            growth.begin(at: publisher.history.head)
            await perform(publisher.handle(.started, now: now), in: &group)
            for await event in events {
                if let (head, since) = growth.take() {
                    let grown = PublisherEvent.logGrew(head: head, bytes: bytes(after: since))
                    await perform(publisher.handle(grown, now: now), in: &group)
                }
                await perform(publisher.handle(event, now: now), in: &group)
                tell(publisher.status)
            }
            // Cancelled: what is under way on the connection ends with it.
            timer?.cancel()
            group.cancelAll()
            await link?.connection.close()
        }
    }

    private var now: Duration { start.duration(to: .now) }

    private func tell(_ status: PublisherStatus) {
        report(UplinkStanding(branch: enrolment.branch, publisher: status, isConnected: link != nil))
    }

    private func bytes(after seq: Int64) -> Int {
        let recent = store.writer.ring.events(after: seq, limit: UplinkServiceLimits.weighedEvents) ?? []
        return recent.reduce(0) { $0 + $1.body.count }
    }

    private func perform(_ actions: [PublisherAction], in group: inout DiscardingTaskGroup) async {
        for action in actions { await perform(action, in: &group) }
    }

    private func perform(_ action: PublisherAction, in group: inout DiscardingTaskGroup) async {
        switch action {
        case .connect(let number):
            wanted = number
            group.addTask { await self.connect(number) }
        case .disconnect(let number): disconnect(number, in: &group)
        case .handshake(let number): shakeHands(number, in: &group)
        case .append(let number, let entries): append(entries, on: number, in: &group)
        case .trim(let number, let id):
            send([.xtrim(keys.up, below: id.text)], on: number, in: &group) { _ in [] }
        case .readAck(let number):
            send([.hgetall(keys.ack)], on: number, in: &group) { values in
                if case .error(let error) = values[0] {
                    return [.connectionLost(connection: number, reason: "\(error)")]
                }
                return [.ackRead(connection: number, Self.ack(values[0]))]
            }
        case .sendHeartbeat(let number): sendHeartbeat(number, in: &group)
        case .persistGeneration(let gen): persist(gen)
        case .openEpoch(let number, let firstSeq, let parent, let reason): open(number, firstSeq, parent, reason)
        case .loadEvents(let request, let after, let limit, let bytes):
            load(request, after: after, limit: limit, bytes: bytes, in: &group)
        case .loadChains(let request, let sequences): look(request, up: sequences, in: &group)
        case .persistAcked(let position, let incarnation): persist(position, incarnation)
        case .setAlarm(let alarm): log(alarm)
        case .setTimer(let at): setTimer(at)
        }
    }

    private func log(_ alarm: PublisherAlarm?) {
        guard let alarm else { return logger.info("The uplink moves") }
        logger.warning("The uplink doesn't move", metadata: ["cause": "\(alarm.sentence)"])
    }

    private func setTimer(_ at: Duration?) {
        timer?.cancel()
        timer = at.map { at in
            let wait = TimeAmount(max(at - now, .zero))
            return MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: wait) { [happened] in
                happened.yield(.timer)
            }
        }
    }
}

extension UplinkRun {
    private func connect(_ number: Int) async {
        do throws(RedisError) {
            let connection = try await RedisConnection.connect(to: address, options: options.redis, logger: logger)
            guard wanted == number else { return await connection.close() }
            link = (number, connection)
            happened.yield(.connected(connection: number))
        } catch {
            happened.yield(.connectionLost(connection: number, reason: "\(error)"))
        }
    }

    private func disconnect(_ number: Int, in group: inout DiscardingTaskGroup) {
        if wanted == number { wanted = nil }
        guard let ended = link, ended.number <= number else { return }
        link = nil
        group.addTask { await ended.connection.close() }
    }

    /// Puts commands on their way at once, so that they go in the order of the actions, and yields what their replies
    /// mean. A lost connection is told once.
    private func send(
        _ commands: [RedisCommand], on number: Int, in group: inout DiscardingTaskGroup,
        meaning: @escaping @Sendable ([RedisValue]) -> [PublisherEvent]
    ) {
        guard let link, link.number == number else { return }
        do throws(RedisError) {
            let replies = try link.connection.begin(commands)
            group.addTask { [happened] in
                do throws(RedisError) {
                    for event in meaning(try await replies.values()) { happened.yield(event) }
                } catch {
                    happened.yield(.connectionLost(connection: number, reason: "\(error)"))
                }
            }
        } catch {
            happened.yield(.connectionLost(connection: number, reason: "\(error)"))
        }
    }

    private func shakeHands(_ number: Int, in group: inout DiscardingTaskGroup) {
        let commands: [RedisCommand] = [
            .time, .xgroupCreate(keys.up, group: UplinkKeys.group), .hgetall(keys.ack), .xinfoStream(keys.up),
        ]
        send(commands, on: number, in: &group) { values in
            do throws(RedisError) {
                _ = try values[1].groupCreated()
                let top = try values[3].streamInfo()?.lastGeneratedID
                return [
                    .handshakeDone(
                        connection: number, ack: Self.ack(values[2]), top: top.flatMap { FrameID(text: $0) })
                ]
            } catch {
                // Without a stream there must be room for one.
                if error.serverKind == .oom { return [.appendFailed(connection: number, .outOfMemory)] }
                return [.connectionLost(connection: number, reason: "\(error)")]
            }
        }
    }

    private func append(_ entries: [OutgoingEntry], on number: Int, in group: inout DiscardingTaskGroup) {
        let commands = entries.map { entry in
            RedisCommand.xadd(
                keys.up, id: entry.id.text, fields: entry.fields.map { StreamField(name: $0.name, bytes: $0.value) })
        }
        send(commands, on: number, in: &group) { values in
            zip(entries, values).map { entry, value in
                do throws(RedisError) {
                    guard try value.addedID() != nil else {
                        return .appendFailed(connection: number, .noStream)
                    }
                    return .appended(connection: number, entry.id)
                } catch {
                    return .appendFailed(connection: number, AppendFailure(error))
                }
            }
        }
    }

    private func sendHeartbeat(_ number: Int, in group: inout DiscardingTaskGroup) {
        let head = store.writer.ring.head
        let milliseconds = Int64(Date().timeIntervalSince1970 * 1_000)
        let fields = [
            ("branch", "\(enrolment.branch)"), ("version", options.version), ("head", "\(head)"),
            ("at", "\(milliseconds)"),
        ]
        send(
            [
                .hset(keys.heartbeat, fields.map { (name: $0.0, value: $0.1) }),
                .expire(keys.heartbeat, after: UplinkKeys.heartbeatLife),
            ],
            on: number, in: &group
        ) { _ in [] }
    }

    private static func ack(_ value: RedisValue) -> UplinkAck? {
        // A hash that can't be read is as good as none: the next beat mends it.
        guard let fields = try? value.hash() else { return nil }
        return UplinkAck(fields: fields)
    }
}

extension UplinkRun {
    private func enqueue(_ work: @escaping Write) {
        guard case .dropped = write.yield(work) else { return }
        happened.yield(.storeFailed(reason: "too many writes wait"))
    }

    private func persist(_ gen: Int64) {
        enqueue { [store] () throws(StoreError) in
            try await store.changeSyncState { $0.gen = max($0.gen, gen) }
            return .generationStored(gen)
        }
    }

    private func persist(_ position: UplinkPosition, _ incarnation: String?) {
        enqueue { [store, weak self] () throws(StoreError) in
            try await store.changeSyncState {
                $0.acked = position
                $0.incarnation = incarnation
            }
            await self?.writeMark()
            return nil
        }
    }

    private func open(_ number: Int64, _ firstSeq: Int64, _ parent: FrameHeader.Parent?, _ reason: EpochReason) {
        logger.warning("A new epoch begins", metadata: ["epoch": "\(number)", "reason": "\(reason.rawValue)"])
        enqueue { [store] () throws(StoreError) in
            let epoch = try await store.openEpoch(
                number: number, firstSeq: firstSeq, parent: parent, reason: reason.rawValue)
            return .epochOpened(LocalEpoch(epoch))
        }
    }

    private func load(
        _ request: Int, after seq: Int64, limit: Int, bytes: Int, in group: inout DiscardingTaskGroup
    ) {
        group.addTask { [store, happened] in
            do throws(StoreError) {
                let found = try await store.uplinkEvents(after: seq, limit: limit, bytes: bytes)
                let events = found?.map { LocalEvent(seq: $0.seq, chain: $0.chain, body: $0.body) }
                happened.yield(.eventsLoaded(request: request, events))
            } catch {
                happened.yield(.storeFailed(reason: "\(error)"))
            }
        }
    }

    private func look(_ request: Int, up sequences: [Int64], in group: inout DiscardingTaskGroup) {
        group.addTask { [store, happened] in
            do throws(StoreError) {
                let links = try await store.chainLinks(at: sequences)
                let anchor = try await store.uplinkHistory().anchor
                happened.yield(
                    .chainsLoaded(request: request, links.map(LogPoint.init(_:)), anchor: LogPoint(anchor)))
            } catch {
                happened.yield(.storeFailed(reason: "\(error)"))
            }
        }
    }

    private func writeMark() async {
        // Writes come one after the other, so nobody else changes it meanwhile.
        var next = mark
        await next.write(at: now, from: store)
        mark = next
    }
}

extension AppendFailure {
    fileprivate init(_ error: RedisError) {
        switch error.serverKind {
        case .idNotAbove: self = .staleID
        case .oom: self = .outOfMemory
        default: self = .other("\(error)")
        }
    }
}

extension LocalHistory {
    fileprivate init(_ history: UplinkHistory) {
        self.init(
            head: history.head.seq, anchor: LogPoint(history.anchor), epochs: history.epochs.map(LocalEpoch.init(_:)))
    }
}

extension LogPoint {
    fileprivate init(_ link: ChainLink) { self.init(seq: link.seq, chain: link.chain) }
}

extension LocalEpoch {
    fileprivate init(_ epoch: Epoch) {
        self.init(
            number: epoch.number, lineage: epoch.lineage, firstSeq: epoch.firstSeq, parent: epoch.parent,
            isBaseline: epoch.reason == EpochReason.baseline.rawValue)
    }
}
