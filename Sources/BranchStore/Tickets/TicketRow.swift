import Foundation
import GRDB
package import QueueDomain

/// A ticket's row: the domain's value and what only the store needs.
package struct TicketRow: Equatable, Sendable {
    package var ticket: Ticket
    /// The uid of its `ticket.created` event; the public link's token is made from it.
    package let uid: String
    /// SHA-256 of the link's token; nil once the link is dead.
    package var linkHash: [UInt8]?
}

/// The columns that `tickets`, `ticket_history` and `ticket_before` share, in the one order that is read and bound.
enum TicketColumns {
    static let names = [
        "uid", "link_hash", "queue_id", "number", "day", "state", "priority", "estimated_time", "progress",
        "language", "version", "rank", "arrival_tick", "queued_tick", "called_tick", "started_tick", "ended_tick",
        "park_until_tick", "lease_tick", "target_counter_id", "counter_id", "holder", "agent_id", "call_count",
        "let_ahead_count", "arrived_at", "queued_at", "first_called_at", "called_at", "started_at", "parked_at",
        "park_until", "ended_at", "ended_by_role", "ended_by_id", "outcome", "updated_at",
    ]
    static let list = names.joined(separator: ", ")
    static let marks = names.map { _ in "?" }.joined(separator: ", ")
    /// What stays as it was when the ticket was issued.
    static let fixed = ["uid", "link_hash", "number", "day", "arrived_at"]
    static let fixedList = fixed.joined(separator: ", ")
    static let changing = names.filter { !fixed.contains($0) }
    static let changingList = changing.joined(separator: ", ")
    static let changingMarks = changing.map { _ in "?" }.joined(separator: ", ")
    static let changingAssignments = changing.map { "\($0) = ?" }.joined(separator: ", ")
}

extension TicketRow {
    /// Reads a row whose first column is the id and whose next ones are `TicketColumns.list`.
    /// - Throws: `StoreError.damagedRow`: the schema's CHECK admits only known states, but the disk admits anything.
    init(_ row: Row) throws(StoreError) {
        func wall(_ column: Int) -> Timestamp? { (row[column] as Int64?).map(Timestamp.init(milliseconds:)) }
        uid = row[1]
        linkHash = (row[2] as Data?).map(Array.init)
        let endedRole: String? = row[34]
        let role = endedRole.flatMap(ActorRole.init(rawValue:))
        guard let state = TicketState(rawValue: row[6]) else {
            throw .damagedRow(table: Self.table(of: row), id: row[0], column: "state")
        }
        ticket = Ticket(
            id: TicketID(row[0]), queueID: QueueID(row[3]),
            number: TicketNumber(text: row[4]), day: BusinessDay(number: row[5]), state: state,
            priority: row[7], estimatedTime: row[8], progress: row[9],
            language: row[10], version: row[11], rank: row[12],
            arrivalTick: row[13], queuedTick: row[14], calledTick: row[15],
            startedTick: row[16], endedTick: row[17], parkUntilTick: row[18],
            leaseTick: row[19], targetCounterID: (row[20] as Int64?).map(CounterID.init(_:)),
            counterID: (row[21] as Int64?).map(CounterID.init(_:)),
            holder: (row[22] as Int64?).map(TokenID.init(_:)),
            agentID: (row[23] as Int64?).map(AgentID.init(_:)), callCount: row[24],
            letAheadCount: row[25], arrivedAt: Timestamp(milliseconds: row[26]),
            queuedAt: Timestamp(milliseconds: row[27]), firstCalledAt: wall(28),
            calledAt: wall(29), startedAt: wall(30), parkedAt: wall(31),
            parkUntil: wall(32), endedAt: wall(33),
            endedBy: role.map { Actor(role: $0, id: row[35]) },
            outcome: (row[36] as String?).flatMap(TicketOutcome.init(rawValue:)),
            updatedAt: Timestamp(milliseconds: row[37]))
    }

    /// The table that a row was read from; only `ticket_before` has further columns.
    private static func table(of row: Row) -> String {
        row.count > TicketColumns.names.count + 1 ? "ticket_before" : "tickets or ticket_history"
    }

    /// The values of `TicketColumns.names`, in order.
    var values: [SQLValue] {
        [
            .init(uid), .init(linkHash), .init(ticket.queueID.rawValue), .init(ticket.number.text),
            .init(ticket.day.number), .init(ticket.state.rawValue), .init(ticket.priority),
            .init(ticket.estimatedTime), .init(ticket.progress), .init(ticket.language), .init(ticket.version),
            .init(ticket.rank), .init(ticket.arrivalTick), .init(ticket.queuedTick), .init(ticket.calledTick),
            .init(ticket.startedTick), .init(ticket.endedTick), .init(ticket.parkUntilTick), .init(ticket.leaseTick),
            .init(ticket.targetCounterID?.rawValue), .init(ticket.counterID?.rawValue),
            .init(ticket.holder?.rawValue), .init(ticket.agentID?.rawValue), .init(ticket.callCount),
            .init(ticket.letAheadCount), .init(ticket.arrivedAt.milliseconds), .init(ticket.queuedAt.milliseconds),
            .init(ticket.firstCalledAt?.milliseconds), .init(ticket.calledAt?.milliseconds),
            .init(ticket.startedAt?.milliseconds), .init(ticket.parkedAt?.milliseconds),
            .init(ticket.parkUntil?.milliseconds), .init(ticket.endedAt?.milliseconds),
            .init(ticket.endedBy?.role.rawValue), .init(ticket.endedBy?.id), .init(ticket.outcome?.rawValue),
            .init(ticket.updatedAt.milliseconds),
        ]
    }

    /// The values of `TicketColumns.changing`, in order.
    static func changingValues(of ticket: Ticket) -> [SQLValue] {
        [
            .init(ticket.queueID.rawValue), .init(ticket.state.rawValue), .init(ticket.priority),
            .init(ticket.estimatedTime), .init(ticket.progress), .init(ticket.language), .init(ticket.version),
            .init(ticket.rank), .init(ticket.arrivalTick), .init(ticket.queuedTick), .init(ticket.calledTick),
            .init(ticket.startedTick), .init(ticket.endedTick), .init(ticket.parkUntilTick), .init(ticket.leaseTick),
            .init(ticket.targetCounterID?.rawValue), .init(ticket.counterID?.rawValue),
            .init(ticket.holder?.rawValue), .init(ticket.agentID?.rawValue), .init(ticket.callCount),
            .init(ticket.letAheadCount), .init(ticket.queuedAt.milliseconds),
            .init(ticket.firstCalledAt?.milliseconds), .init(ticket.calledAt?.milliseconds),
            .init(ticket.startedAt?.milliseconds), .init(ticket.parkedAt?.milliseconds),
            .init(ticket.parkUntil?.milliseconds), .init(ticket.endedAt?.milliseconds),
            .init(ticket.endedBy?.role.rawValue), .init(ticket.endedBy?.id), .init(ticket.outcome?.rawValue),
            .init(ticket.updatedAt.milliseconds),
        ]
    }
}
