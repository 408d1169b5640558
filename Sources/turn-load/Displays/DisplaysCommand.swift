import ArgumentParser
import NIOCore
import NIOPosix

/// `turn-load displays`: how long an event takes to the slowest of many displays.
struct DisplaysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "displays",
        abstract: "Many WebSockets; the time from a ticket's commit to the slowest display.",
        discussion: """
            Opens the displays, issues tickets at the given rate and waits for each ticket's event on every display. \
            "commit → slowest" counts from the earlier of the 201 and the first frame, "due → slowest" from the moment \
            when the ticket was to be issued. With --idle the displays are only held, and the server's memory is shown.

            A token is given as it is, or as @FILE with one token a line; displays share them in turn.
            """)

    @OptionGroup var target: Target

    @Option(help: "Displays to open.")
    var count = 500

    @Option(help: "Hold so many idle displays instead, and issue nothing.")
    var idle: Int?

    @Option(help: "Tickets issued a second.")
    var rate = 20.0

    @Option(help: "Queue that the displays watch and the tickets are issued in; 0 watches all and issues in 1.")
    var queue: Int64 = 0

    @Option(name: .customLong("display-token"), help: "Token of the displays.")
    var displayTokens: [String] = []

    @Option(name: .customLong("kiosk-token"), help: "Token that issues tickets.")
    var kioskTokens: [String] = []

    func validate() throws {
        guard (1...Limits.connections).contains(idle ?? count) else {
            throw ValidationError("--count and --idle must be 1 to \(Limits.connections).")
        }
        guard (0.1...1_000).contains(rate) else { throw ValidationError("--rate must be 0.1 to 1000.") }
    }

    func run() async throws {
        let plan = DisplayPlan(
            host: target.host, port: target.port, count: idle ?? count, rate: idle == nil ? rate : nil,
            duration: target.duration, path: queue == 0 ? "/ws" : "/ws?queue_id=\(queue)",
            displayTokens: try Target.tokens(displayTokens), kioskTokens: try Target.tokens(kioskTokens),
            queue: max(1, queue))
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let title =
            "\(target.url), \(plan.count) displays, " + (plan.rate.map { "\($0) tickets/s" } ?? "idle")
        Progress.say("turn-load displays: \(title), \(target.duration) s")
        let usage = ServerUsage(pid: target.pid)
        let promise = loop.makePromise(of: LoadReport.self)
        loop.execute { DisplayRun(plan: plan, loop: loop, finished: promise, usage: usage).start() }
        var report = try await promise.futureResult.get()
        report.title = title
        print(target.json ? report.json() : report.table())
        try await group.shutdownGracefully()
        if report.counts.contains(where: { $0.name == "displays" && $0.count < plan.count }) {
            throw ExitCode.failure
        }
    }
}
