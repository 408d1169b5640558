import GRDB
import QueueDomain

/// Every statement over tickets. Texts are static, so that each is prepared once per connection.
///
/// The probes are visible outside only so that a test can ask SQLite for their plans.
package enum TicketStatements {
    private static let columns = "id, " + TicketColumns.list

    static let byID = "SELECT \(columns) FROM tickets WHERE id = ?"
    static let endedByID = "SELECT \(columns) FROM ticket_history WHERE id = ?"
    package static let current = """
        SELECT \(columns) FROM tickets WHERE counter_id = ? AND state IN ('called', 'serving')
        """
    package static let head = """
        SELECT \(columns) FROM tickets
        WHERE queue_id = ? AND state = 'waiting' AND target_counter_id IS NULL ORDER BY rank, id LIMIT 1
        """
    package static let headAtCounter = """
        SELECT \(columns) FROM tickets
        WHERE target_counter_id = ? AND state = 'waiting' AND target_counter_id IS NOT NULL
        ORDER BY rank, id LIMIT 1
        """
    package static let follower = """
        SELECT \(columns) FROM tickets
        WHERE queue_id = ?1 AND state = 'waiting' AND target_counter_id IS NULL AND (rank, id) > (?2, ?3)
        ORDER BY rank, id LIMIT 1
        """
    package static let followerAtCounter = """
        SELECT \(columns) FROM tickets
        WHERE target_counter_id = ?1 AND state = 'waiting' AND target_counter_id IS NOT NULL
            AND (rank, id) > (?2, ?3)
        ORDER BY rank, id LIMIT 1
        """
    package static let lineAtCounter = """
        SELECT \(columns) FROM tickets
        WHERE target_counter_id = ? AND state = 'waiting' AND target_counter_id IS NOT NULL
        ORDER BY rank, id LIMIT ?
        """
    static let line = """
        SELECT \(columns) FROM tickets
        WHERE queue_id = ? AND state = 'waiting' AND target_counter_id IS NULL ORDER BY rank, id LIMIT ?
        """
    /// Called, serving and parked ones, and those who wait for one counter: few, whatever the lines are.
    static let processing = """
        SELECT \(columns) FROM tickets
        WHERE state <> 'waiting'
        UNION ALL
        SELECT \(columns) FROM tickets
        WHERE state = 'waiting' AND target_counter_id IS NOT NULL
        """
    package static let tail = """
        SELECT rank, id FROM tickets
        WHERE queue_id = ? AND state = 'waiting' AND target_counter_id IS NULL
        ORDER BY rank DESC, id DESC LIMIT 1
        """
    package static let countAhead = """
        SELECT count(*) FROM (
            SELECT 1 FROM tickets
            WHERE queue_id = ?1 AND state = 'waiting' AND target_counter_id IS NULL AND (rank, id) < (?2, ?3)
            LIMIT ?4)
        """
    package static let heldCount = "SELECT count(*) FROM (SELECT 1 FROM tickets WHERE holder = ? LIMIT ?)"
    package static let numberOpen = "SELECT 1 FROM tickets WHERE number = ?"
    package static let numberEnded = "SELECT 1 FROM ticket_history WHERE number = ? AND ended_tick > ? LIMIT 1"
    static let openCount = "SELECT count(*) FROM (SELECT 1 FROM tickets WHERE queue_id = ? LIMIT ?)"

    static let insert = "INSERT INTO tickets (id, \(TicketColumns.list)) VALUES (?, \(TicketColumns.marks))"
    /// The compare-and-set: no row changes when the version moved.
    static let update = "UPDATE tickets SET \(TicketColumns.changingAssignments) WHERE id = ? AND version = ?"
    /// Moves a row to the other table with what changes; no row moves when the version moved.
    static let end = """
        INSERT INTO ticket_history (id, \(TicketColumns.fixedList), \(TicketColumns.changingList))
        SELECT id, \(TicketColumns.fixedList), \(TicketColumns.changingMarks)
        FROM tickets WHERE id = ? AND version = ?
        """
    static let reopen = """
        INSERT INTO tickets (id, \(TicketColumns.fixedList), \(TicketColumns.changingList))
        SELECT id, \(TicketColumns.fixedList), \(TicketColumns.changingMarks)
        FROM ticket_history WHERE id = ? AND version = ?
        """
    static let delete = "DELETE FROM tickets WHERE id = ? AND version = ?"
    static let deleteEnded = "DELETE FROM ticket_history WHERE id = ? AND version = ?"
    static let rerank = "UPDATE tickets SET rank = rank + ? * (priority - 1) WHERE queue_id = ?"
    static let rerankBefore = "UPDATE ticket_before SET rank = rank + ? * (priority - 1) WHERE queue_id = ?"

    static let before = """
        SELECT ticket_id, \(TicketColumns.list), seq, made_version, kind, made_tick
        FROM ticket_before WHERE ticket_id = ?
        """
    static let remember = """
        INSERT OR REPLACE INTO ticket_before (ticket_id, \(TicketColumns.list), seq, made_version, kind, made_tick)
        SELECT id, \(TicketColumns.list), ?, ?, ?, ? FROM tickets WHERE id = ?
        """
    static let extend = "UPDATE ticket_before SET made_version = ? WHERE ticket_id = ?"
    static let forget = "DELETE FROM ticket_before WHERE ticket_id = ?"

    static let insertPerson = """
        INSERT INTO ticket_person (ticket_id, customer_name, note, reason, stored_tick) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (ticket_id) DO UPDATE SET
            customer_name = coalesce(excluded.customer_name, customer_name),
            note = coalesce(excluded.note, note), reason = coalesce(excluded.reason, reason)
        """
    static let clearName = "UPDATE ticket_person SET customer_name = NULL WHERE ticket_id = ?"
    static let person = "SELECT customer_name, note, reason FROM ticket_person WHERE ticket_id = ?"
}
