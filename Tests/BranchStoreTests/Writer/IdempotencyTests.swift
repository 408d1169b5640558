import BranchStore
import Foundation
import GRDB
import QueueDomain
import Testing

@Suite struct IdempotencyTests {
    private func key(_ byte: UInt8, body: UInt8 = 1) -> IdempotencyRequest {
        IdempotencyRequest(scope: Array(repeating: byte, count: 32), requestHash: Array(repeating: body, count: 32)) {
            refusal, hasBody in
            refusal == nil ? (hasBody ? 201 : 204) : 409
        }
    }

    private func request(
        _ request: Command.Request, _ key: IdempotencyRequest, name: String? = nil, wantsTexts: Bool = true
    ) -> WriteRequest {
        WriteRequest(
            Command(actor: Actor(role: .kiosk, id: 1), request: request),
            texts: TextChange(customerName: name.map { .set($0) } ?? .keep), idempotency: key, wantsTexts: wantsTexts)
    }

    private let issue = Command.Request.issue(IssueRequest(queueID: QueueID(1)))

    private func opened() async throws -> StoreFixture {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        return fixture
    }

    private func replayed(_ reply: WriteReply) throws -> StoredAnswer {
        guard case .replayed(let answer) = reply else { throw StoreFixture.Unexpected() }
        return answer
    }

    private func done(_ reply: WriteReply) throws -> WriteResult {
        guard case .done(let result) = reply else { throw StoreFixture.Unexpected() }
        return result
    }

    @Test func `the same key gets the first answer, with the event it was made of and the names joined`() async throws {
        let fixture = try await opened()
        let first = try done(try await fixture.submit(request(issue, key(1), name: "Ada")))
        let head = try fixture.store.writer.ring.head
        let again = try replayed(try await fixture.submit(request(issue, key(1), name: "Ada")))
        #expect(again.status == 201)
        #expect(again.code == nil)
        #expect(again.ticket == first.ticket)
        #expect(again.texts?.customerName == "Ada")
        #expect(again.uid == first.uid)
        let event = try fixture.store.writer.ring.events(after: head - 1, limit: 1)?.first
        #expect(again.eventBody == event?.body)
        #expect(try fixture.store.writer.ring.head == head)
        #expect(try await fixture.store.queue(QueueID(1))?.waiting == 1)
    }

    @Test func `people ahead are counted as of now`() async throws {
        let fixture = try await opened()
        let ahead = try await fixture.issue()
        let first = try done(try await fixture.submit(request(issue, key(1))))
        #expect(first.peopleAhead == 1)
        try await fixture.act(ahead.id, .call(CounterID(1)))
        #expect(try replayed(try await fixture.submit(request(issue, key(1)))).peopleAhead == 0)
    }

    @Test func `the ticket is shown as it is now, also after it ended, the event as it was`() async throws {
        let fixture = try await opened()
        let first = try #require(try done(try await fixture.submit(request(issue, key(1)))).ticket)
        let ended = try await fixture.act(first.id, .cancel)
        let again = try replayed(try await fixture.submit(request(issue, key(1))))
        #expect(again.ticket == ended)
        let body = try #require(again.eventBody)
        #expect(String(decoding: body, as: UTF8.self).contains(#""state":"waiting""#))
        #expect(again.uid != nil)
    }

    @Test func `an answer without a body is kept too, unless the caller goes on waiting`() async throws {
        let fixture = try await opened()
        let reserve = Command.Request.reserve(QueueID(1), Holding(token: TokenID(1), isWorker: true))
        #expect(try done(try await fixture.submit(request(reserve, key(1)))).ticket == nil)
        try await fixture.issue()
        let again = try replayed(try await fixture.submit(request(reserve, key(1))))
        #expect(again.status == 204)
        #expect(again.ticket == nil && again.eventBody == nil)
        #expect(try await fixture.store.queue(QueueID(1))?.waiting == 1)
        try await fixture.act(TicketID(1), .cancel)
        var waiting = request(reserve, key(2))
        waiting.keepsEmptyAnswer = false
        _ = try done(try await fixture.submit(waiting))
        try await fixture.issue()
        #expect(try done(try await fixture.submit(waiting)).ticket?.id == TicketID(2))
    }

    @Test func `a call-next that completed but called nobody answers without a body again`() async throws {
        let fixture = try await opened()
        try await fixture.issue()
        let ticket = try await fixture.act(TicketID(1), .call(CounterID(1)))
        let seen = SeenTicket(id: ticket.id, version: ticket.version)
        let next = Command.Request.callNext(CallNextRequest(counterID: CounterID(1), completes: seen))
        #expect(try done(try await fixture.submit(request(next, key(1)))).ticket == nil)
        #expect(try replayed(try await fixture.submit(request(next, key(1)))).status == 204)
    }

