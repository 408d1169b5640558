import ArgumentParser
import NIOCore
import NIOPosix

/// `turn-load http`: requests at a given rate, or as many as the connections carry.
struct HTTPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "http",
        abstract: "Requests over keep-alive connections; latency percentiles and answers by status.",
        discussion: """
            With --rate the load is open: request k is due at k / rate whatever the server does, and its latency \
            counts from then, so a server that stalls is not spared. Without --rate it is closed: each connection \
            sends its next request when it has its answer, which finds the capacity.

            A token is given as it is, or as @FILE with one token a line. Worker and admin tokens are not throttled.
            """)

    @OptionGroup var target: Target

    @Option(help: "Keep-alive connections.")
    var connections = 64

    @Option(help: "Requests a second (open loop); left out: closed loop.")
    var rate: Double?

    @Option(help: "Stop after so many requests, if the duration is not over before.")
    var requests: Int?

    @Option(help: "Kinds with weights: issue, call, complete, reserve, list; as issue=4,call=1.")
    var mix = "issue=1"

    @Option(help: "GET this path instead of a mix, as /livez.")
    var path: String?

    @Option(name: .customLong("kiosk-token"), help: "Token for issue and list.")
    var kioskTokens: [String] = []

    @Option(name: .customLong("agent-token"), help: "Token for call, complete and reserve.")
    var agentTokens: [String] = []

    @Option(help: "Queues that issue, reserve and list go round, as 1,2.")
    var queues = "1"

    @Option(help: "Counters that call and complete use, as 1,2,3,4.")
    var counters = "1"

    @Option(help: "Customer name of each ticket; left out: none.")
    var customerName: String?

    @Flag(help: "Send an Idempotency-Key with every POST, as kiosks do.")
    var keys = false

    func validate() throws {
        guard (1...Limits.connections).contains(connections) else {
            throw ValidationError("--connections must be 1 to \(Limits.connections).")
        }
        guard rate.map({ $0 > 0 && $0 <= Limits.rate }) ?? true else {
            throw ValidationError("--rate must be above 0 and at most \(Limits.rate).")
        }
    }

    func run() async throws {
        let plan = try plan()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let title = "\(target.url), \(connections) connections, " + (rate.map { "\($0) requests/s" } ?? "closed loop")
        Progress.say("turn-load http: \(title), \(target.duration) s")
        let usage = ServerUsage(pid: target.pid)
        let promise = loop.makePromise(of: LoadReport.self)
        loop.execute { LoadRun(plan: plan, loop: loop, finished: promise).start() }
        var report = try await promise.futureResult.get()
        report.title = title
        report.server = usage.sinceThen()
        print(target.json ? report.json() : report.table())
        try await group.shutdownGracefully()
        if report.answers.isEmpty { throw ExitCode.failure }
    }

    private func plan() throws -> LoadPlan {
        let kiosk = try Target.tokens(kioskTokens)
        let agent = try Target.tokens(agentTokens)
        let mix = try path == nil ? LoadMix(parsing: mix) : LoadMix([(.get, 1)])
        return LoadPlan(
            host: target.host, port: target.port, connections: connections, rate: rate,
            duration: target.duration, warmup: target.warmup, requests: requests ?? .max, mix: mix,
            path: path ?? "/", kioskTokens: kiosk, agentTokens: agent.isEmpty ? kiosk : agent,
            queues: try Self.ids(queues, option: "--queues"), counters: try Self.ids(counters, option: "--counters"),
            customerName: customerName, keys: keys)
    }

    private static func ids(_ text: String, option: String) throws -> [Int64] {
        let ids = text.split(separator: ",").compactMap { Int64($0) }
        guard !ids.isEmpty, ids.count == text.split(separator: ",").count else {
            throw ValidationError("\(option) must be ids parted by commas, as 1,2.")
        }
        return ids
    }
}
