import Foundation
import Histogram
import QueueTestSupport

/// The result of a run, as a table for people and as JSON for scripts.
struct LoadReport: Sendable {
    /// One line of latencies, in milliseconds.
    struct Row: Sendable {
        var name: String
        var count: Int
        var perSecond: Double
        var p50, p90, p99, p999, max: Double

        init(_ name: String, _ histogram: Histogram<UInt32>, seconds: Double) {
            func at(_ percentile: Double) -> Double { Double(histogram.valueAtPercentile(percentile)) / 1_000 }
            self.name = name
            count = Int(histogram.totalCount)
            perSecond = Double(count) / seconds
            p50 = at(50)
            p90 = at(90)
            p99 = at(99)
            p999 = at(99.9)
            max = Double(histogram.max) / 1_000
        }
    }

    var title = ""
    var seconds = 0.0
    var rows: [Row] = []
    /// Answers by status.
    var answers: [Int: Int] = [:]
    /// Answers of 2xx a second within the measured time.
    var goodput = 0.0
    /// What went wrong, and other counts.
    var counts: [(name: String, count: Int)] = []
    var server: ServerUsage.Report?

    static func milliseconds(_ value: Double) -> String { String(format: "%.2f", value) }

    func table() -> String {
        var lines = [title, ""]
        let columns = ["count", "per s", "p50 ms", "p90", "p99", "p99.9", "max"]
        lines.append(Self.line("", columns))
        for row in rows {
            let latencies = [row.p50, row.p90, row.p99, row.p999, row.max].map(Self.milliseconds)
            lines.append(Self.line(row.name, ["\(row.count)", String(format: "%.1f", row.perSecond)] + latencies))
        }
        lines.append("")
        if !answers.isEmpty {
            let byStatus = answers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            lines.append("answers   " + byStatus.joined(separator: "  "))
            lines.append(String(format: "goodput   %.1f/s over %.1f s", goodput, seconds))
        }
        let shown = counts.filter { $0.count > 0 }.map { "\($0.name) \($0.count)" }
        if !shown.isEmpty { lines.append("also      " + shown.joined(separator: "  ")) }
        if let server {
            lines.append(
                String(
                    format: "server    %.1f MB resident, %.2f s of processor time", server.residentMegabytes,
                    server.processorSeconds))
        }
        return lines.joined(separator: "\n")
    }

    func json() -> String {
        var members: [String: JSON] = [
            "title": .string(title), "seconds": .number(seconds), "goodput_per_second": .number(goodput),
        ]
        members["rows"] = .array(
            rows.map { row in
                [
                    "name": .string(row.name), "count": .integer(Int64(row.count)),
                    "per_second": .number(row.perSecond), "p50_ms": .number(row.p50), "p90_ms": .number(row.p90),
                    "p99_ms": .number(row.p99), "p999_ms": .number(row.p999), "max_ms": .number(row.max),
                ]
            })
        let byStatus = answers.map { ("\($0.key)", JSON.integer(Int64($0.value))) }
        members["answers"] = .object(Dictionary(uniqueKeysWithValues: byStatus))
        for (name, count) in counts {
            members[name.replacingOccurrences(of: " ", with: "_")] = .integer(Int64(count))
        }
        if let server {
            members["server_resident_mb"] = .number(server.residentMegabytes)
            members["server_processor_s"] = .number(server.processorSeconds)
        }
        return JSON.object(members).description
    }

    private static func line(_ name: String, _ cells: [String]) -> String {
        let padded = cells.map { String(repeating: " ", count: Swift.max(0, 10 - $0.count)) + $0 }
        return name + String(repeating: " ", count: Swift.max(0, 24 - name.count)) + padded.joined()
    }
}

/// Lines for the person who waits.
enum Progress {
    static func say(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
