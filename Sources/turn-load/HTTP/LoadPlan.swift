import NIOCore
import QueueTestSupport

/// Everything that a run of `http` is told.
struct LoadPlan: Sendable {
    var host: String
    var port: Int
    var connections: Int
    /// Requests a second; nil for a closed loop.
    var rate: Double?
    var duration: Double
    var warmup: Double
    var requests: Int
    var mix: LoadMix
    var path: String
    var kioskTokens: [String]
    var agentTokens: [String]
    var queues: [Int64]
    var counters: [Int64]
    var customerName: String?
    var keys: Bool
}

/// The requests as bytes. Those that never change are encoded once, because the generator shares the machine with the
/// server that it measures.
struct LoadRequests {
    private let plan: LoadPlan
    private var issues: [ByteBuffer] = []
    private var reserves: [ByteBuffer] = []
    private var lists: [ByteBuffer] = []
    private var get = ByteBuffer()
    private var turn = 0
    private var keyNumber: UInt64 = 0
    /// Keys of two runs must never meet.
    private let keyPrefix = "load-\(UInt64.random(in: 0 ... .max))-"

    init(_ plan: LoadPlan) {
        self.plan = plan
        let rounds = max(plan.queues.count, plan.kioskTokens.count, plan.agentTokens.count)
        for round in 0..<max(1, rounds) {
            let queue = plan.queues[round % plan.queues.count]
            let kiosk = Self.pick(plan.kioskTokens, round)
            let agent = Self.pick(plan.agentTokens, round)
            let name = plan.customerName.map { JSON.string($0) } ?? .null
            let body = JSON.object(["queue_id": .integer(queue), "customer_name": name])
            issues.append(head("POST", "/tickets", kiosk, body: body.encoded()))
            reserves.append(head("POST", "/queues/\(queue)/reserve", agent, body: nil))
            lists.append(head("GET", "/tickets/waiting?queue_id=\(queue)", kiosk, body: nil))
        }
        get = head("GET", plan.path, plan.kioskTokens.first, body: nil)
    }

    /// A request that needs no counter.
    mutating func next(_ kind: LoadKind) -> ByteBuffer {
        turn += 1
        switch kind {
        case .issue: return keyed(issues[turn % issues.count])
        case .reserve: return keyed(reserves[turn % reserves.count])
        case .list: return lists[turn % lists.count]
        case .get, .call, .complete: return get
        }
    }

    /// Call next at a counter that has `current`.
    mutating func call(counter: Int64, current: CounterLane.Current?, lane: Int) -> ByteBuffer {
        let body =
            current.map { "{\"completes\":{\"id\":\($0.id),\"version\":\($0.version)}}" } ?? "{\"completes\":null}"
        return keyed(
            head("POST", "/counters/\(counter)/call-next", Self.pick(plan.agentTokens, lane), body: Array(body.utf8)))
    }

    /// Complete the ticket of a counter.
    mutating func complete(_ current: CounterLane.Current, lane: Int) -> ByteBuffer {
        let body = "{\"version\":\(current.version)}"
        return keyed(
            head("POST", "/tickets/\(current.id)/complete", Self.pick(plan.agentTokens, lane), body: Array(body.utf8)))
    }

    /// A whole request; `keyed` puts its key behind the request line.
    private func head(_ method: String, _ path: String, _ token: String?, body: [UInt8]?) -> ByteBuffer {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: \(plan.host):\(plan.port)\r\n"
        if let token { text += "Authorization: Bearer \(token)\r\n" }
        if let body {
            text += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
        } else {
            text += method == "GET" ? "\r\n" : "Content-Length: 0\r\n\r\n"
        }
        var bytes = ByteBuffer(string: text)
        if let body { bytes.writeBytes(body) }
        return bytes
    }

    /// Puts an Idempotency-Key behind the request line, if the run sends keys.
    private mutating func keyed(_ request: ByteBuffer) -> ByteBuffer {
        guard plan.keys, let lineEnd = request.readableBytesView.firstIndex(of: 0x0A) else { return request }
        keyNumber += 1
        let lineLength = lineEnd - request.readerIndex + 1
        var rest = request
        guard var bytes = rest.readSlice(length: lineLength) else { return request }
        bytes.writeString("Idempotency-Key: \(keyPrefix)\(keyNumber)\r\n")
        bytes.writeBuffer(&rest)
        return bytes
    }

    private static func pick(_ tokens: [String], _ index: Int) -> String? {
        tokens.isEmpty ? nil : tokens[index % tokens.count]
    }
}
