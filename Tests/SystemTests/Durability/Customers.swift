import QueueTestSupport

/// Clients that go on until the server dies under them, and that remember what they were promised: in a ledger what was
/// answered, in memory what was asked and not answered. Every request carries a key, so that what was not answered can
/// be asked again and must then have happened exactly once.
struct Customers: Sendable {
    /// A request without an answer.
    struct Pending: Sendable {
        var path: String
        var body: JSON
        var key: String
        /// The counter that it is about; nil for a kiosk's.
        var counter: Int?
        /// The ticket that the call completes.
        var completes: Int64?
    }

    /// What a counter has, as its agent knows.
    struct AtCounter: Sendable {
        var id: Int64
        var version: Int64

        var json: JSON { ["id": .integer(id), "version": .integer(version)] }
    }

    let ledger: Ledger
    let kiosks: Int
    let counters: Int
    let kioskToken: String
    let agentToken: String
    /// What the counters have when the round begins.
    var current: [Int: AtCounter] = [:]

    /// Works until the server is gone; `onAnswer` hears of each 2xx after it is in the ledger. Returns what is open.
    func work(
        round: Int, port: Int, onAnswer: @escaping @Sendable () -> Void
    ) async -> (pending: [Pending], current: [Int: AtCounter]) {
        await withTaskGroup(of: (Pending?, Int, AtCounter?).self) { group in
            for kiosk in 1...kiosks {
                group.addTask { (await self.issue("r\(round)-k\(kiosk)", port: port, onAnswer), 0, nil) }
            }
            for counter in 1...counters {
                let start = current[counter]
                group.addTask {
                    let (pending, last) = await self.call(
                        "r\(round)-c\(counter)", counter: counter, from: start, port: port, onAnswer)
                    return (pending, counter, last)
                }
            }
            var pending: [Pending] = []
            var current: [Int: AtCounter] = [:]
            for await (open, counter, last) in group {
                if let open { pending.append(open) }
                if let last { current[counter] = last }
            }
            return (pending, current)
        }
    }

    /// Asks again for everything that had no answer; each must be answered now. Returns what went wrong.
    func resolve(_ pending: [Pending], port: Int, current: inout [Int: AtCounter]) async throws -> [String] {
        var wrong: [String] = []
        for request in pending {
            let token = request.counter == nil ? kioskToken : agentToken
            let client = HTTPConnection(port: port, token: token)
            let answer = try await client.post(request.path, request.body, key: request.key)
            await client.close()
            guard let problem = await note(answer, to: request, current: &current) else { continue }
            wrong.append(problem)
        }
        return wrong
    }

    private func issue(_ name: String, port: Int, _ onAnswer: @Sendable () -> Void) async -> Pending? {
        let client = HTTPConnection(port: port, token: kioskToken)
        var number = 0
        var none: [Int: AtCounter] = [:]
        while true {
            number += 1
            let request = Pending(path: "/tickets", body: ["queue_id": 1], key: "\(name)-\(number)")
            guard let answer = await ask(client, request) else { return request }
            if await note(answer, to: request, current: &none) == nil { onAnswer() }
        }
    }

    private func call(
        _ name: String, counter: Int, from start: AtCounter?, port: Int, _ onAnswer: @Sendable () -> Void
    ) async -> (Pending?, AtCounter?) {
        let client = HTTPConnection(port: port, token: agentToken)
        var current: [Int: AtCounter] = [:]
        current[counter] = start
        var number = 0
        while true {
            number += 1
            let request = Pending(
                path: "/counters/\(counter)/call-next", body: ["completes": current[counter]?.json ?? .null],
                key: "\(name)-\(number)", counter: counter, completes: current[counter]?.id)
            guard let answer = await ask(client, request) else { return (request, current[counter]) }
            if await note(answer, to: request, current: &current) == nil { onAnswer() }
        }
    }

    /// The answer; nil when the server is gone, and the connection is closed then.
    private func ask(_ client: HTTPConnection, _ request: Pending) async -> HTTPAnswer? {
        do {
            return try await client.post(request.path, request.body, key: request.key)
        } catch {
            // The server was killed, or is about to be found dead by everybody else too.
            await client.close()
            return nil
        }
    }

    /// Puts a 2xx into the ledger; a sentence when it is anything else.
    private func note(_ answer: HTTPAnswer, to request: Pending, current: inout [Int: AtCounter]) async -> String? {
        guard (200..<300).contains(answer.status) else {
            return "\(request.path) with key \(request.key): \(answer.status) \(answer.text)"
        }
        if let completed = request.completes { await ledger.record("completed \(completed)") }
        guard answer.status != 204 else {
            if let counter = request.counter { current[counter] = nil }
            return nil
        }
        // A body that is no ticket is reported like a refusal.
        guard let ticket = try? answer.json(), let id = ticket["id"].int, let number = ticket["number"].text,
            let version = ticket["version"].int
        else { return "no ticket in \(answer.text)" }
        if let counter = request.counter {
            current[counter] = AtCounter(id: id, version: version)
            await ledger.record("called \(id) \(counter)")
        } else {
            await ledger.record("issued \(id) \(number)")
        }
        return nil
    }
}
