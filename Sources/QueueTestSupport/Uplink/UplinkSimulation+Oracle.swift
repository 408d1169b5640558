import BranchUplink
import HQIngest
import QueueEvents

extension UplinkSimulation {
    /// What a box counts as safe must have been committed, in this life of PostgreSQL or in one that a restore undid.
    func check(_ box: Int, _ status: PublisherStatus) {
        let acked = status.acked.seq
        defer { boxes[box].lastAcked = acked }
        let disk = boxes[box].disk
        let first = max(acked > boxes[box].lastAcked ? boxes[box].lastAcked + 1 : acked, disk.anchor.seq + 1)
        guard first <= acked else { return }
        guard acked <= disk.head else { return violate("box \(box) counts \(acked) as safe and has \(disk.head)") }
        for event in disk.log[Int(first - 1)..<Int(acked)] where !postgres.committed.contains(event.uid) {
            return violate("box \(box) counts event \(event.seq) as safe, which was never committed")
        }
    }

    /// Of what isn't acknowledged Redis holds at most the window of a publisher and the one that replaces it.
    func checkRedis() {
        guard !hadRival, plant == nil, let acked = boxes[0].publisher?.status.acked.seq else { return }
        var events = 0
        // What a damaged entry says of itself is worth nothing.
        for entry in redis.keys.entries where !entry.isDamaged && entry.id.lastSeq > acked {
            guard let header = entry.fields.first(where: { $0.name == "h" }) else { continue }
            do throws(FrameError) {
                events += try FrameHeader(header.value).count
            } catch {
                return violate("a header that was sent can't be read: \(error.found)")
            }
        }
        if events > 2 * pace.windowEvents + pace.frameEvents { violate("Redis holds \(events) events") }
    }

    /// How things stand, for whoever reads that it is stuck.
    var standing: String {
        let disk = boxes[survivor].disk
        let status = boxes[survivor].publisher?.status
        let told = status?.alarm.map { "\($0)" } ?? "none"
        return "head \(disk.head), acked \(status?.acked.text ?? "-"), "
            + "head office \(postgres.tables.cursor.position.text), alarm \(told), redis \(redis.keys.entries.count)"
    }

    /// Looks whether all is settled; if so compares, and ends the run.
    func look() {
        let disk = boxes[survivor].disk
        guard let status = boxes[survivor].publisher?.status, status.acked.seq == disk.head, status.isStreaming,
            status.alarm == nil, postgres.tables.cursor.position == status.acked
        else { return at(now + Self.second / 20) { $0.look() } }
        outcome.healing = (now - healedAt) / Self.millisecond
        compare(disk)
        finish()
    }

    private func compare(_ disk: SimulatedBox.Disk) {
        let (first, rows) = postgres.live
        if first > 1 {
            guard postgres.wasRestored || beganLate else { return violate("history before \(first) is missing") }
            guard first <= disk.anchor.seq + 1 else { return violate("event \(disk.anchor.seq + 1) was left out") }
        }
        guard Int64(rows.count) == disk.head - first + 1 else {
            return violate("head office's live history has \(rows.count) events from \(first), the box \(disk.head)")
        }
        for (row, event) in zip(rows, disk.log[Int(first - 1)...]) where row.uid != event.uid || row.body != event.body
        {
            return violate("event \(event.seq) is another one at head office")
        }
    }
}
