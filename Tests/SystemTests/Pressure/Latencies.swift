import QueueTestSupport

/// How fast an honest client is answered while others misbehave.
struct Latencies: Sendable {
    private(set) var times: [Duration] = []
    private(set) var failures: [String] = []

    init() {}

    init(joining parts: [Latencies]) {
        times = parts.flatMap(\.times)
        failures = parts.flatMap(\.failures)
    }

    /// Sends so many requests one after another and takes the time of each.
    static func measure(
        _ count: Int, on client: HTTPConnection, _ method: String, _ path: String, body: JSON? = nil
    ) async -> Latencies {
        var found = Latencies()
        for _ in 0..<count {
            let began = ContinuousClock.now
            do {
                let answer = try await client.send(method, path, body: body?.encoded())
                if answer.status >= 300 { found.failures.append("\(answer.status) \(answer.text)") }
            } catch {
                found.failures.append("\(error)")
            }
            found.times.append(began.duration(to: .now))
        }
        return found
    }

    /// The time that 99 of 100 requests did not exceed.
    var p99: Duration {
        guard !times.isEmpty else { return .zero }
        return times.sorted()[min(times.count - 1, times.count * 99 / 100)]
    }
}
