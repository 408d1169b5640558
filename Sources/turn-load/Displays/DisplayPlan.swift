/// Everything that a run of `displays` is told.
struct DisplayPlan: Sendable {
    var host: String
    var port: Int
    var count: Int
    /// Tickets a second; nil holds the displays idle.
    var rate: Double?
    var duration: Double
    var path: String
    var displayTokens: [String]
    var kioskTokens: [String]
    var queue: Int64

    /// The same server and tokens for the connections that issue tickets.
    var issuing: LoadPlan {
        LoadPlan(
            host: host, port: port, connections: 4, rate: rate, duration: duration, warmup: 0, requests: .max,
            mix: LoadMix([(.issue, 1)]), path: "/", kioskTokens: kioskTokens, agentTokens: kioskTokens,
            queues: [queue], counters: [], customerName: nil, keys: false)
    }
}
