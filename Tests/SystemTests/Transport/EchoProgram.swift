import Foundation
import QueueTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// `turn-load echo` as a process of its own, ended with its owner.
final class EchoProgram {
    struct NotFound: Error {}

    let port: UInt16
    private let process: ChildProcess
    private let folder: String

    init(openFiles: Int? = nil) async throws {
        let here = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let program = here.appending(path: "turn-load").path
        guard FileManager.default.isExecutableFile(atPath: program) else { throw NotFound() }
        folder = FileManager.default.temporaryDirectory.appending(path: "echo-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let limit = openFiles.map { "ulimit -n \($0);" } ?? ""
        process = try Self.start("/bin/sh", ["-c", "\(limit) exec '\(program)' echo --port 0"], folder, "echo")
        let path = process.standardOutput
        var line = ""
        let isUp = await eventually {
            line = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""  // Not there yet: asked again.
            return line.hasSuffix("\n")
        }
        let digits = line.drop { $0 != ":" }.split(separator: ":").last?.prefix { $0.isNumber }
        guard isUp, let digits, let port = UInt16(digits) else { throw NotFound() }
        self.port = port
    }

    private static func start(
        _ path: String, _ arguments: [String], _ folder: String, _ output: String
    ) throws -> ChildProcess {
        try ChildProcess(
            path: path, arguments: arguments, environment: ["PATH": "/usr/bin:/bin"], folder: folder,
            output: folder + "/" + output)
    }

    deinit {
        process.signal(SIGKILL)
        // What is left behind is in the temporary directory.
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Descriptors that the process has open.
    var descriptors: Int {
        // A process that has ended has none.
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.pid)/fd").count) ?? 0
    }

    /// Lowers the process's limit while it runs, with a tool of util-linux.
    func limitDescriptors(_ count: Int) async throws {
        let tool = try Self.start(
            "/usr/bin/prlimit", ["--pid", "\(process.pid)", "--nofile=\(count):\(count)"], folder, "prlimit")
        #expect(await tool.waitForEnd(within: .seconds(10)) == .exited(code: 0))
    }

    /// Sends SIGTERM and returns how it ended, and how long the end took.
    func terminate() async -> (end: QueueTestSupport.ExitStatus?, time: Duration) {
        let start = ContinuousClock.now
        process.signal(SIGTERM)
        let end = await process.waitForEnd(within: .seconds(30))
        return (end, start.duration(to: .now))
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
