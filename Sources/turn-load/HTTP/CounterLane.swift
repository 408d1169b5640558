import NIOCore
import QueueTestSupport

/// One counter as its agent sees it: what it serves, and whether a request about it is under way.
struct CounterLane {
    struct Current {
        var id: Int64
        var version: Int64
    }

    let counter: Int64
    var current: Current?
    var isBusy = false

    /// Learns from the answer to a call or a completion. A refusal carries the ticket as it is now.
    mutating func learn(status: Int, body: ByteBuffer, from kind: LoadKind) {
        isBusy = false
        switch status {
        case 200 where kind == .call, 409: current = Self.ticket(in: body)
        case 200..<300, 404: current = nil
        default: break
        }
    }

    private static func ticket(in body: ByteBuffer) -> Current? {
        guard let id = FieldScan.integer("\"id\":", in: body),
            let version = FieldScan.integer("\"version\":", in: body)
        else { return nil }
        return Current(id: id, version: version)
    }
}

/// All counters of a run; they take turns.
struct CounterLanes {
    private var lanes: [CounterLane]
    /// Where the search for a free counter begins: behind the one that was found last.
    private var turn = 0

    init(counters: [Int64]) { lanes = counters.map { CounterLane(counter: $0) } }

    subscript(index: Int) -> CounterLane { lanes[index] }

    /// Takes a counter about which no request is under way; for `complete` it must have a ticket.
    mutating func take(for kind: LoadKind) -> Int? {
        for step in lanes.indices {
            let index = (turn + step) % lanes.count
            guard !lanes[index].isBusy, kind == .call || lanes[index].current != nil else { continue }
            lanes[index].isBusy = true
            turn = index + 1
            return index
        }
        return nil
    }

    mutating func learn(_ job: LoadJob, _ answer: HTTPAnswer) {
        guard let index = job.lane else { return }
        lanes[index].learn(status: answer.status, body: answer.body, from: job.kind)
    }

    /// The request of that job has no answer: what it did is learned from the next one.
    mutating func release(_ job: LoadJob) {
        guard let index = job.lane else { return }
        lanes[index].isBusy = false
    }
}
