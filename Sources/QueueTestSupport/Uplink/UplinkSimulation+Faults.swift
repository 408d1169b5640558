import BranchUplink
import HQIngest
import QueueEvents

extension UplinkSimulation {
    private enum Fault: String, CaseIterable {
        case redisKilled, redisWiped, redisFull, redisAway, streamEvicted, ackEvicted, streamCut, entryDamaged
        case postgresAway, postgresRestored, postgresCloned
        case ingestKilled, ingestsAway, leaseShared
        case partition, reset
        case boxKilled, boxRestored, boxCloned, boxReplaced
    }

    func scheduleFaults() {
        let count = random.chance(100) ? random.within(10...25) : random.within(1...9)
        for _ in 0..<count {
            guard let fault = random.pick(Fault.allCases) else { continue }
            later(milliseconds: 500...(Self.faultySeconds * 1_000)) { $0.strike(fault) }
        }
        at(Int64(Self.faultySeconds + 1) * Self.second) { $0.heal() }
    }

    private func strike(_ fault: Fault) {
        guard !isHealed else { return }
        faultCounts[fault.rawValue, default: 0] += 1
        note("FAULT \(fault.rawValue)")
        switch fault {
        case .redisKilled: restartRedis(with: redis.durable)
        case .redisWiped: redis.keys = SimulatedRedis.Keys()
        case .redisFull: during { $0.redis.isFull = $1 }
        case .redisAway: during { $1 ? ($0.redis.isUp = false) : $0.restartRedis(with: $0.redis.keys) }
        case .streamEvicted:
            let ack = redis.keys.ack
            redis.keys = SimulatedRedis.Keys()
            redis.keys.ack = ack
        case .ackEvicted: redis.keys.ack = nil
        case .streamCut: redis.keys.entries.removeFirst(random.within(0...redis.keys.entries.count))
        case .entryDamaged: damage()
        case .postgresAway:
            during { world, isAway in
                world.postgres.isUp = !isAway
                world.postgres.boot += 1
            }
        case .postgresRestored: restorePostgres(isNewLife: true)
        case .postgresCloned: restorePostgres(isNewLife: false)
        case .ingestKilled:
            let place = random.below(2)
            ingests[place].dies = random.pick(SimulatedIngest.Point.allCases)
            if random.chance(300) { killIngest(place) }
        case .ingestsAway:
            during { world, isAway in
                for place in world.ingests.indices {
                    world.ingests[place].isAlive = !isAway
                    world.ingests[place].life += 1
                    if !isAway { world.startIngest(place) }
                }
            }
        case .leaseShared:
            during { world, isShared in
                for place in world.ingests.indices where isShared { world.giveLease(place) }
                if !isShared { world.ingests[world.random.below(2)].hasLease = false }
            }
        case .partition: part(0)
        case .reset: if let wire = boxes[0].wire { breakWire(0, wire, "reset") }
        case .boxKilled: strikeBox { _ in }
        case .boxRestored: restoreBox()
        case .boxCloned: cloneBox()
        case .boxReplaced: if random.chance(300) { replaceBox() }
        }
    }

    /// Something that begins now and ends by itself.
    private func during(_ change: @escaping (UplinkSimulation, Bool) -> Void) {
        change(self, true)
        let length = random.chance(200) ? 8_000...20_000 : 50...4_000
        later(milliseconds: length) { if !$0.isHealed { change($0, false) } }
    }

    private func restartRedis(with keys: SimulatedRedis.Keys) {
        redis.keys = keys
        redis.isUp = true
        redis.boot += 1
    }

    private func damage() {
        guard !redis.keys.entries.isEmpty else { return }
        let place = random.below(redis.keys.entries.count)
        let field = random.below(redis.keys.entries[place].fields.count)
        guard !redis.keys.entries[place].fields[field].value.isEmpty else { return }
        let byte = random.below(redis.keys.entries[place].fields[field].value.count)
        redis.keys.entries[place].isDamaged = true
        redis.keys.entries[place].fields[field].value[byte] ^= UInt8(1 << random.below(8))
    }

    /// - Parameter isNewLife: false for a copy of the machine, which doesn't say that it is one.
    private func restorePostgres(isNewLife: Bool) {
        guard let copy = random.pick(postgres.copies) else { return }
        postgres.tables = copy
        postgres.boot += 1
        postgres.wasRestored = true
        if isNewLife { postgres.timeline += 1 }
        if random.chance(200) { postgres.clockError = Int64(random.within(-3_600_000...3_600_000)) }
        note("PostgreSQL is back at \(copy.cursor.position.text)")
    }

    private func part(_ box: Int) {
        during { $0.boxes[box].isPartitioned = $1 }
    }

    /// Ends the box's program, does something to its disk, and starts it again.
    private func strikeBox(_ change: (UplinkSimulation) -> Void) {
        stop(0)
        change(self)
        let life = boxes[0].life
        later(milliseconds: 50...3_000) { if $0.boxes[0].life == life { $0.start(0) } }
    }

    private func restoreBox() {
        strikeBox { world in
            guard let copy = world.random.pick(world.boxes[0].copies) else { return }
            world.boxes[0].disk = copy
            // The command opens an epoch; somebody who copies files does not.
            guard world.random.chance(500), let newest = copy.epochs.last, copy.head > copy.anchor.seq,
                let chain = copy.chain(at: copy.head), let epoch = copy.history.epoch(of: copy.head)
            else { return }
            world.boxes[0].disk.epochs.append(
                LocalEpoch(
                    number: newest.number + 1, lineage: world.random.next(), firstSeq: copy.head + 1,
                    parent: FrameHeader.Parent(epoch: epoch.number, chain: chain)))
        }
    }

    private func cloneBox() {
        guard boxes.count == 1, let copy = random.pick(boxes[0].copies) else { return }
        hadRival = true
        boxes.append(SimulatedBox(disk: copy))
        start(1)
        grow(1)
    }

    private func replaceBox() {
        beganLate = true
        strikeBox { world in
            world.boxes[0].disk = world.newDisk()
            world.boxes[0].copies = []
        }
    }

    /// Ends every fault. From here on all must be settled within a bounded time.
    private func heal() {
        isHealed = true
        healedAt = now
        note("HEALED")
        if !redis.isUp { restartRedis(with: redis.keys) }
        redis.isFull = false
        postgres.isUp = true
        postgres.boot += 1
        for box in boxes.indices { boxes[box].isPartitioned = false }
        if boxes.count == 2 {
            survivor = random.below(2)
            stop(1 - survivor)
        }
        if boxes[survivor].publisher == nil { start(survivor) }
        for place in ingests.indices {
            ingests[place].dies = nil
            if !ingests[place].isAlive { startIngest(place) }
        }
        if !ingests.contains(where: \.hasLease) { ingests[0].hasLease = true }
        at(healedAt + 3 * Self.second) { $0.write() }
        at(healedAt + 4 * Self.second) { $0.look() }
    }

    /// One more event, so that a history that was cut back shows at head office.
    private func write() {
        write(survivor)
        feed(survivor, .logGrew(head: boxes[survivor].disk.head, bytes: 100))
    }
}
