import Foundation
import QueueTestSupport
import Synchronization
import Testing

extension SystemSuite {
    @Suite struct KillTests {
        /// How often the server is killed; set by `scripts/faultlab kill N`.
        private static let kills = Int(ProcessInfo.processInfo.environment["TURN_KILLS"] ?? "") ?? 25

        @Test func nothingThatWasAnsweredIsLostByKills() async throws {
            let seed = UInt64(ProcessInfo.processInfo.environment["TURN_SEED"] ?? "") ?? .random(in: 0 ... .max)
            print("kills: \(Self.kills), TURN_SEED=\(seed)")
            try await withBranch(.oneQueue(counters: 4)) { branch in
                var run = try KillRun(branch: branch, seed: seed)
                for round in 1...Self.kills {
                    let wrong = try await run.round(round)
                    // The rounds after a loss would only repeat it.
                    try #require(wrong == [], "round \(round) of seed \(seed)")
                }
                try await run.finish()
            }
        }
    }
}

/// Rounds of load, kill, restart and comparison over one database.
private struct KillRun {
    private let branch: TestBranch
    private let ledgerPath: String
    private var customers: Customers
    private var random: SeededNumbers
    private var server: RunningBranch
    private var book = LedgerBook()
    private var readTimes: [Duration] = []

    init(branch: TestBranch, seed: UInt64) throws {
        self.branch = branch
        ledgerPath = branch.site.workFolder + "/ledger"
        customers = Customers(
            ledger: try Ledger(path: ledgerPath), kiosks: 6, counters: 4, kioskToken: branch.worker,
            agentToken: branch.admin)
        random = SeededNumbers(seed: seed)
        server = branch.server
    }

    /// One life of the server. Returns what was wrong after its death.
    mutating func round(_ number: Int) async throws -> [String] {
        // After so many answers, and then a little later, so that the blow falls into any phase of a commit.
        let answers = random.next(1...400)
        let delay = Duration.microseconds(random.next(0...15_000))
        let left = Mutex(answers)
        let child = server.child
        let port = server.port
        let customers = customers
        // A server that refuses everything would otherwise never be killed.
        let watchdog = Task {
            try await Task.sleep(for: Pace.patience)
            child.signal(9)
        }
        defer { watchdog.cancel() }
        let (pending, current) = await customers.work(round: number, port: port) {
            let isLast = left.withLock { left in
                left -= 1
                return left == 0
            }
            guard isLast else { return }
            Task {
                // The test goes on whether or not this sleep is cut short.
                try? await Task.sleep(for: delay)
                child.signal(9)
            }
        }
        #expect(await child.waitForEnd(within: Pace.patience) == .signalled(9))

        server = try await branch.site.serve()
        let ready = try await server.ready()
        readTimes.append(ready)
        #expect(ready < Pace.ready, "round \(number): ready after \(ready)")
        var known = current
        let refused = try await customers.resolve(pending, port: server.port, current: &known)
        self.customers.current = known
        return try await refused + compare()
    }

    mutating func finish() async throws {
        let slowest = readTimes.max() ?? .zero
        print("killed \(readTimes.count) times, \(book.issued.count) tickets, ready after at most \(slowest)")
        #expect(await server.terminate() == .exited(code: 0))
        let oracle = try DatabaseOracle(branch.site.database)
        #expect(try oracle.integrity() == "ok")
        #expect(try oracle.violations() == [])
        #expect(try Set(oracle.numbers().keys) == Set(book.issued.keys), "every ticket was answered exactly once")
    }

    /// Compares the ledger with the database and, for this round's tickets, with the API.
    private mutating func compare() async throws -> [String] {
        let fresh = book.read(Ledger.lines(of: ledgerPath))
        let oracle = try DatabaseOracle(branch.site.database)
        var wrong = try book.contradictions + oracle.violations()
        let numbers = try oracle.numbers()
        let lost = book.issued.filter { numbers[$0.key] != $0.value }
        wrong += lost.prefix(5).map { "ticket \($0.key), \($0.value), was acknowledged and is lost" }
        if numbers.count != book.issued.count {
            wrong.append("\(numbers.count) tickets, \(book.issued.count) acknowledged")
        }
        let reserved = try oracle.ticketsOfEvents("ticket.reserved")
        if Set(reserved).count != reserved.count { wrong.append("a ticket was called twice") }
        let forgotten = Set(book.called.keys).subtracting(reserved)
        wrong += forgotten.sorted().prefix(5).map { "the call of ticket \($0) was acknowledged and is lost" }
        let open = try book.completed.subtracting(oracle.tickets(in: "completed"))
        wrong += open.sorted().prefix(5).map { "the end of ticket \($0) was acknowledged and is lost" }

        let client = server.client(branch.admin)
        for id in fresh.suffix(50) {
            let answer = try await client.get("/tickets/\(id)")
            let number = answer.status == 200 ? try answer.json()["number"].text : nil
            if number != book.issued[id] { wrong.append("GET /tickets/\(id): \(answer.status) \(answer.text)") }
        }
        await client.close()
        return wrong
    }
}

/// What the ledger says, read line by line.
private struct LedgerBook {
    /// The number of each ticket that was answered.
    private(set) var issued: [Int64: String] = [:]
    /// The counter of each ticket whose call was answered.
    private(set) var called: [Int64: Int] = [:]
    private(set) var completed: Set<Int64> = []
    /// Promises that cannot both be kept.
    private(set) var contradictions: [String] = []
    private var numbers: Set<String> = []
    private var linesRead = 0

    /// Reads the lines that are new, and returns the tickets that they issue.
    mutating func read(_ lines: [String]) -> [Int64] {
        var fresh: [Int64] = []
        for line in lines.dropFirst(linesRead) {
            let words = line.split(separator: " ")
            guard words.count >= 2, let id = Int64(words[1]) else { continue }
            switch words[0] {
            case "issued":
                if issued.updateValue(String(words[2]), forKey: id) != nil { contradictions.append("id \(id) twice") }
                if !numbers.insert(String(words[2])).inserted { contradictions.append("number \(words[2]) twice") }
                fresh.append(id)
            case "called":
                if called.updateValue(Int(words[2]) ?? 0, forKey: id) != nil {
                    contradictions.append("ticket \(id) called twice")
                }
            default: completed.insert(id)
            }
        }
        linesRead = lines.count
        return fresh
    }
}

/// Random numbers that a printed seed brings back (SplitMix64).
struct SeededNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(_ range: ClosedRange<Int>) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return range.lowerBound + Int(mixed % UInt64(range.count))
    }
}
