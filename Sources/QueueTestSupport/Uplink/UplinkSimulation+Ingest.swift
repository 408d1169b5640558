import HQIngest
import QueueEvents

/// Judged and not committed.
private struct Work {
    var entries: [SimulatedRedis.Entry]
    var accepted: [AcceptedFrame]
    var classifier: FrameClassifier
    var before: UplinkPosition
    var postgresBoot: Int
    var life: Int
}

extension UplinkSimulation {
    func startIngest(_ place: Int) {
        ingests[place].life += 1
        ingests[place].isAlive = true
        ingests[place].isBusy = false
        ingests[place].mustClaim = true
        ingests[place].refusal = nil
        ingests[place].refusedGen = 0
        let life = ingests[place].life
        later(milliseconds: 0...200) { $0.poll(place, life) }
        later(milliseconds: 0...5_000) { $0.refresh(place, life) }
    }

    /// Ends a process; another one starts some time later, and the lease is free when it has run out.
    func killIngest(_ place: Int) {
        note("ingest \(place) dies")
        ingests[place].isAlive = false
        ingests[place].life += 1
        ingests[place].dies = nil
        later(milliseconds: 500...4_000) { if !$0.ingests[place].isAlive { $0.startIngest(place) } }
        guard ingests[place].hasLease else { return }
        later(milliseconds: 4_000...7_000) { world in
            world.ingests[place].hasLease = false
            let alive = world.ingests.indices.filter { world.ingests[$0].isAlive }
            guard !world.ingests.contains(where: \.hasLease), let next = world.random.pick(alive) else { return }
            world.giveLease(next)
        }
    }

    func giveLease(_ place: Int) {
        note("ingest \(place) has the lease")
        ingests[place].hasLease = true
        ingests[place].mustClaim = true
    }

    /// An entry came: whoever blocks on the stream wakes.
    func wakeIngests() {
        for place in ingests.indices where ingests[place].isAlive && ingests[place].hasLease {
            let life = ingests[place].life
            later(milliseconds: 0...8) { $0.work(place, life) }
        }
    }

    private func poll(_ place: Int, _ life: Int) {
        guard ingests[place].life == life else { return }
        later(milliseconds: 400...900) { $0.poll(place, life) }
        if !ingests.contains(where: \.hasLease), ingests[place].isAlive { giveLease(place) }
        if redis.isUp, ingests[place].hasLease, redis.keys.hasStream, !redis.keys.hasGroup { redis.makeGroup() }
        work(place, life)
    }

    private func work(_ place: Int, _ life: Int) {
        let ingest = ingests[place]
        guard ingest.life == life, ingest.isAlive, ingest.hasLease, !ingest.isBusy, redis.isUp, postgres.isUp
        else { return }
        var entries: [SimulatedRedis.Entry] = []
        if ingest.mustClaim { entries = redis.claim(place, count: random.within(1...12)) }
        if entries.isEmpty {
            ingests[place].mustClaim = false
            entries = redis.readNew(place, count: random.within(1...12)) ?? []
        }
        guard !entries.isEmpty else { return }
        ingests[place].isBusy = true
        later(milliseconds: 0...3) { $0.judge(entries, place, life) }
    }

    private func judge(_ entries: [SimulatedRedis.Entry], _ place: Int, _ life: Int) {
        guard ingests[place].life == life else { return }
        guard postgres.isUp else { return abandon(place) }
        var classifier = FrameClassifier(
            cursor: postgres.tables.cursor, refusal: ingests[place].refusal, refusedGen: ingests[place].refusedGen,
            link: link)
        var accepted: [AcceptedFrame] = []
        for entry in entries {
            let decoded: UplinkEntry
            do throws(FrameError) {
                decoded = try UplinkEntry(id: entry.id, fields: entry.fields, branch: branch)
            } catch {
                classifier.refuse(error, gen: entry.id.gen)
                note("ingest \(place) can't read \(entry.id.text): \(error.found)")
                continue
            }
            switch decoded {
            case .probe(let probe):
                let held = classifier.answer(probe, gen: entry.id.gen, holds: postgres.holds)
                note("ingest \(place) answers \(entry.id.text): \(held?.text ?? "none")")
            case .frame(let frame):
                let verdict = classifier.classify(frame, gen: entry.id.gen, holds: postgres.holds)
                if case .accept(let accept) = verdict { accepted.append(accept) }
                note("ingest \(place) judges \(entry.id.text): \(Self.name(verdict))")
            }
        }
        let work = Work(
            entries: entries, accepted: accepted, classifier: classifier, before: postgres.tables.cursor.position,
            postgresBoot: postgres.boot, life: life)
        if plant == .ackBeforeCommit { acknowledge(work, place) }
        later(milliseconds: 1...12) { $0.commit(work, place) }
    }

