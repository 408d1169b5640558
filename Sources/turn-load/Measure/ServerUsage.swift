import Glibc
import QueueTestSupport

/// What the server's process used during a run, read from /proc.
struct ServerUsage: Sendable {
    struct Report: Sendable {
        /// VmRSS at the end, in megabytes of 1,000,000 bytes.
        var residentMegabytes: Double
        /// User and system time since the beginning.
        var processorSeconds: Double
    }

    private let pid: Int32?
    private let before: Double

    /// Remembers the processor time so far; a nil pid measures nothing.
    init(pid: Int32?) {
        self.pid = pid
        before = pid.map(Self.processorSeconds) ?? 0
    }

    /// The use since `init`; nil without a pid or when the process has gone.
    func sinceThen() -> Report? {
        guard let pid, let resident = TextFile.residentBytes(of: pid) else { return nil }
        return Report(
            residentMegabytes: Double(resident) / 1e6, processorSeconds: Self.processorSeconds(of: pid) - before)
    }

    /// User and system time of a process so far.
    static func processorSeconds(of pid: Int32) -> Double {
        // The name may hold spaces, so fields are counted behind its closing bracket: utime and stime are 12 and 13.
        guard let rest = TextFile.read("/proc/\(pid)/stat").split(separator: ")").last else { return 0 }
        let fields = rest.split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
