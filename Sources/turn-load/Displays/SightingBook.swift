import Histogram
import NIOCore

/// Follows each ticket from its request to the last display that shows it.
struct SightingBook {
    private struct Sighting {
        var due: NIODeadline?
        var answered: NIODeadline?
        var first: NIODeadline?
        var last: NIODeadline?
        var displays = 0
    }

    private let displays: Int
    private var open: [Int64: Sighting] = [:]
    private var fromCommit = Histogram<UInt32>(highestTrackableValue: Limits.latencyMicroseconds)
    private var fromDue = Histogram<UInt32>(highestTrackableValue: Limits.latencyMicroseconds)
    private var answers = Histogram<UInt32>(highestTrackableValue: Limits.latencyMicroseconds)
    private(set) var complete = 0

    /// - Parameter displays: how many must show a ticket.
    init(displays: Int) { self.displays = displays }

    /// Tickets that were issued but are not yet on every display.
    var incomplete: Int { open.count }

    mutating func answered(_ ticket: Int64, due: NIODeadline, now: NIODeadline) {
        answers.record(Self.microseconds(from: due, to: now))
        change(ticket) {
            $0.due = due
            $0.answered = now
        }
    }

    mutating func seen(_ ticket: Int64, now: NIODeadline) {
        change(ticket) {
            $0.first = $0.first ?? now
            $0.last = now
            $0.displays += 1
        }
    }

    func report(seconds: Double) -> LoadReport {
        var report = LoadReport()
        report.seconds = seconds
        let rows = [("issue answered", answers), ("commit → slowest", fromCommit), ("due → slowest", fromDue)]
        for (name, histogram) in rows where histogram.totalCount > 0 {
            report.rows.append(LoadReport.Row(name, histogram, seconds: seconds))
        }
        return report
    }

    private mutating func change(_ ticket: Int64, _ update: (inout Sighting) -> Void) {
        var sighting = open[ticket] ?? Sighting()
        update(&sighting)
        guard sighting.displays >= displays, let due = sighting.due, let answered = sighting.answered,
            let first = sighting.first, let last = sighting.last
        else {
            if open.count < Limits.sightings { open[ticket] = sighting }
            return
        }
        open[ticket] = nil
        complete += 1
        // Whichever shows first that the ticket was committed.
        fromCommit.record(Self.microseconds(from: min(answered, first), to: last))
        fromDue.record(Self.microseconds(from: due, to: last))
    }

    private static func microseconds(from start: NIODeadline, to end: NIODeadline) -> UInt64 {
        min(UInt64(max(0, (end - start).nanoseconds / 1_000)), Limits.latencyMicroseconds)
    }
}
