import BranchStore
import QueueDomain
import Testing

@Suite struct ReadingTests {
    private func opened(queues: Int = 2) async throws -> StoreFixture {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp(queues: queues)
        return fixture
    }

    private func ids(_ tickets: [NamedTicket]) -> [Int64] { tickets.map(\.ticket.id.rawValue) }

    private func list(
        _ fixture: StoreFixture, after id: Int64 = 0, limit: Int = 100, _ change: (inout TicketFilter) -> Void
    )
        async throws -> [Int64]
    {
        var filter = TicketFilter()
        change(&filter)
        let place = id > 0 ? ListPlace(id: id) : nil
        return ids(try await fixture.store.tickets(filter, after: place, limit: limit).tickets)
    }

    @Test func `a ticket is found open and ended, with its texts`() async throws {
        let fixture = try await opened()
        let ticket = try await fixture.issue(name: "Ada")
        #expect(try await fixture.store.ticket(ticket.id)?.ticket == ticket)
        let ended = try await fixture.act(ticket.id, .cancel)
        #expect(try await fixture.store.ticket(ticket.id)?.ticket == ended)
        #expect(try await fixture.store.ticket(ticket.id)?.texts?.customerName == "Ada")
        #expect(try await fixture.store.ticket(TicketID(99)) == nil)
    }

