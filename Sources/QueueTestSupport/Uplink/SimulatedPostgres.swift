import HQIngest
import QueueEvents

/// Head office's tables of one branch.
struct SimulatedPostgres {
    struct Row {
        let uid: String
        let chain: EventChain
        let body: [UInt8]
    }

    struct EpochRows {
        let firstSeq: Int64
        var rows: [Row] = []

        subscript(seq: Int64) -> Row? {
            let place = seq - firstSeq
            return place >= 0 && place < Int64(rows.count) ? rows[Int(place)] : nil
        }
    }

    struct Tables {
        var cursor = BranchCursor()
        var rows: [Int64: EpochRows] = [:]
    }

    var tables = Tables()
    var isUp = true
    /// Rises when it starts again: a transaction of before is rolled back.
    var boot = 1
    var timeline = 1
    /// Milliseconds that its clock is off.
    var clockError: Int64 = 0
    var copies: [Tables] = []
    var wasRestored = false
    /// Every event that was ever committed, also in a life that a restore has taken back.
    var committed: Set<String> = []

    var incarnation: String { "7300000000000000001-\(timeline)" }

    func holds(_ point: UplinkPosition) -> Bool { tables.rows[point.epoch]?[point.seq]?.chain == point.chain }

    /// Inserts what a transaction accepted.
    /// - Returns: the table's key or order that it breaks, or nil.
    mutating func insert(_ frame: AcceptedFrame) -> String? {
        if let opened = frame.opens {
            guard tables.cursor.epoch(opened.number) == nil else { return "epoch \(opened.number) is opened twice" }
            tables.cursor.epochs.append(opened)
        }
        var held = tables.rows[frame.epoch] ?? EpochRows(firstSeq: frame.events.first?.head.seq ?? 0)
        for event in frame.events {
            guard event.head.seq == held.firstSeq + Int64(held.rows.count) else {
                return "event \(frame.epoch):\(event.head.seq) is out of order or there already"
            }
            held.rows.append(Row(uid: event.head.uid.text, chain: event.chain, body: event.body))
            committed.insert(event.head.uid.text)
        }
        tables.rows[frame.epoch] = nil
        tables.rows[frame.epoch] = held
        tables.cursor.position = frame.after
        return nil
    }

    /// The live history: from the cursor back through the parents; with the number of its first event.
    var live: (firstSeq: Int64, rows: [Row]) {
        var parts: [ArraySlice<Row>] = []
        var first: Int64 = 1
        var last: (epoch: Int64, seq: Int64)? = (tables.cursor.position.epoch, tables.cursor.position.seq)
        while let (number, seq) = last, let epoch = tables.cursor.epoch(number), let held = tables.rows[number] {
            parts.append(held.rows.prefix(Int(max(0, seq - held.firstSeq + 1))))
            first = held.firstSeq
            last = epoch.parent.map { ($0.epoch, $0.seq) }
        }
        return (first, parts.reversed().flatMap { $0 })
    }
}
