import Histogram
import NIOCore

/// Keeps the latencies of a run, by kind of request and by what became of it.
struct Recorder {
    private struct Series {
        var accepted = Series.empty
        var shed = Series.empty
        var other = 0

        /// Three digits are told apart: 0.1 % of any value.
        static var empty: Histogram<UInt32> {
            Histogram(highestTrackableValue: Limits.latencyMicroseconds, numberOfSignificantValueDigits: .three)
        }
    }

    /// When the measured part ended; answers after it count for latency, not for the rate.
    var ended: NIODeadline?
    /// Requests whose time came but which found no free connection to the end.
    var notSent = 0
    /// Requests without an answer at the end of the wait.
    var unanswered = 0

    private let measureFrom: NIODeadline
    private let plannedEnd: NIODeadline
    private var series: [LoadKind: Series] = [:]
    private var statuses: [Int: Int] = [:]
    private var failures = 0
    private var connectFailures = 0
    private var good = 0
    private var second = Series.empty
    private var secondCount = 0

    init(began: NIODeadline, warmup: Double, duration: Double) {
        measureFrom = began + .nanoseconds(Int64(warmup * 1e9))
        plannedEnd = began + .nanoseconds(Int64(duration * 1e9))
    }

    mutating func record(_ kind: LoadKind, due: NIODeadline, status: Int, now: NIODeadline) {
        secondCount += 1
        let microseconds = min(UInt64(max(0, (now - due).nanoseconds / 1_000)), Limits.latencyMicroseconds)
        second.record(microseconds)
        guard due >= measureFrom else { return }
        statuses[status, default: 0] += 1
        switch status {
        case 200..<300:
            series[kind, default: Series()].accepted.record(microseconds)
            if now <= plannedEnd { good += 1 }
        case 503, 429: series[kind, default: Series()].shed.record(microseconds)
        default: series[kind, default: Series()].other += 1
        }
    }

    mutating func failed(_ kind: LoadKind) { failures += 1 }

    mutating func notConnected() { connectFailures += 1 }

    /// What happened since the last line.
    mutating func progressLine(second number: Int, waiting: Int, open: Int) -> String {
        defer {
            second.reset()
            secondCount = 0
        }
        let p99 = Double(second.valueAtPercentile(99)) / 1_000
        return "\(number) s  \(secondCount)/s  p99 \(LoadReport.milliseconds(p99)) ms  "
            + "\(open) connections  \(waiting) waiting  \(failures) lost"
    }

    func report() -> LoadReport {
        let end = min(ended ?? plannedEnd, plannedEnd)
        let seconds = max(0.001, Double((end - measureFrom).nanoseconds) / 1e9)
        var report = LoadReport()
        report.seconds = seconds
        for kind in LoadKind.allCases {
            guard let series = series[kind] else { continue }
            let rows = [("", series.accepted), (" shed", series.shed)]
            for (suffix, histogram) in rows where histogram.totalCount > 0 {
                report.rows.append(LoadReport.Row(kind.rawValue + suffix, histogram, seconds: seconds))
            }
        }
        report.answers = statuses
        report.goodput = Double(good) / seconds
        report.counts = [
            ("lost", failures), ("not connected", connectFailures), ("not sent", notSent), ("unanswered", unanswered),
        ]
        return report
    }
}
