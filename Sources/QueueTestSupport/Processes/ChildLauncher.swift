import Dispatch
import Foundation
import Glibc
import Synchronization

/// Starts children in such a way that none outlives the test process, however that ends.
///
/// The kernel kills a child when the thread that started it ends (PR_SET_PDEATHSIG), so all are started by one thread
/// that never does; `setpriv` sets the signal and becomes the program, with the same pid.
enum ChildLauncher {
    /// What is started, and where its outputs go.
    struct Plan: Sendable {
        var path: String
        var arguments: [String]
        var environment: [String: String]
        var folder: String
        var output: String
        var errors: String
    }

    private static let setpriv = "/usr/bin/setpriv"
    private static let thread = LaunchThread()

    /// The pid of the child.
    /// - Throws: ``ProcessFailure/notStarted(path:code:)``.
    static func launch(_ plan: Plan) throws(ProcessFailure) -> Int32 {
        var confined = plan
        if access(setpriv, X_OK) == 0 {
            confined.path = setpriv
            confined.arguments = ["--pdeathsig", "KILL", plan.path] + plan.arguments
        }
        let (pid, code) = thread.run(confined)
        guard code == 0 else { throw .notStarted(path: plan.path, code: code) }
        return pid
    }

    /// Spawns on the calling thread.
    fileprivate static func spawn(_ plan: Plan) -> (pid: Int32, code: Int32) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, plan.output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, plan.errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        // A socket of the test inherited by the server would keep a cut connection alive.
        SpawnExtensions.confine(&actions, to: plan.folder, closingFrom: 3)
        var argv: [UnsafeMutablePointer<CChar>?] = ([plan.path] + plan.arguments).map { strdup($0) }
        var envp: [UnsafeMutablePointer<CChar>?] = plan.environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for pointer in argv + envp { free(pointer) } }
        argv.append(nil)
        envp.append(nil)
        var pid: Int32 = 0
        let code = posix_spawn(&pid, plan.path, &actions, nil, argv, envp)
        return (pid, code)
    }
}

/// One thread that lives as long as the process and starts children, one after the other.
private final class LaunchThread: Sendable {
    private struct Exchange: Sendable {
        var plan: ChildLauncher.Plan?
        var result: (pid: Int32, code: Int32) = (0, 0)
    }

    /// Guards what goes to the thread and what comes back; the semaphores say whose turn it is.
    private let exchange = Mutex(Exchange())
    private let turn = DispatchSemaphore(value: 1)
    private let asked = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    init() {
        Thread.detachNewThread { [self] in
            while true {
                asked.wait()
                let plan = exchange.withLock { $0.plan.take() }
                if let plan {
                    let result = ChildLauncher.spawn(plan)
                    exchange.withLock { $0.result = result }
                }
                done.signal()
            }
        }
    }

    /// Starts a child on the thread and waits for it, which takes about a millisecond.
    func run(_ plan: ChildLauncher.Plan) -> (pid: Int32, code: Int32) {
        turn.wait()
        defer { turn.signal() }
        exchange.withLock { $0.plan = plan }
        asked.signal()
        done.wait()
        return exchange.withLock { $0.result }
    }
}

/// Two calls of glibc that its headers hide from Swift; without them a child would share the test's folder and sockets.
private enum SpawnExtensions {
    private typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>
    private typealias AddFolder = @convention(c) (Actions, UnsafePointer<CChar>) -> Int32
    private typealias AddCloseFrom = @convention(c) (Actions, Int32) -> Int32

    static func confine(_ actions: inout posix_spawn_file_actions_t, to folder: String, closingFrom first: Int32) {
        guard let addFolder = dlsym(nil, "posix_spawn_file_actions_addchdir_np"),
            let addCloseFrom = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np")
        else { preconditionFailure("This C library is older than glibc 2.34, which the tests need.") }
        _ = unsafeBitCast(addFolder, to: AddFolder.self)(&actions, folder)
        _ = unsafeBitCast(addCloseFrom, to: AddCloseFrom.self)(&actions, first)
    }
}
