import Foundation
import GRDB
import QueueDomain
import QueueEvents

extension WriterSession {
    /// Decides one command and writes what it makes. A refusal has written nothing, so the others of the batch go
    /// on untouched; an error ends the whole batch.
    func answer(_ request: WriteRequest) throws -> BranchWriter.Answer {
        if let key = request.idempotency, let stored = try storedKey(key.scope) {
            guard stored.requestHash == Data(key.requestHash) else { return .failure(.keyReused) }
            return .success(.replayed(try replay(stored, of: request)))
        }
        if request.onlyReplays { return .success(.empty) }
        let situation: Situation
        do {
            situation = try SituationLoader.load(for: request.command, from: self, now: now, rules: memory.rules)
        } catch let error as StoreError {
            // A damaged row is in the way of who needs it only: nothing was written yet.
            return .failure(error)
        }
        switch decision(request, in: situation) {
        case .success(let facts):
            return .success(.done(try write(facts, of: request)))
        case .failure(let refusal):
            try store(
                request.idempotency, refusal: refusal.code, ticketID: refusal.ticket?.id, seq: nil, hasBody: true)
            let texts = try request.wantsTexts ? refusal.ticket.flatMap { try self.texts(of: $0.id) } : nil
            return .success(.rejected(refusal, texts: texts))
        }
    }

    private func decision(_ request: WriteRequest, in situation: Situation) -> Result<[Fact], Rejection> {
        if let fault = request.texts.fault ?? zoneFault(of: request.command) {
            return .failure(Rejection(.invalidSetting, ticket: situation.ticket, fault: fault))
        }
        do {
            return .success(try decide(request.command, in: situation))
        } catch {
            return .failure(error)
        }
    }

    /// A zone that this machine doesn't know would keep the branch from starting again.
    private func zoneFault(of command: Command) -> SettingFault? {
        guard case .edit(.changeBranch(let profile, _)) = command.request else { return nil }
        let timeZone = profile.timeZone
        if timeZone == memory.row.branch.timeZone || ZoneOffsets.load(timeZone) != nil { return nil }
        return SettingFault("time_zone", "an IANA time zone that this machine knows")
    }

    private func write(_ facts: [Fact], of request: WriteRequest) throws -> WriteResult {
        let command = request.command
        var uid: String?
        for fact in facts {
            uid = try write(fact, by: command.actor).text
            if let actor = request.audit { try record(FactAudit.note(of: fact, by: actor)) }
        }
        let ticket = command.answer(from: facts)
        if let ticket {
            try write(memory.row.branch.profile.takesNames ? request.texts : request.texts.nameless, of: ticket.id)
            if request.texts.customerName != .keep, !command.isIssue { memory.erasures += 1 }
        }
        var result = WriteResult(facts: facts, ticket: ticket)
        if !facts.isEmpty { result.seq = memory.row.lastSeq }
        if case .issue = command.request, let ticket {
            result.uid = uid
            result.peopleAhead = try peopleAhead(of: ticket)
        }
        if case .counter(let change)? = facts.last, let counter = change.after {
            result.counterTicketID = try current(at: counter.id)?.id
        }
        if request.wantsTexts, let ticket { result.texts = try texts(of: ticket.id) }
        let hasBody = command.expectsTicket ? ticket != nil : facts.last.map { !$0.isDeletion } ?? false
        if hasBody || request.keepsEmptyAnswer {
            try store(
                request.idempotency, refusal: nil, ticketID: ticket?.id, seq: hasBody ? result.seq : nil,
                hasBody: hasBody)
        }
        return result
    }

    private struct StoredKey {
        let requestHash: Data
        let status: Int
        let code: String?
        let ticketID: TicketID?
        let seq: Int64?
    }

    private func storedKey(_ scope: [UInt8]) throws -> StoredKey? {
        try db.first(
            "SELECT request_hash, status, code, ticket_id, seq FROM idempotency_keys WHERE scope = ?", [Data(scope)]
        ) { row in
            StoredKey(
                requestHash: row[0], status: row[1], code: row[2],
                ticketID: (row[3] as Int64?).map(TicketID.init(_:)), seq: row[4])
        }
    }

    private func store(
        _ key: IdempotencyRequest?, refusal: RejectionCode?, ticketID: TicketID?, seq: Int64?, hasBody: Bool
    ) throws {
        guard let key else { return }
        let status = key.status(refusal, hasBody)
        // Who may do what can change before the same key comes again.
        guard status != 403 else { return }
        try db.change(
            """
            INSERT INTO idempotency_keys (scope, request_hash, status, code, ticket_id, seq, stored_tick)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                Data(key.scope), Data(key.requestHash), status, refusal?.rawValue,
                ticketID?.rawValue, seq, now.tick,
            ])
    }

    private func replay(_ stored: StoredKey, of request: WriteRequest) throws -> StoredAnswer {
        var answer = StoredAnswer(status: stored.status, code: stored.code)
        if let seq = stored.seq {
            answer.eventBody = try db.first("SELECT body FROM events WHERE seq = ?", [seq]) { row in
                Array(row[0] as Data)
            }
        }
        guard let id = stored.ticketID else { return answer }
        answer.ticket = try ticket(id)
        if request.wantsTexts { answer.texts = try texts(of: id) }
        guard case .issue = request.command.request else { return answer }
        answer.uid = try db.first(
            "SELECT uid FROM tickets WHERE id = ?1 UNION ALL SELECT uid FROM ticket_history WHERE id = ?1",
            [id.rawValue]
        ) { $0[0] }
        answer.peopleAhead = try answer.ticket.flatMap { try peopleAhead(of: $0) }
        return answer
    }
}

extension Command {
    /// Whether it makes a ticket, which has no name before.
    fileprivate var isIssue: Bool {
        if case .issue = request { true } else { false }
    }

    /// Whether a success is answered with a ticket.
    fileprivate var expectsTicket: Bool {
        switch request {
        case .issue, .ticket, .callNext, .reserve: true
        case .counter, .edit, .rollDay: false
        }
    }
}

extension Fact {
    fileprivate var isDeletion: Bool {
        switch self {
        case .ticket, .branch: false
        case .counter(let change): change.after == nil
        case .queue(let change): change.after == nil
        case .agent(let change): change.after == nil
        }
    }
}
