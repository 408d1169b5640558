import Foundation
import GRDB
package import QueueDomain

/// A ticket with its texts, as staff see it.
package struct NamedTicket: Equatable, Sendable {
    package var ticket: Ticket
    package var texts: TicketTexts?

    package init(ticket: Ticket, texts: TicketTexts? = nil) {
        self.ticket = ticket
        self.texts = texts
    }
}

/// Where a page of a line goes on: after this place.
package struct LinePlace: Equatable, Sendable {
    package var rank: Int64
    package var id: Int64

    package init(rank: Int64, id: Int64) {
        self.rank = rank
        self.id = id
    }
}

extension BranchStore {
    /// A ticket, open or ended.
    package func ticket(_ id: TicketID) async throws(StoreError) -> NamedTicket? {
        try await readers.read { db in
            let open = try db.first(TicketStatements.byID, [id.rawValue], TicketRow.init)
            let found = try open ?? db.first(TicketStatements.endedByID, [id.rawValue], TicketRow.init)
            return try found.map { try Self.named($0.ticket, db) }
        }
    }

    /// The ticket that a public link shows, by the hash of its token.
    package func ticket(linkHash: [UInt8]) async throws(StoreError) -> Ticket? {
        try await readers.read { db in
            let key: [(any DatabaseValueConvertible)?] = [Data(linkHash)]
            let open = "SELECT id, \(TicketColumns.list) FROM tickets WHERE link_hash = ?"
            let ended = "SELECT id, \(TicketColumns.list) FROM ticket_history WHERE link_hash = ?"
            return try (db.first(open, key, TicketRow.init) ?? db.first(ended, key, TicketRow.init))?.ticket
        }
    }

    /// A page of a queue's own line in calling order.
    package func waiting(
        in queue: QueueID, after place: LinePlace?, limit: Int, wantsTexts: Bool
    ) async throws(StoreError) -> [NamedTicket] {
        try await readers.read { db in
            let rows = try db.every(
                """
                SELECT id, \(TicketColumns.list) FROM tickets
                WHERE queue_id = ? AND state = 'waiting' AND target_counter_id IS NULL AND (rank, id) > (?, ?)
                ORDER BY rank, id LIMIT ?
                """,
                [queue.rawValue, place?.rank ?? Int64.min, place?.id ?? 0, limit], TicketRow.init)
            return try rows.map { wantsTexts ? try Self.named($0.ticket, db) : NamedTicket(ticket: $0.ticket) }
        }
    }

    static func named(_ ticket: Ticket, _ db: Database) throws -> NamedTicket {
        NamedTicket(ticket: ticket, texts: try texts(of: ticket.id, db))
    }

    static func texts(of id: TicketID, _ db: Database) throws -> TicketTexts? {
        try db.first(TicketStatements.person, [id.rawValue]) {
            TicketTexts(customerName: $0[0], note: $0[1], reason: $0[2])
        }
    }

    /// How many are called before a waiting ticket, as of at most a second ago.
    package func peopleAhead(of ticket: Ticket) async throws(StoreError) -> Int {
        try await lines.peopleAhead(of: ticket, from: readers)
    }
}
