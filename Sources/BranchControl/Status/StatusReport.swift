/// How the running branch is.
package struct StatusReport: Codable, Equatable, Sendable {
    /// A queue and the length of its line.
    package struct QueueStatus: Codable, Equatable, Sendable {
        package var id: Int64
        package var name: String
        package var open: Bool
        package var waiting: Int
    }

    /// How many counters there are, and of them open and paused.
    package struct CounterStatus: Codable, Equatable, Sendable {
        package var total: Int
        package var open: Int
        package var paused: Int
    }

    /// How busy the writer is.
    package struct WriterStatus: Codable, Equatable, Sendable {
        /// Commands and background jobs that wait.
        package var commands: Int
        package var jobs: Int
        package var expectedWaitMs: Double
    }

    /// What the branch makes of the machine's clock.
    package struct ClockStatus: Codable, Equatable, Sendable {
        /// The wall clock as it is believed, RFC 3339.
        package var now: String
        /// Why the machine's own isn't, or nil.
        package var alarm: String?
    }

    /// Room on the data directory's disk.
    package struct DiskStatus: Codable, Equatable, Sendable {
        package var freeBytes: UInt64
        package var totalBytes: UInt64
        /// ample, low or critical.
        package var level: String
        package var alarm: Bool
    }

    /// Something that somebody should see to.
    package struct Fault: Codable, Equatable, Sendable {
        package var code: String
        package var sentence: String
        package var mend: String
    }

    /// Always true; what tells that nothing runs is `Absence`, where it is false.
    package var running = true
    package var version: String
    package var pid: Int32
    /// RFC 3339.
    package var startedAt: String
    package var address: String?
    package var dataDir: String
    package var branch: String
    package var day: String
    package var timeZone: String
    package var schema: Int
    package var lastSeq: Int64
    package var openTickets: Int
    package var queues: [QueueStatus]
    package var counters: CounterStatus
    package var writer: WriterStatus
    package var clock: ClockStatus
    /// nil where the file system doesn't tell.
    package var disk: DiskStatus?
    /// Resident memory; nil where the kernel doesn't tell.
    package var memoryBytes: UInt64?
    /// nil when the branch isn't enrolled at head office.
    package var uplink: UplinkReport?
    package var faults: [Fault]

    /// For people.
    package var lines: [String] {
        let megabytes = { (bytes: UInt64) in "\(bytes / 1_048_576) MB" }
        let lines = [
            "\(branch), business day \(day) (\(timeZone))",
            "serving \(address ?? "nothing yet") as process \(pid) since \(startedAt), version \(version)",
            "data in \(dataDir), schema \(schema), last event \(lastSeq)",
            "\(openTickets) open tickets; \(counters.open) of \(counters.total) counters open, "
                + "\(counters.paused) paused",
        ]
        let queueLines = queues.map { "  \($0.name): \($0.waiting) waiting\($0.open ? "" : ", closed")" }
        let machine = [
            disk.map { "\(megabytes($0.freeBytes)) of \(megabytes($0.totalBytes)) free on the disk" },
            memoryBytes.map { "\(megabytes($0)) of memory used" },
            "\(writer.commands) commands wait for the writer",
        ].compactMap { $0 }
        let health =
            faults.isEmpty
            ? ["no faults"] : faults.map { "FAULT \($0.code): \($0.sentence) \($0.mend)" }
        let link = uplink.map { [$0.line] } ?? []
        return lines + queueLines + link + [machine.joined(separator: ", ")] + health
    }
}
