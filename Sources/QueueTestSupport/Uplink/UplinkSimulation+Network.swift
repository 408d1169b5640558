import BranchUplink
import QueueEvents

extension UplinkSimulation {
    func connect(_ box: Int, _ number: Int) {
        close(box)
        let wire = SimulatedBox.Wire(number: number)
        boxes[box].wire = wire
        later(milliseconds: delay) { world in
            // A partition swallows it; the publisher's patience ends.
            guard wire.isOpen, !world.boxes[box].isPartitioned else { return }
            guard world.redis.isUp else { return world.breakWire(box, wire, "refused") }
            wire.boot = world.redis.boot
            world.deliver(box, wire, .connected(connection: number))
        }
    }

    func close(_ box: Int) {
        guard let wire = boxes[box].wire else { return }
        wire.isOpen = false
        wire.carriesRequests = wire.carriesRequests && random.chance(500)
        boxes[box].wire = nil
    }

    func breakWire(_ box: Int, _ wire: SimulatedBox.Wire, _ reason: String) {
        wire.carriesReplies = false
        let life = boxes[box].life
        later(milliseconds: 0...3_000) { world in
            guard wire.isOpen, world.boxes[box].life == life else { return }
            world.close(box)
            world.feed(box, .connectionLost(connection: wire.number, reason: reason))
        }
    }

    private func deliver(_ box: Int, _ wire: SimulatedBox.Wire, _ event: PublisherEvent) {
        let life = boxes[box].life
        wire.lastReply = max(wire.lastReply, now + Int64(random.within(delay) * 1_000))
        at(wire.lastReply) { world in
            guard wire.isOpen, wire.carriesReplies, world.boxes[box].life == life else { return }
            if world.boxes[box].isPartitioned {
                wire.carriesReplies = false
            } else if world.random.chance(world.isHealed ? 0 : world.lostReplies) {
                world.breakWire(box, wire, "reset")
            } else {
                world.feed(box, event)
            }
        }
    }

    /// Sends a request in order; Redis may be another one, or gone, when it arrives.
    private func request(
        _ box: Int, _ number: Int, _ work: @escaping (UplinkSimulation) -> PublisherEvent?
    ) {
        guard let wire = boxes[box].wire, wire.number == number else { return }
        wire.lastArrival = max(wire.lastArrival, now + Int64(random.within(delay) * 1_000))
        at(wire.lastArrival) { world in
            guard wire.carriesRequests else { return }
            if world.boxes[box].isPartitioned {
                wire.carriesRequests = false
                wire.carriesReplies = false
                return
            }
            guard world.redis.isUp, wire.boot == world.redis.boot else {
                wire.carriesRequests = false
                return world.breakWire(box, wire, "reset")
            }
            if let event = work(world) { world.deliver(box, wire, event) }
        }
    }

    func handshake(_ box: Int, _ number: Int) {
        request(box, number) { world in
            world.redis.makeGroup()
            let ack = world.visible(world.redis.keys.ack, to: box)
            return .handshakeDone(connection: number, ack: ack, top: world.redis.keys.top)
        }
    }

    func readAck(_ box: Int, _ number: Int) {
        request(box, number) { world in
            .ackRead(connection: number, world.visible(world.redis.keys.ack, to: box))
        }
    }

    func trim(_ box: Int, _ number: Int, _ id: FrameID) {
        guard plant != .noGeneration else { return }
        request(box, number) { world in
            world.redis.trim(before: id)
            return nil
        }
    }

    func append(_ box: Int, _ number: Int, _ entry: OutgoingEntry) {
        note("box \(box) sends \(entry.id.text) (\(entry.id.epoch):\(entry.id.lastSeq))")
        let id = plant == .noGeneration ? FrameID(gen: 1, epoch: entry.id.epoch, lastSeq: entry.id.lastSeq) : entry.id
        request(box, number) { world in
            let stored = SimulatedRedis.Entry(id: id, fields: entry.fields)
            if let failure = world.redis.add(stored, isRoomDrawn: world.random.chance(300)) {
                return .appendFailed(connection: number, failure)
            }
            world.checkRedis()
            world.wakeIngests()
            if world.plant == .ackFromRedis { world.believe(box, number, entry.id) }
            return .appended(connection: number, entry.id)
        }
    }

    /// The planted mistake: Redis's OK becomes an acknowledgement.
    private func believe(_ box: Int, _ number: Int, _ id: FrameID) {
        guard let wire = boxes[box].wire, wire.number == number, let chain = boxes[box].disk.chain(at: id.lastSeq)
        else { return }
        let ack = UplinkAck(
            incarnation: postgres.incarnation, cursor: UplinkPosition(epoch: id.epoch, seq: id.lastSeq, chain: chain),
            beat: now / Self.millisecond, hqTime: 0)
        deliver(box, wire, .ackRead(connection: number, ack))
    }

    /// What a branch makes of the hash.
    private func visible(_ fields: [String: String]?, to box: Int) -> UplinkAck? {
        guard let ack = fields.flatMap(UplinkAck.init(fields:)) else { return nil }
        guard plant == .noIncarnation else { return ack }
        let place = (ack.cursor.epoch, ack.cursor.seq)
        if place < boxes[box].highest { return nil }
        boxes[box].highest = place
        return ack
    }

    /// Redis makes durable what it has.
    func flushRedis() {
        later(milliseconds: 300...1_500) { $0.flushRedis() }
        if redis.isUp { redis.durable = redis.keys }
    }
}
