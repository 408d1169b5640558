import NIOCore

/// The connections of a run: keeps as many open as planned, and knows which are free. Lives on the run's event loop.
final class LoadPool {
    private let plan: LoadPlan
    private let loop: any EventLoop
    private var idle: [LoadConnection] = []
    private var opening = 0
    private var losses = 0
    private var isStopped = false
    /// Connections that are open.
    private(set) var open = 0

    init(plan: LoadPlan, loop: any EventLoop) {
        self.plan = plan
        self.loop = loop
    }

    var hasFree: Bool { !idle.isEmpty }

    /// True when so many connections were lost that going on proves nothing.
    var isHopeless: Bool { losses > Limits.losses }

    /// Opens connections until there are as many as planned, a few at a time.
    /// - Parameter notConnected: called for each attempt that failed; it is repeated later.
    func fill(for owner: any LoadConnectionOwner, notConnected: @escaping () -> Void) {
        while !isStopped, open + opening < plan.connections, opening < Limits.opening {
            opening += 1
            LoadConnection.open(host: plan.host, port: plan.port, on: loop, owner: owner) { [self] in
                opening -= 1
                notConnected()
                fillLater(for: owner, notConnected: notConnected)
            }
        }
    }

    /// As `fill`, but after a pause, and counted as a loss.
    func fillLater(for owner: any LoadConnectionOwner, notConnected: @escaping () -> Void) {
        losses += 1
        guard !isStopped, !isHopeless else { return }
        loop.assumeIsolated().scheduleTask(in: .milliseconds(Limits.reconnectMilliseconds)) {
            self.fill(for: owner, notConnected: notConnected)
        }
    }

    func opened() {
        opening -= 1
        open += 1
    }

    func lost(_ connection: LoadConnection) {
        open -= 1
        idle.removeAll { $0 === connection }
    }

    func put(_ connection: LoadConnection) { idle.append(connection) }

    func take() -> LoadConnection? { idle.popLast() }

    /// Opens nothing more.
    func stop() { isStopped = true }
}
