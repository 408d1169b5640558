package import GRDB
package import QueueDomain

/// Which tickets a list shows; nil means any.
package struct TicketFilter: Equatable, Sendable {
    package var queueID: QueueID?
    /// Nil: open tickets; an ended state reads the history.
    package var state: TicketState?
    package var number: TicketNumber?
    package var counterID: CounterID?
    /// Arrived at or after.
    package var from: Timestamp?
    /// Arrived before.
    package var to: Timestamp?

    package init() {}

    /// Whether the list goes by arrival and then by id, as a span of the history does; else it goes by id.
    package var goesByArrival: Bool { state?.isEnded == true && number == nil && (from != nil || to != nil) }
}

/// Where a page of a list goes on: after this ticket.
package struct ListPlace: Equatable, Sendable {
    /// Milliseconds since 1970; counts only where the list goes by arrival.
    package var arrivedAt: Int64
    package var id: Int64

    package init(arrivedAt: Int64 = 0, id: Int64) {
        self.arrivedAt = arrivedAt
        self.id = id
    }
}

/// A page of a list of tickets.
package struct TicketPage: Equatable, Sendable {
    package var tickets: [NamedTicket]
    /// Where the next page begins; nil after the last one. There may be a next page though this one isn't full.
    package var next: ListPlace?
}

/// A page of one table as statements.
///
/// The history has years of tickets, and whatever the filter finds none of would be looked for in all of them while a
/// reader is held. So one page looks at `StoreLimits.listScan` rows and no more; a number has an index of its own and
/// needs no such bound.
package struct TicketListing: Sendable {
    /// A statement and what is bound to it.
    package struct Statement: Sendable {
        package var sql: String
        package var values: [Int64OrText]
    }

    /// What a list's statements bind.
    package enum Int64OrText: Sendable {
        case number(Int64)
        case text(String)

        /// As the database takes it.
        package var databaseValue: DatabaseValue {
            switch self {
            case .number(let number): number.databaseValue
            case .text(let text): text.databaseValue
            }
        }
    }

    private typealias Condition = (sql: String, values: [Int64OrText])

    private let table: String
    private let limit: Int
    private let goesByArrival: Bool
    /// Where the page begins, and the order that it walks in.
    private let bounds: [Condition]
    private let conditions: [Condition]
    private let hasNumber: Bool

    /// - Parameter table: `tickets` or `ticket_history`.
    package init(_ filter: TicketFilter, in table: String, after place: ListPlace?, limit: Int) {
        self.table = table
        self.limit = limit
        goesByArrival = filter.goesByArrival
        hasNumber = filter.number != nil
        func condition(_ sql: String, _ number: Int64?) -> Condition? { number.map { (sql, [.number($0)]) } }
        let to = condition("arrived_at < ?", filter.to?.milliseconds)
        var conditions = [
            filter.number.map { ("number = ?", [Int64OrText.text($0.text)]) },
            condition("queue_id = ?", filter.queueID?.rawValue),
            filter.state.map { ("state = ?", [.text($0.rawValue)]) },
            condition("counter_id = ?", filter.counterID?.rawValue),
        ].compactMap { $0 }
        if goesByArrival {
            // One bound below, so that a page begins where the one before ended and not at the span's start.
            let start = max(place?.arrivedAt ?? .min, filter.from?.milliseconds ?? .min)
            let after = place.map { place -> Condition in
                ("(arrived_at > ? OR id > ?)", [.number(place.arrivedAt), .number(place.id)])
            }
            bounds = [condition("arrived_at >= ?", start), after, to].compactMap { $0 }
        } else {
            bounds = [("id > ?", [.number(place?.id ?? 0)])]
            conditions += [condition("arrived_at >= ?", filter.from?.milliseconds), to].compactMap { $0 }
        }
        self.conditions = conditions
    }

    private var order: String { goesByArrival ? "arrived_at, id" : "id" }

    /// Finds the last row that the page may look at; no row when it may look at all there are. Nil without a bound.
    /// - Parameter scan: rows that the page may look at, one or more.
    package func horizon(scan: Int = StoreLimits.listScan) -> Statement? {
        hasNumber ? nil : statement("arrived_at, id", bounds, tail: "LIMIT 1 OFFSET ?", [.number(Int64(scan) - 1)])
    }

    /// Finds the page's tickets.
    package func page(upTo horizon: ListPlace?) -> Statement {
        var all = bounds
        if let horizon, goesByArrival {
            all.append(("arrived_at <= ?", [.number(horizon.arrivedAt)]))
            all.append(("(arrived_at < ? OR id <= ?)", [.number(horizon.arrivedAt), .number(horizon.id)]))
        } else if let horizon {
            all.append(("id <= ?", [.number(horizon.id)]))
        }
        let columns = "id, \(TicketColumns.list)"
        return statement(columns, all + conditions, tail: "LIMIT ?", [.number(Int64(limit))])
    }

    private func statement(
        _ columns: String, _ conditions: [Condition], tail: String, _ last: [Int64OrText]
    ) -> Statement {
        let condition = conditions.map(\.sql).joined(separator: " AND ")
        return Statement(
            sql: "SELECT \(columns) FROM \(table) WHERE \(condition) ORDER BY \(order) \(tail)",
            values: conditions.flatMap(\.values) + last)
    }
}

extension BranchStore {
    /// A page of tickets, by rising id or as `TicketFilter.goesByArrival` says.
    package func tickets(
        _ filter: TicketFilter, after place: ListPlace?, limit: Int
    ) async throws(StoreError) -> TicketPage {
        try await readers.read { db in
            let readsBoth = filter.number != nil && filter.state == nil
            let ended = filter.state?.isEnded == true ? ["ticket_history"] : ["tickets"]
            var rows: [TicketRow] = []
            var horizon: ListPlace?
            for table in readsBoth ? ["tickets", "ticket_history"] : ended {
                let listing = TicketListing(filter, in: table, after: place, limit: limit + 1)
                if let last = listing.horizon() {
                    horizon = try db.first(last.sql, last.values.map(\.databaseValue)) {
                        ListPlace(arrivedAt: $0[0], id: $0[1])
                    }
                }
                let page = listing.page(upTo: horizon)
                rows += try db.every(page.sql, page.values.map(\.databaseValue), TicketRow.init)
            }
            if readsBoth { rows.sort { $0.ticket.id < $1.ticket.id } }
            let shown = rows.prefix(limit)
            var page = TicketPage(tickets: try shown.map { try Self.named($0.ticket, db) }, next: horizon)
            if rows.count > limit, let last = shown.last?.ticket {
                page.next = ListPlace(arrivedAt: last.arrivedAt.milliseconds, id: last.id.rawValue)
            }
            return page
        }
    }
}
