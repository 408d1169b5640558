import GRDB
import QueueDomain
import QueueEvents

/// What one purge step removed, in rows.
package struct PurgeCount: Equatable, Sendable {
    package var idempotency = 0
    package var personal = 0
    package var remembered = 0
    package var links = 0
    package var events = 0
    package var history = 0

    /// Whether nothing was removed.
    package var isEmpty: Bool { self == PurgeCount() }

    /// Whether any kind may have more to remove.
    package var isFull: Bool {
        [idempotency, personal, remembered, links, events, history].contains(StoreLimits.purge)
    }
}

extension BranchStore {
    /// Removes at most `StoreLimits.purge` rows of each kind that has outlived its retention, at lowest priority.
    package func purge() async throws(StoreError) -> PurgeCount {
        let retention = configuration.retention
        return try await writer.perform { session in
            let tick = session.now.tick
            var count = PurgeCount()
            count.idempotency = try session.delete(
                """
                DELETE FROM idempotency_keys WHERE scope IN
                    (SELECT scope FROM idempotency_keys WHERE stored_tick < ? ORDER BY stored_tick LIMIT ?)
                """, before: tick - retention.idempotency)
            count.personal = try session.purgePersons(retention)
            session.memory.erasures += count.personal
            count.remembered = try session.delete(
                """
                DELETE FROM ticket_before WHERE ticket_id IN
                    (SELECT ticket_id FROM ticket_before WHERE made_tick < ? ORDER BY made_tick LIMIT ?)
                """, before: tick - StoreLimits.rememberedAge * Span.second)
            count.links = try session.cutLinks(grace: retention.linkGrace)
            count.history = try session.delete(
                """
                DELETE FROM ticket_history WHERE id IN
                    (SELECT id FROM (SELECT id, ended_tick FROM ticket_history ORDER BY id LIMIT ?2)
                     WHERE ended_tick < ?1)
                """, before: tick - retention.history)
            count.events = try session.pruneEvents(retention)
            return count
        }
    }
}

extension WriterSession {
    fileprivate func delete(_ sql: String, before tick: Int64) throws -> Int {
        try db.change(sql, [tick, StoreLimits.purge])
    }

    /// Names and texts by their age; and every name at once where the branch takes none any more.
    fileprivate func purgePersons(_ retention: Retention) throws -> Int {
        let profile = memory.row.branch.profile
        let kept = profile.purgeHours.map { Int64($0) * Span.hour } ?? retention.personal
        let old = try delete(
            """
            DELETE FROM ticket_person WHERE ticket_id IN
                (SELECT ticket_id FROM ticket_person WHERE stored_tick < ? ORDER BY stored_tick LIMIT ?)
            """, before: now.tick - kept)
        guard !profile.takesNames, old < StoreLimits.purge else { return old }
        let names = try db.change(
            """
            UPDATE ticket_person SET customer_name = NULL WHERE ticket_id IN
                (SELECT ticket_id FROM ticket_person WHERE customer_name IS NOT NULL LIMIT ?)
            """, [StoreLimits.purge - old])
        return old + names
    }

    /// Links of ended tickets are dead an hour after their business day.
    fileprivate func cutLinks(grace: Int64) throws -> Int {
        var day = memory.row.branch.day
        let calendar = memory.rules.calendar
        repeat {
            day = BusinessDay(number: day.number - 1)
        } while calendar.end(of: day)
            .adding(milliseconds: grace) > now.wall
        return try db.change(
            """
            UPDATE ticket_history SET link_hash = NULL WHERE id IN
                (SELECT id FROM ticket_history WHERE link_hash IS NOT NULL AND day <= ? LIMIT ?)
            """, [day.number, StoreLimits.purge])
    }

    /// Prunes the log from its old end; the last pruned (seq, chain) stays as the anchor.
    fileprivate func pruneEvents(_ retention: Retention) throws -> Int {
        let sync = try SyncState.load(db)
        let age = sync.branch == nil ? retention.events : retention.eventsSent
        let newest = sync.branch == nil ? Int64.max : sync.acked.seq
        let old = try db.every(
            """
            SELECT seq, chain FROM (SELECT seq, chain, tick FROM events ORDER BY seq LIMIT ?)
            WHERE tick < ? AND seq <= ?
            """, [StoreLimits.purge, now.tick - age, newest]
        ) { ($0[0] as Int64, EventChain(stored: $0[1])) }
        guard let last = old.last else { return 0 }
        let count = try db.change("DELETE FROM events WHERE seq <= ?", [last.0])
        memory.row.prunedSeq = last.0
        memory.row.prunedChain = last.1
        try memory.row.saveMoving(db)
        return count
    }
}
