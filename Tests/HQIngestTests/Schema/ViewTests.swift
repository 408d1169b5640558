import HQIngest
import PostgresDriver
import Testing

extension SchemaSuite {
    @Suite struct ViewTests {
        private func tickets(_ session: PostgresSession) throws -> [String] {
            try session.execute(
                """
                SELECT branch_name || ' ' || ticket_id || ' ' || number || ' ' || state || ' ' || seq FROM ticket_now
                ORDER BY branch_id, ticket_id
                """
            ).map { try $0.text(0) }
        }

        @Test func aTicketStandsAsItsNewestEventTells() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let found = try await connection.perform { session in
                    for name in ["North", "South"] {
                        let branch = try StoredEvents.branch(session, name: name)
                        try StoredEvents.epoch(session, branch, 1, from: 1)
                        try StoredEvents.event(
                            session, branch, 1, 1, body: StoredEvents.ticket(7, state: "waiting"))
                        try StoredEvents.event(
                            session, branch, 1, 2, body: StoredEvents.ticket(8, state: "waiting", number: "A002"))
                        try StoredEvents.event(
                            session, branch, 1, 3, type: "ticket.started",
                            body: StoredEvents.ticket(7, state: "serving"))
                        try StoredEvents.event(
                            session, branch, 1, 4, type: "counter.opened", body: "{\"ticket\":null}")
                    }
                    return try tickets(session)
                }
                #expect(
                    found == [
                        "North 7 A001 serving 3", "North 8 A002 waiting 2", "South 7 A001 serving 3",
                        "South 8 A002 waiting 2",
                    ])
            }
        }

        @Test func itsColumnsHaveTheirTypes() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let row = try await connection.perform { session in
                    let branch = try StoredEvents.branch(session, name: "North")
                    try StoredEvents.epoch(session, branch, 1, from: 1)
                    try StoredEvents.event(session, branch, 1, 1, body: StoredEvents.ticket(7, state: "waiting"))
                    return try session.execute(
                        """
                        SELECT queue_id, status, priority, counter_id, version, created_at, updated_at, last_event,
                            day::text, ended_at FROM ticket_now
                        """)[0]
                }
                #expect(try row.int(0) == 4 && row.text(1) == "waiting" && row.int(2) == 5 && row.isNull(3))
                #expect(try row.int(4) == 2 && row.time(5) == 1_795_507_200_123 && row.time(6) == 1_795_512_600_000)
                #expect(try row.text(7) == "ticket.created" && row.text(8) == "2026-11-24" && row.isNull(9))
            }
        }

        @Test func eventsThatALaterEpochReplacedAreOrphaned() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let (live, found) = try await connection.perform { session in
                    let branch = try StoredEvents.branch(session, name: "North")
                    try StoredEvents.epoch(session, branch, 1, from: 1)
                    try StoredEvents.epoch(session, branch, 2, from: 3, after: 1)
                    for seq in Int64(1)...4 {
                        try StoredEvents.event(
                            session, branch, 1, seq, body: StoredEvents.ticket(seq, state: "waiting"))
                    }
                    try StoredEvents.event(session, branch, 2, 3, body: StoredEvents.ticket(3, state: "parked"))
                    let live = try session.execute(
                        "SELECT epoch || '/' || seq FROM branch_event_live ORDER BY seq, epoch")
                    return (try live.map { try $0.text(0) }, try tickets(session))
                }
                #expect(live == ["1/1", "1/2", "2/3"])
                #expect(found == ["North 1 A001 waiting 1", "North 2 A001 waiting 2", "North 3 A001 parked 3"])
            }
        }

        /// As after two boxes with one identity, each of which went on from its own history.
        @Test func theLiveHistoryFollowsTheParentsAndNotTheNumbers() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let live = try await connection.perform { session in
                    let branch = try StoredEvents.branch(session, name: "North")
                    let epochs: [(epoch: Int64, first: Int64, last: Int64, parent: Int64?)] = [
                        (1, 1, 4, nil), (2, 3, 6, 1), (3, 3, 5, 1), (4, 7, 9, 2), (5, 6, 8, 3),
                    ]
                    for epoch in epochs {
                        try StoredEvents.epoch(session, branch, epoch.epoch, from: epoch.first, after: epoch.parent)
                        for seq in epoch.first...epoch.last {
                            try StoredEvents.event(session, branch, epoch.epoch, seq, body: "{}")
                        }
                    }
                    return try session.execute(
                        "SELECT epoch || '/' || seq FROM branch_event_live ORDER BY seq, epoch"
                    ).map { try $0.text(0) }
                }
                #expect(live == ["1/1", "1/2", "3/3", "3/4", "3/5", "5/6", "5/7", "5/8"])
            }
        }

        @Test(arguments: [
            "", "nonsense", "{\"ticket\":{\"id\":\"seven\"}}", "{\"ticket\":{\"id\":7,\"number\":\"\\u0000\"}}",
            "{\"ticket\":{\"id\":7,\"created_at\":\"yesterday week\"}}", "{\"ticket\":7}", "[]", "\u{1}",
            "{\"ticket\":{\"id\":7,\"queue_id\":1e400}}", "{\"ticket\":{\"number\":\"A001\"}}",
        ])
        func aBodyThatCantBeReadHidesItsOwnEventOnly(body: String) async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let found = try await connection.perform { session in
                    let branch = try StoredEvents.branch(session, name: "North")
                    try StoredEvents.epoch(session, branch, 1, from: 1)
                    try StoredEvents.event(session, branch, 1, 1, body: StoredEvents.ticket(7, state: "waiting"))
                    try StoredEvents.event(session, branch, 1, 2, body: body)
                    return try tickets(session)
                }
                #expect(found == ["North 7 A001 waiting 1"])
            }
        }
    }
}