    @Test func `lists filter by each field and by all together`() async throws {
        let fixture = try await opened()
        let first = try await fixture.issue(1)
        fixture.clock.advance(1_000)
        let second = try await fixture.issue(2)
        fixture.clock.advance(1_000)
        let third = try await fixture.issue(1)
        try await fixture.act(first.id, .call(CounterID(1)))
        try await fixture.act(second.id, .cancel)
        #expect(try await list(fixture) { _ in } == [1, 3])
        #expect(try await list(fixture) { $0.queueID = QueueID(1) } == [1, 3])
        #expect(try await list(fixture) { $0.state = .waiting } == [3])
        #expect(try await list(fixture) { $0.state = .cancelled } == [2])
        #expect(try await list(fixture) { $0.state = .completed } == [])
        #expect(try await list(fixture) { $0.counterID = CounterID(1) } == [1])
        #expect(try await list(fixture) { $0.number = third.number } == [3])
        #expect(try await list(fixture) { $0.from = third.arrivedAt } == [3])
        #expect(try await list(fixture) { $0.to = third.arrivedAt } == [1])
        #expect(
            try await list(fixture) {
                $0.queueID = QueueID(2)
                $0.state = .cancelled
                $0.number = second.number
                $0.from = second.arrivedAt
                $0.to = third.arrivedAt
            } == [2])
        #expect(
            try await list(fixture) {
                $0.queueID = QueueID(1)
                $0.state = .cancelled
            } == [])
    }

    @Test func `a number is looked for among the open and the ended`() async throws {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp { $0.lastNumber = 1 }
        for _ in 1...3 {
            let ticket = try await fixture.issue()
            try await fixture.act(ticket.id, .cancel)
            fixture.clock.advance(15_000)
        }
        try await fixture.issue()
        let number = TicketNumber(text: "A001")
        #expect(try await list(fixture) { $0.number = number } == [1, 2, 3, 4])
        #expect(try await list(fixture, after: 1, limit: 2) { $0.number = number } == [2, 3])
        #expect(
            try await list(fixture) {
                $0.number = number
                $0.state = .waiting
            } == [4])
    }

    @Test func `pages of tickets follow each other without hole or repeat`() async throws {
        let fixture = try await opened()
        for _ in 0..<7 { try await fixture.issue() }
        #expect(try await list(fixture, limit: 3) { _ in } == [1, 2, 3])
        #expect(try await list(fixture, after: 3, limit: 3) { _ in } == [4, 5, 6])
        #expect(try await list(fixture, after: 6, limit: 3) { _ in } == [7])
        #expect(try await list(fixture, after: 7, limit: 3) { _ in } == [])
    }

    @Test func `a line is listed in calling order, page by page`() async throws {
        let fixture = try await opened()
        let priorities = [1, 5, 1, 10, 5]
        for priority in priorities { try await fixture.issue(1, priority: priority) }
        let store = try fixture.store
        var listed: [Int64] = []
        var place: LinePlace?
        while true {
            let page = try await store.waiting(in: QueueID(1), after: place, limit: 2, wantsTexts: true)
            guard let last = page.last?.ticket else { break }
            listed += ids(page)
            place = LinePlace(rank: last.rank, id: last.id.rawValue)
        }
        #expect(listed == [4, 2, 5, 1, 3])
        #expect(try await store.waiting(in: QueueID(2), after: nil, limit: 5, wantsTexts: false).isEmpty)
    }

    @Test func `a line shows names only to those who ask for them`() async throws {
        let fixture = try await opened()
        try await fixture.issue(name: "Ada")
        let store = try fixture.store
        #expect(
            try await store.waiting(in: QueueID(1), after: nil, limit: 5, wantsTexts: true).first?.texts?.customerName
                == "Ada")
        #expect(try await store.waiting(in: QueueID(1), after: nil, limit: 5, wantsTexts: false).first?.texts == nil)
    }

    @Test func `people ahead count the line before a ticket`() async throws {
        let fixture = try await opened()
        let first = try await fixture.issue()
        let second = try await fixture.issue()
        let urgent = try await fixture.issue(1, priority: 9)
        let store = try fixture.store
        #expect(try await store.peopleAhead(of: urgent) == 0)
        #expect(try await store.peopleAhead(of: first) == 1)
        #expect(try await store.peopleAhead(of: second) == 2)
        #expect(try await store.peopleAhead(of: try await fixture.act(first.id, .cancel)) == 0)
    }

    @Test func `a new ticket's answer counts those who are called before it`() async throws {
        let fixture = try await opened()
        func ahead(_ priority: Int) async throws -> Int? {
            try await fixture.run(.issue(IssueRequest(queueID: QueueID(1), priority: priority))).peopleAhead
        }
        #expect(try await ahead(1) == 0)
        #expect(try await ahead(1) == 1)
        #expect(try await ahead(9) == 0)
        #expect(try await ahead(5) == 1)
        #expect(try await ahead(1) == 4)
    }

    @Test func `counters are listed with their customers`() async throws {
        let fixture = try await opened()
        let ticket = try await fixture.issue()
        try await fixture.act(ticket.id, .call(CounterID(2)))
        let counters = try await fixture.store.counters()
        #expect(counters.map(\.counter.id) == [CounterID(1), CounterID(2)])
        #expect(counters.map(\.ticketID) == [nil, ticket.id])
        #expect(try await fixture.store.counter(CounterID(2))?.ticketID == ticket.id)
        #expect(try await fixture.store.counter(CounterID(1))?.ticketID == nil)
        #expect(try await fixture.store.counter(CounterID(9)) == nil)
    }

    @Test func `the dispatcher finds what parks, what is leased and what is overdue, soonest first`() async throws {
        let fixture = try await opened()
        let tickets = [try await fixture.issue(), try await fixture.issue(), try await fixture.issue()]
        let wall = fixture.clock.reading.wall
        let spans: [Int64?] = [60, 30, nil]
        for (ticket, seconds) in zip(tickets, spans) {
            try await fixture.act(ticket.id, .call(CounterID(1)))
            try await fixture.act(ticket.id, .park(until: seconds.map { wall.adding(milliseconds: $0 * 1_000) }))
        }
        let parked = try await fixture.store.parkedTickets(limit: 5)
        #expect(parked.map(\.id) == [tickets[1].id, tickets[0].id])
        #expect(parked[1].tick - parked[0].tick == 30_000)
        #expect(try await fixture.store.parkedTickets(limit: 1).count == 1)
        let held = try await fixture.issue()
        try await fixture.act(held.id, .hold(Holding(token: TokenID(3), isWorker: true)))
        #expect(try await fixture.store.leasedTickets(limit: 5).map(\.id) == [held.id])
        let day = try #require(try await fixture.store.branch()?.day)
        #expect(try await fixture.store.overdueTickets(before: day, after: TicketID(0), limit: 9).isEmpty)
        let overdue = try await fixture.store.overdueTickets(before: day.next, after: TicketID(1), limit: 2)
        #expect(overdue == [tickets[1].id, tickets[2].id])
    }

    @Test func `a queue that carries over has nothing overdue`() async throws {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp { $0.carryOver = true }
        try await fixture.issue()
        let day = try #require(try await fixture.store.branch()?.day)
        #expect(try await fixture.store.overdueTickets(before: day.next, after: TicketID(0), limit: 9).isEmpty)
    }
}
