import BranchUplink
import Foundation
import QueueEvents

extension UplinkSimulation {
    func newDisk() -> SimulatedBox.Disk {
        let lineage = random.next()
        let chain = plant == .noChain ? EventChain(value: 1) : EventChain(lineage: lineage)
        return SimulatedBox.Disk(
            anchor: LogPoint(seq: 0, chain: chain),
            epochs: [LocalEpoch(number: 1, lineage: lineage, firstSeq: 1)])
    }

    /// Starts a box's program from what its disk holds.
    func start(_ box: Int) {
        let disk = boxes[box].disk
        boxes[box].life += 1
        boxes[box].lastAcked = disk.acked.seq
        boxes[box].highest = (disk.acked.epoch, disk.acked.seq)
        boxes[box].publisher = Publisher(
            branch: branch, history: disk.history, gen: disk.gen, acked: disk.acked, incarnation: disk.incarnation,
            pace: pace, random: SplitMix64(seed: random.next()))
        note("box \(box) starts: head \(disk.head), acked \(disk.acked.text), epochs \(disk.epochs.map(\.number))")
        feed(box, .started)
    }

    /// Ends a box's program without a word; its requests may travel on.
    func stop(_ box: Int) {
        boxes[box].life += 1
        boxes[box].publisher = nil
        close(box)
    }

    /// Gives the publisher an event and does what it says.
    func feed(_ box: Int, _ event: PublisherEvent) {
        guard var publisher = boxes[box].publisher else { return }
        boxes[box].publisher = nil
        let actions = publisher.handle(event, now: .microseconds(now))
        boxes[box].publisher = publisher
        check(box, publisher.status)
        for action in actions { perform(action, box) }
    }

    private func perform(_ action: PublisherAction, _ box: Int) {
        mix(UInt64(truncatingIfNeeded: box + 1))
        switch action {
        case .connect(let number): connect(box, number)
        case .disconnect: close(box)
        case .handshake(let number): handshake(box, number)
        case .append(let number, let entries): for entry in entries { append(box, number, entry) }
        case .trim(let number, let id): trim(box, number, id)
        case .readAck(let number): readAck(box, number)
        case .sendHeartbeat: break
        case .persistGeneration(let gen):
            store(box) {
                $0.gen = max($0.gen, gen)
            } then: { _ in
                .generationStored(gen)
            }
        case .openEpoch(let number, let firstSeq, let parent, let reason):
            note("box \(box) opens epoch \(number) at \(firstSeq): \(reason)")
            let epoch = LocalEpoch(
                number: number, lineage: random.next(), firstSeq: firstSeq, parent: parent,
                isBaseline: reason == .baseline)
            store(box) {
                if firstSeq > $0.anchor.seq { $0.epochs.append(epoch) }
            } then: {
                $0.epochs.last == epoch ? .epochOpened(epoch) : .storeFailed(reason: "pruned")
            }
        case .persistAcked(let position, let incarnation):
            store(box) {
                $0.acked = position
                $0.incarnation = incarnation
            } then: { _ in
                nil
            }
        case .loadEvents(let request, let after, let limit, _):
            read(box) { .eventsLoaded(request: request, $0.events(after: after, limit: limit)) }
        case .loadChains(let request, let sequences):
            read(box) { disk in
                let points = sequences.compactMap { seq in disk.chain(at: seq).map { LogPoint(seq: seq, chain: $0) } }
                return .chainsLoaded(request: request, points, anchor: disk.anchor)
            }
        case .setAlarm(let alarm): note("box \(box) alarm \(alarm.map { "\($0)" } ?? "none")")
        case .setTimer(let time): setTimer(box, time)
        }
    }

