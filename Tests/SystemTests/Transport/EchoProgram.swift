import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// `turn-load echo` as a process of its own, ended with its owner.
final class EchoProgram {
    struct NotFound: Error {}

    let port: UInt16
    private let process: Process

    init(openFiles: Int? = nil) throws {
        let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let program = folder.appending(path: "turn-load").path
        guard FileManager.default.isExecutableFile(atPath: program) else { throw NotFound() }
        let output = Pipe()
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let limit = openFiles.map { "ulimit -n \($0);" } ?? ""
        process.arguments = ["-c", "\(limit) exec '\(program)' echo --port 0"]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let text = line.split(separator: ":").last, let port = UInt16(text.dropLast()) else { throw NotFound() }
        self.port = port
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Descriptors that the process has open.
    var descriptors: Int {
        // A process that has ended has none.
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.processIdentifier)/fd").count) ?? 0
    }

    /// Lowers the process's limit while it runs, with a tool of util-linux.
    func limitDescriptors(_ count: Int) throws {
        let tool = Process()
        tool.executableURL = URL(fileURLWithPath: "/usr/bin/prlimit")
        tool.arguments = ["--pid", "\(process.processIdentifier)", "--nofile=\(count):\(count)"]
        try tool.run()
        tool.waitUntilExit()
    }

    /// Sends SIGTERM and returns the exit code and how long the end took.
    func terminate() async throws -> (code: Int32, time: Duration) {
        let start = ContinuousClock.now
        kill(process.processIdentifier, SIGTERM)
        while process.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        return (process.terminationStatus, start.duration(to: .now))
    }
}

/// A TCP connection to this machine that does nothing by itself.
final class Plug {
    private let descriptor: Int32

    init?(port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafeBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { pointer in
                pointer.baseAddress.map { connect(descriptor, $0, socklen_t(bytes.count)) } ?? -1
            }
        }
        guard result == 0 else { return nil }
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// What comes next, at most 4 KiB; empty at the end of the connection or after five seconds.
    func receive() -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