    private func commit(_ work: Work, _ place: Int) {
        guard ingests[place].life == work.life else { return }
        if die(place, .beforeCommit) { return }
        // The other ingest was quicker: this one's count is 0 and it rolls back.
        guard postgres.isUp, postgres.boot == work.postgresBoot, postgres.tables.cursor.position == work.before
        else { return abandon(place) }
        for frame in work.accepted {
            if let breach = postgres.insert(frame) { return violate("PostgreSQL refuses: \(breach)") }
        }
        if let last = work.accepted.last { note("ingest \(place) commits \(last.after.text)") }
        if die(place, .afterCommit) { return }
        // The answer to COMMIT is lost: it happened, and this process believes that it didn't.
        if !isHealed, random.chance(lostReplies) { return abandon(place) }
        ingests[place].refusal = work.classifier.refusal
        ingests[place].refusedGen = work.classifier.refusedGen
        if plant == .ackBeforeCommit {
            ingests[place].isBusy = false
            return self.work(place, work.life)
        }
        acknowledge(work, place)
    }

    private func acknowledge(_ work: Work, _ place: Int) {
        let fields = ack(work.classifier)
        later(milliseconds: 0...5) { world in
            guard world.ingests[place].life == work.life else { return }
            if world.redis.isUp, world.isHealed || !world.random.chance(world.lostAcks) {
                world.redis.keys.ack = fields
            }
            if world.die(place, .afterAck) { return }
            world.later(milliseconds: 0...3) { world in
                guard world.ingests[place].life == work.life else { return }
                if world.redis.isUp { world.redis.acknowledge(work.entries.map(\.id)) }
                if world.die(place, .afterAcknowledge) { return }
                if world.redis.isUp, let last = work.entries.map(\.id).max() { world.redis.trim(before: last) }
                guard world.plant != .ackBeforeCommit else { return }
                world.ingests[place].isBusy = false
                world.work(place, work.life)
            }
        }
    }

    private func ack(_ classifier: FrameClassifier) -> [String: String] {
        let incarnation = plant == .noIncarnation ? "one" : postgres.incarnation
        let time = now / Self.millisecond + 1_000_000_000 + postgres.clockError
        let ack = classifier.ack(incarnation: incarnation, beat: time, hqTime: time)
        return Dictionary(uniqueKeysWithValues: ack.fields.map { ($0.name, $0.value) })
    }

    private func die(_ place: Int, _ point: SimulatedIngest.Point) -> Bool {
        guard ingests[place].dies == point else { return false }
        killIngest(place)
        return true
    }

    private func abandon(_ place: Int) {
        ingests[place].isBusy = false
        ingests[place].mustClaim = true
    }

    private func refresh(_ place: Int, _ life: Int) {
        guard ingests[place].life == life else { return }
        later(milliseconds: 4_900...5_100) { $0.refresh(place, life) }
        guard ingests[place].isAlive, ingests[place].hasLease, postgres.isUp else { return }
        let fields = ack(
            FrameClassifier(
                cursor: postgres.tables.cursor, refusal: ingests[place].refusal,
                refusedGen: ingests[place].refusedGen))
        later(milliseconds: 0...40) { if $0.redis.isUp { $0.redis.keys.ack = fields } }
    }

    private static func name(_ verdict: FrameVerdict) -> String {
        switch verdict {
        case .accept(let accept): "accept to \(accept.after.text)"
        default: "\(verdict)"
        }
    }

    func copyPostgres() {
        guard !isHealed else { return }
        later(milliseconds: 2_000...6_000) { $0.copyPostgres() }
        postgres.copies.append(postgres.tables)
        if postgres.copies.count > 4 { postgres.copies.removeFirst() }
    }
}
