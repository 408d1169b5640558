import Glibc
import Synchronization

/// How a program ended.
package enum ExitStatus: Sendable, Equatable {
    case exited(code: Int32)
    case signalled(Int32)
}

/// Why a program could not be started or did not do what it was asked.
package enum ProcessFailure: Error, Sendable {
    /// `posix_spawn` refused; `code` is errno.
    case notStarted(path: String, code: Int32)
    /// A verb of the command line ended with another status than 0.
    case failed(command: String, status: ExitStatus?, output: String)
    /// The program did not print its address or end within the given time.
    case tooSlow(String, output: String)
    /// No program of that name lies beside the test runner; `searched` are the folders.
    case notBuilt(name: String, searched: [String])
}

/// One program started by a test: spawned without any inherited descriptor, its output kept in files, and killed when
/// the test process ends.
package final class ChildProcess: Sendable {
    package let pid: Int32
    package let standardOutput: String
    package let standardError: String
    /// Guards the status, because `waitpid` may report an end only once.
    private let status = Mutex<ExitStatus?>(nil)

    /// Starts a program.
    /// - Parameters:
    ///   - environment: the whole environment; nothing of the test's own is passed on.
    ///   - folder: its working folder, where it may look for configuration.
    ///   - output: the path under which `.out` and `.err` are written (appended).
    /// - Throws: ``ProcessFailure/notStarted(path:code:)``.
    package init(
        path: String, arguments: [String], environment: [String: String], folder: String, output: String
    ) throws(ProcessFailure) {
        standardOutput = output + ".out"
        standardError = output + ".err"
        pid = try ChildLauncher.launch(
            ChildLauncher.Plan(
                path: path, arguments: arguments, environment: environment, folder: folder, output: standardOutput,
                errors: standardError))
    }

    /// The status when it has ended, nil while it runs. Does not wait.
    package func ended() -> ExitStatus? {
        status.withLock { status in
            if let status { return status }
            var raw: Int32 = 0
            guard waitpid(pid, &raw, WNOHANG) == pid else { return nil }
            let low = raw & 0x7F
            status = low == 0 ? .exited(code: raw >> 8 & 0xFF) : .signalled(low)
            return status
        }
    }

    /// Waits for the end; nil when it still runs after `limit`.
    package func waitForEnd(within limit: Duration) async -> ExitStatus? {
        let deadline = ContinuousClock.now.advanced(by: limit)
        while true {
            if let status = ended() { return status }
            guard ContinuousClock.now < deadline else { return nil }
            // A cancelled test stops waiting; what it returns then no longer matters.
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Sends a signal, unless the program has ended.
    package func signal(_ number: Int32) {
        guard ended() == nil else { return }
        kill(pid, number)
    }

    /// Ends the program at once, as a power switch would, and waits until it is gone.
    package func killNow() async {
        signal(SIGKILL)
        _ = await waitForEnd(within: .seconds(30))
    }

    /// What it has written so far to both of its outputs, cut to a bound.
    package func output() -> String { TextFile.read(standardOutput) + TextFile.read(standardError) }

    /// Resident memory in bytes (VmRSS), nil when it has ended.
    package func residentBytes() -> Int? { TextFile.residentBytes(of: pid) }
}
