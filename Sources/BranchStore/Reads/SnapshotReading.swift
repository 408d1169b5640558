import GRDB
package import QueueDomain

/// One consistent state of the branch, for a client that begins to follow.
package struct BranchSnapshot: Sendable {
    /// The newest event that this state contains.
    package var seq: Int64
    package var queues: [Queue]
    /// The branch's hours as it is read.
    package var opening: Opening
    package var counters: [OccupiedCounter]
    /// Called, serving and parked tickets, and the first of each line.
    package var tickets: [NamedTicket]
}

extension BranchStore {
    /// Reads one state of the branch.
    /// - Parameters:
    ///   - ids: the queues that matter; nil = all.
    ///   - waitingPerQueue: how much of each line.
    package func snapshot(
        of ids: Set<QueueID>?, waitingPerQueue: Int, wantsTexts: Bool
    ) async throws(StoreError) -> BranchSnapshot {
        let opening = writer.opening()
        return try await readers.read { db in
            func isWanted(_ id: QueueID) -> Bool { ids?.contains(id) ?? true }
            let seq = try db.first("SELECT last_seq FROM branch", []) { $0[0] as Int64 } ?? 0
            let queues = try db.every(QueueRow.all, [], QueueRow.read).filter { isWanted($0.id) }
            let busy = try db.every(TicketStatements.processing, [], TicketRow.init).map(\.ticket)
            let taken = Dictionary(
                busy.compactMap { ticket in
                    ticket.state.occupiesCounter ? ticket.counterID.map { ($0, ticket.id) } : nil
                }, uniquingKeysWith: { first, _ in first })
            let counters = try CounterRow.loadAll(db).filter { counter in
                ids == nil || counter.settings.serves.contains { isWanted($0.queueID) }
            }
            var tickets = busy.filter { isWanted($0.queueID) }
            for queue in queues {
                tickets += try db.every(TicketStatements.line, [queue.id.rawValue, waitingPerQueue], TicketRow.init)
                    .map(\.ticket)
            }
            return BranchSnapshot(
                seq: seq, queues: queues, opening: opening,
                counters: counters.map { OccupiedCounter(counter: $0, ticketID: taken[$0.id]) },
                tickets: try tickets.map {
                    NamedTicket(ticket: $0, texts: wantsTexts ? try Self.texts(of: $0.id, db) : nil)
                })
        }
    }

    /// Whether the public link of a ticket still works: while the ticket is open, and until an hour (the retention's
    /// grace) after its business day.
    package func linkLives(of ticket: Ticket) -> Bool {
        guard ticket.state.isEnded else { return true }
        let moment = writer.moment()
        let end = writer.rules.calendar.end(of: ticket.day)
        return moment.wall < end.adding(milliseconds: configuration.retention.linkGrace)
    }
}