    private func setTimer(_ box: Int, _ time: Duration?) {
        boxes[box].timer += 1
        guard let time else { return }
        let (timer, life) = (boxes[box].timer, boxes[box].life)
        let microseconds = time.components.seconds * Self.second + time.components.attoseconds / 1_000_000_000_000
        at(microseconds + 1) { world in
            guard world.boxes[box].timer == timer, world.boxes[box].life == life else { return }
            world.feed(box, .timer)
        }
    }

    /// The writer: one after the other, durable before the answer; a kill loses what was not begun.
    private func store(
        _ box: Int, _ change: @escaping (inout SimulatedBox.Disk) -> Void,
        then answer: @escaping (SimulatedBox.Disk) -> PublisherEvent?
    ) {
        let life = boxes[box].life
        let time = max(boxes[box].lastStore, now) + Int64(random.within(100...8_000))
        boxes[box].lastStore = time
        at(time) { world in
            guard world.boxes[box].life == life else { return }
            change(&world.boxes[box].disk)
            guard let event = answer(world.boxes[box].disk) else { return }
            world.later(milliseconds: 0...1) { world in
                if world.boxes[box].life == life { world.feed(box, event) }
            }
        }
    }

    private func read(_ box: Int, _ answer: @escaping (SimulatedBox.Disk) -> PublisherEvent) {
        let life = boxes[box].life
        later(milliseconds: 0...3) { world in
            guard world.boxes[box].life == life else { return }
            world.feed(box, answer(world.boxes[box].disk))
        }
    }

    /// Writes one event into a box's log.
    func write(_ box: Int) {
        let seq = boxes[box].disk.head + 1
        let milliseconds = 1_795_508_150_000 + now / Self.millisecond
        let uid = EventUID(
            milliseconds: milliseconds, random: (UInt16(truncatingIfNeeded: random.next()), random.next()))
        let text =
            #"{"seq":\#(seq),"uid":"\#(uid.text)","event":"ticket.called","tv":1,"at":""#
            + UTCText.text(milliseconds: milliseconds) + #""}"#
        let body = Array(text.utf8)
        let last = boxes[box].disk.log.last?.chain ?? boxes[box].disk.anchor.chain
        boxes[box].disk.log.append(
            SimulatedBox.Event(seq: seq, uid: uid.text, chain: link(last, uid, body), body: body, at: now))
        outcome.events += 1
    }

    /// Lets a box write now and then, mostly little, sometimes much.
    func grow(_ box: Int) {
        guard !isHealed || now < healedAt + 3 * Self.second else { return }
        later(milliseconds: 20...900) { $0.grow(box) }
        guard boxes[box].publisher != nil else { return }
        let count = random.chance(30) ? random.within(20...120) : random.within(1...4)
        var bytes = 0
        for _ in 0..<count {
            write(box)
            bytes += 100
        }
        feed(box, .logGrew(head: boxes[box].disk.head, bytes: bytes))
    }

    /// Takes the oldest events out of a box's log.
    func prune(_ box: Int, through seq: Int64) {
        guard seq > boxes[box].disk.anchor.seq, let chain = boxes[box].disk.chain(at: seq) else { return }
        boxes[box].disk.anchor = LogPoint(seq: seq, chain: chain)
        note("box \(box) prunes through \(seq)")
        feed(box, .pruned(anchor: boxes[box].disk.anchor))
    }

    func pruneSafe() {
        later(milliseconds: 3_000...6_000) { $0.pruneSafe() }
        for box in boxes.indices where boxes[box].publisher != nil {
            let disk = boxes[box].disk
            let limit = now - Int64(keep) * Self.millisecond
            let old = disk.log.prefix { $0.at < limit && $0.seq <= disk.acked.seq }.last
            if let old { prune(box, through: old.seq) }
        }
    }

    func copyDisk() {
        guard !isHealed else { return }
        later(milliseconds: 2_000...6_000) { $0.copyDisk() }
        boxes[0].copies.append(boxes[0].disk)
        if boxes[0].copies.count > 4 { boxes[0].copies.removeFirst() }
    }
}
