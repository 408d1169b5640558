import BranchStore
import Foundation
import QueueDomain
import QueueEvents

/// Takes the branch's status.
enum StatusReading {
    static func take(
        of store: BranchStore, _ program: ControlDesk.Program, uplink: UplinkReport?
    ) async throws(ControlRefusal) -> StatusReport {
        do throws(StoreError) {
            guard let status = try await store.status() else { throw .readFailed("the database holds no branch") }
            let queues = try await store.queues()
            let counters = try await store.counters().map(\.counter)
            let pressure = store.writer.pressure
            let disk = disk(of: store.directory)
            var report = StatusReport(
                version: program.version, pid: getpid(), startedAt: UTCText.text(milliseconds: program.startedAt),
                address: program.address(), dataDir: store.directory, branch: status.branch.name,
                day: status.branch.day.text, timeZone: status.branch.timeZone, schema: Migrations.newest,
                lastSeq: status.lastSeq, openTickets: status.openTickets,
                queues: queues.map {
                    .init(
                        id: $0.id.rawValue, name: $0.settings.name, open: $0.settings.isOpen, waiting: $0.waiting)
                },
                counters: .init(
                    total: counters.count, open: counters.count { $0.state == .open },
                    paused: counters.count { $0.state == .paused }),
                writer: .init(
                    commands: pressure.commands, jobs: pressure.jobs,
                    expectedWaitMs: (pressure.expectedWait * 10).rounded() / 10),
                clock: .init(
                    now: UTCText.text(milliseconds: store.moment().wall.milliseconds),
                    alarm: status.clockAlarm?.rawValue),
                disk: disk, memoryBytes: residentBytes(), uplink: uplink, faults: [])
            report.faults = faults(in: report, maxWait: store.configuration.writer.maxWait)
            if let seq = program.brokenEvent() { report.faults.insert(brokenLog(at: seq), at: 0) }
            let missing = program.missingDevices()
            if !missing.isEmpty { report.faults.append(silent(missing)) }
            return report
        } catch {
            throw ControlRefusal(error)
        }
    }

    private static func silent(_ devices: [String]) -> StatusReport.Fault {
        let names = devices.prefix(10).joined(separator: ", ") + (devices.count > 10 ? " and more" : "")
        return .init(
            code: "device_missing", sentence: "No sign of life for 30 seconds: \(names).",
            mend: "Look whether it has power and network, and whether its page is open.")
    }

    private static func brokenLog(at seq: Int64) -> StatusReport.Fault {
        .init(
            code: "log_broken", sentence: "Event \(seq) of the log is missing or not what was written.",
            mend: "Stop the branch, keep a copy of the data directory, and look at the disk before anything else.")
    }

    /// What somebody should see to, each with the mend.
    /// - Parameter maxWait: the expected wait from which commands are refused, milliseconds.
    static func faults(in report: StatusReport, maxWait: Double) -> [StatusReport.Fault] {
        var faults: [StatusReport.Fault] = []
        if let alarm = report.clock.alarm {
            faults.append(
                .init(
                    code: "clock", sentence: "The wall clock is not believed (\(alarm)); the day goes on by own count.",
                    mend: "Set the clock or start time synchronisation; if it is right: turn-branch clock confirm."))
        }
        if let disk = report.disk, disk.alarm {
            let isFull = disk.level == DiskLevel.critical.rawValue
            faults.append(
                .init(
                    code: isFull ? "disk_full" : "disk_low",
                    sentence: "Only \(disk.freeBytes / 1_048_576) MB are free on the disk"
                        + (isFull ? "; no new tickets are issued." : "."),
                    mend: "Free some: below 3 % or 64 MB no new tickets are issued."))
        }
        if report.writer.expectedWaitMs > maxWait {
            faults.append(
                .init(
                    code: "writer_busy", sentence: "Commands wait \(Int(report.writer.expectedWaitMs)) ms.",
                    mend: "Look for a slow disk or for a program that asks too often."))
        }
        if let link = report.uplink, let obstacle = link.obstacle,
            link.oldestUnsafeSeconds ?? 0 > ControlLimits.uplinkSilence
        {
            faults.append(
                .init(
                    code: "uplink", sentence: "Head office gets nothing: \(obstacle).",
                    mend: "The branch works on and loses nothing; see to the network, Redis or head office's ingest."))
        }
        if report.queues.isEmpty {
            faults.append(
                .init(
                    code: "not_set_up", sentence: "There are no queues.",
                    mend: "Describe the branch in a file and run: turn-branch apply FILE."))
        }
        return faults
    }

    /// - Returns: nil where the file system doesn't tell.
    private static func disk(of directory: String) -> StatusReport.DiskStatus? {
        guard let (room, level) = DiskGuard.reading(of: directory) else { return nil }
        return .init(freeBytes: room.free, totalBytes: room.total, level: level.rawValue, alarm: level != .ample)
    }

    /// The second number of /proc/self/statm, in pages.
    private static func residentBytes() -> UInt64? {
        guard let bytes = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = UInt64(fields[1]) else { return nil }
        return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