    @Test func `a refusal gives the same code with the ticket as it is now`() async throws {
        let fixture = try await opened()
        let ticket = try await fixture.issue(name: "Ada")
        let complete = Command.Request.ticket(ticket.id, .complete)
        guard case .rejected(let rejection, let texts) = try await fixture.submit(request(complete, key(1))) else {
            throw StoreFixture.Unexpected()
        }
        #expect(rejection.code == .invalidTransition)
        #expect(texts?.customerName == "Ada")
        let called = try await fixture.act(ticket.id, .call(CounterID(1)))
        let again = try replayed(try await fixture.submit(request(complete, key(1))))
        #expect(again.status == 409)
        #expect(again.code == "invalid_transition")
        #expect(again.ticket == called)
        #expect(again.eventBody == nil)
    }

    @Test func `another body under the same key is refused`() async throws {
        let fixture = try await opened()
        _ = try await fixture.submit(request(issue, key(1)))
        let error = await #expect(throws: StoreError.self) {
            try await fixture.submit(request(issue, key(1, body: 2)))
        }
        #expect(error?.description == StoreError.keyReused.description)
        #expect(try await fixture.store.queue(QueueID(1))?.waiting == 1)
    }

    @Test func `other scopes don't know the key`() async throws {
        let fixture = try await opened()
        for byte in 1...3 as ClosedRange<UInt8> {
            _ = try done(try await fixture.submit(request(issue, key(byte))))
        }
        #expect(try await fixture.store.queue(QueueID(1))?.waiting == 3)
    }

    @Test func `twice at once issues one ticket`() async throws {
        let fixture = try await opened()
        let writer = try fixture.store.writer
        let same = request(issue, key(1))
        let replies = try await withThrowingTaskGroup(of: WriteReply.self) { group in
            for _ in 0..<20 { group.addTask { try await writer.submit(same) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let first = replies.filter { if case .done = $0 { true } else { false } }
        #expect(first.count == 1)
        #expect(try await fixture.store.queue(QueueID(1))?.waiting == 1)
    }

    @Test func `keys outlive a start`() async throws {
        let fixture = try await opened()
        let first = try done(try await fixture.submit(request(issue, key(1))))
        await fixture.close()
        #expect(try replayed(try await fixture.submit(request(issue, key(1)))).ticket == first.ticket)
    }

    @Test func `an edit's answer is rebuilt from its event, a deletion has none`() async throws {
        let fixture = try await opened()
        let create = Command.Request.edit(.createQueue(QueueSettings(name: "New", prefix: "N")))
        _ = try done(try await fixture.submit(request(create, key(1))))
        let again = try replayed(try await fixture.submit(request(create, key(1))))
        #expect(again.status == 201)
        #expect(String(decoding: try #require(again.eventBody), as: UTF8.self).contains(#""name":"New""#))
        let delete = Command.Request.edit(.deleteQueue(QueueID(2), expecting: nil))
        _ = try done(try await fixture.submit(request(delete, key(2))))
        #expect(try replayed(try await fixture.submit(request(delete, key(2)))).status == 204)
    }

    @Test func `a batch that failed keeps no key`() async throws {
        let fixture = try StoreFixture()
        try await fixture.setUp()
        await fixture.close()
        try fixture.raw { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER test_error BEFORE INSERT ON idempotency_keys
                    BEGIN SELECT RAISE(ABORT, 'as the test asked'); END
                    """)
        }
        await #expect(throws: StoreError.self) { try await fixture.submit(request(issue, key(1))) }
        await fixture.close()
        try fixture.raw { try $0.execute(sql: "DROP TRIGGER test_error") }
        #expect(try done(try await fixture.submit(request(issue, key(1)))).ticket?.id == TicketID(1))
    }

    @Test func `the table holds neither names nor bodies`() async throws {
        let fixture = try await opened()
        _ = try await fixture.submit(request(issue, key(1), name: "CANARY-9731"))
        let found = try fixture.raw(readOnly: true) { db in
            try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info('idempotency_keys')")
        }
        #expect(found.sorted() == ["code", "request_hash", "scope", "seq", "status", "stored_tick", "ticket_id"])
    }

    @Test(arguments: [
        TextChange(customerName: .set(String(repeating: "n", count: 201))),
        TextChange(note: String(repeating: "n", count: 501)),
        TextChange(reason: String(repeating: "n", count: 501)), TextChange(customerName: .set("a\u{0}b")),
    ])
    func `a text that its column can't hold is refused alone`(texts: TextChange) async throws {
        let fixture = try await opened()
        let command = Command(actor: .system, request: issue)
        guard case .rejected(let rejection, _) = try await fixture.submit(WriteRequest(command, texts: texts)) else {
            throw StoreFixture.Unexpected()
        }
        #expect(rejection.code == .invalidSetting)
        let edge = TextChange(
            customerName: .set(String(repeating: "ü", count: 200)), note: String(repeating: "n", count: 500))
        _ = try done(try await fixture.submit(WriteRequest(command, texts: edge)))
    }
}
