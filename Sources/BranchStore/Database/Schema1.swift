/// Migration 1: the first schema. What must never happen is refused here, whatever the code above does.
enum Schema1 {
    /// The columns that open, ended and remembered tickets share.
    private static let ticketColumns = """
        uid TEXT NOT NULL,
        link_hash BLOB CHECK (link_hash IS NULL OR length(link_hash) = 32),
        queue_id INTEGER NOT NULL,
        number TEXT NOT NULL CHECK (length(number) BETWEEN 4 AND 9),
        day INTEGER NOT NULL,
        state TEXT NOT NULL,
        priority INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 10),
        estimated_time INTEGER CHECK (estimated_time >= 0),
        progress INTEGER CHECK (progress BETWEEN 0 AND 100),
        language TEXT,
        version INTEGER NOT NULL CHECK (version >= 1),
        rank INTEGER NOT NULL,
        arrival_tick INTEGER NOT NULL,
        queued_tick INTEGER NOT NULL,
        called_tick INTEGER,
        started_tick INTEGER,
        ended_tick INTEGER,
        park_until_tick INTEGER,
        lease_tick INTEGER,
        target_counter_id INTEGER,
        counter_id INTEGER,
        holder INTEGER,
        agent_id INTEGER,
        call_count INTEGER NOT NULL CHECK (call_count >= 0),
        let_ahead_count INTEGER NOT NULL CHECK (let_ahead_count >= 0),
        arrived_at INTEGER NOT NULL,
        queued_at INTEGER NOT NULL,
        first_called_at INTEGER,
        called_at INTEGER,
        started_at INTEGER,
        parked_at INTEGER,
        park_until INTEGER,
        ended_at INTEGER,
        ended_by_role TEXT,
        ended_by_id INTEGER,
        outcome TEXT,
        updated_at INTEGER NOT NULL
        """

    private static let status = """
        status TEXT NOT NULL GENERATED ALWAYS AS (
            CASE state WHEN 'waiting' THEN 'waiting'
                WHEN 'called' THEN 'processing' WHEN 'serving' THEN 'processing' WHEN 'parked' THEN 'processing'
                ELSE 'done' END) VIRTUAL,
        created_at INTEGER NOT NULL GENERATED ALWAYS AS (arrived_at) VIRTUAL
        """

    static let statements = branch + tickets + log + access

    private static let branch = [
        """
        CREATE TABLE branch (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
            time_zone TEXT NOT NULL,
            day INTEGER NOT NULL,
            day_began_tick INTEGER NOT NULL,
            version INTEGER NOT NULL CHECK (version >= 1),
            next_ticket_id INTEGER NOT NULL CHECK (next_ticket_id >= 1),
            next_queue_id INTEGER NOT NULL CHECK (next_queue_id >= 1),
            next_counter_id INTEGER NOT NULL CHECK (next_counter_id >= 1),
            next_agent_id INTEGER NOT NULL CHECK (next_agent_id >= 1),
            last_seq INTEGER NOT NULL CHECK (last_seq >= 0),
            last_chain BLOB NOT NULL CHECK (length(last_chain) = 8),
            last_tick INTEGER NOT NULL,
            last_at INTEGER NOT NULL,
            pruned_seq INTEGER NOT NULL CHECK (pruned_seq BETWEEN 0 AND last_seq),
            pruned_chain BLOB NOT NULL CHECK (length(pruned_chain) = 8)
        ) STRICT
        """,
        """
        CREATE TABLE settings (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE queues (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 60),
            prefix TEXT NOT NULL UNIQUE CHECK (length(prefix) BETWEEN 1 AND 3),
            first_number INTEGER NOT NULL CHECK (first_number BETWEEN 1 AND 999999),
            last_number INTEGER NOT NULL CHECK (last_number BETWEEN first_number AND 999999),
            credit INTEGER NOT NULL CHECK (credit BETWEEN 0 AND 86400),
            strict INTEGER NOT NULL CHECK (strict IN (0, 1)),
            open INTEGER NOT NULL CHECK (open IN (0, 1)),
            cap INTEGER CHECK (cap >= 1),
            undo_window INTEGER NOT NULL CHECK (undo_window BETWEEN 0 AND 300),
            carry_over INTEGER NOT NULL CHECK (carry_over IN (0, 1)),
            auto_start INTEGER NOT NULL CHECK (auto_start IN (0, 1)),
            target_wait INTEGER CHECK (target_wait >= 1),
            waiting INTEGER NOT NULL CHECK (waiting >= 0),
            last_drawn INTEGER,
            drawn_day INTEGER,
            version INTEGER NOT NULL CHECK (version >= 1)
        ) STRICT
        """,
        """
        CREATE TABLE agents (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 60),
            active INTEGER NOT NULL CHECK (active IN (0, 1)),
            version INTEGER NOT NULL CHECK (version >= 1)
        ) STRICT
        """,
        """
        CREATE TABLE counters (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 60),
            state TEXT NOT NULL CHECK (state IN ('open', 'paused', 'closed')),
            automatic INTEGER NOT NULL CHECK (automatic IN (0, 1)),
            agent_id INTEGER REFERENCES agents(id) CHECK (agent_id IS NULL OR state <> 'closed'),
            version INTEGER NOT NULL CHECK (version >= 1)
        ) STRICT
        """,
        """
        CREATE UNIQUE INDEX counters_one_per_agent ON counters (agent_id) WHERE agent_id IS NOT NULL
        """,
        """
        CREATE TABLE counter_queues (
            counter_id INTEGER NOT NULL REFERENCES counters(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            queue_id INTEGER NOT NULL REFERENCES queues(id),
            tier INTEGER NOT NULL CHECK (tier BETWEEN 1 AND 9),
            help_after INTEGER NOT NULL CHECK (help_after BETWEEN 0 AND 86400),
            PRIMARY KEY (counter_id, position),
            UNIQUE (counter_id, queue_id)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX counter_queues_by_queue ON counter_queues (queue_id)",
    ]

    private static let tickets = [
        """
        CREATE TABLE tickets (
            id INTEGER PRIMARY KEY,
            \(ticketColumns),
            \(status),
            FOREIGN KEY (queue_id) REFERENCES queues(id),
            CHECK (state IN ('waiting', 'called', 'serving', 'parked')),
            CHECK ((state IN ('called', 'serving')) = (counter_id IS NOT NULL OR holder IS NOT NULL)),
            CHECK (counter_id IS NULL OR holder IS NULL),
            CHECK (target_counter_id IS NULL OR state = 'waiting'),
            CHECK (ended_tick IS NULL AND ended_at IS NULL AND outcome IS NULL)
        ) STRICT
        """,
        "CREATE UNIQUE INDEX tickets_number ON tickets (number)",
        "CREATE UNIQUE INDEX tickets_link ON tickets (link_hash) WHERE link_hash IS NOT NULL",
        """
        CREATE UNIQUE INDEX tickets_one_per_counter ON tickets (counter_id)
        WHERE state IN ('called', 'serving') AND counter_id IS NOT NULL
        """,
        """
        CREATE INDEX tickets_line ON tickets (queue_id, rank, id)
        WHERE state = 'waiting' AND target_counter_id IS NULL
        """,
        """
        CREATE INDEX tickets_counter_line ON tickets (target_counter_id, rank, id)
        WHERE state = 'waiting' AND target_counter_id IS NOT NULL
        """,
        "CREATE INDEX tickets_busy ON tickets (id) WHERE state <> 'waiting'",
        "CREATE INDEX tickets_held ON tickets (holder) WHERE holder IS NOT NULL",
        "CREATE INDEX tickets_leased ON tickets (lease_tick) WHERE lease_tick IS NOT NULL",
        "CREATE INDEX tickets_parked ON tickets (park_until_tick) WHERE park_until_tick IS NOT NULL",
        """
        CREATE TABLE ticket_history (
            id INTEGER PRIMARY KEY,
            \(ticketColumns),
            \(status),
            CHECK (state IN ('completed', 'no_show', 'cancelled', 'abandoned', 'expired')),
            CHECK (ended_tick IS NOT NULL AND ended_at IS NOT NULL AND outcome IS NOT NULL),
            CHECK (holder IS NULL AND target_counter_id IS NULL)
        ) STRICT
        """,
        "CREATE INDEX ticket_history_number ON ticket_history (number, ended_tick)",
        "CREATE INDEX ticket_history_arrived ON ticket_history (arrived_at)",
        "CREATE INDEX ticket_history_link ON ticket_history (link_hash) WHERE link_hash IS NOT NULL",
        """
        CREATE TABLE ticket_before (
            ticket_id INTEGER PRIMARY KEY,
            seq INTEGER NOT NULL,
            made_version INTEGER NOT NULL,
            kind TEXT NOT NULL,
            made_tick INTEGER NOT NULL,
            \(ticketColumns)
        ) STRICT
        """,
        "CREATE INDEX ticket_before_age ON ticket_before (made_tick)",
        """
        CREATE TABLE ticket_person (
            ticket_id INTEGER PRIMARY KEY,
            customer_name TEXT CHECK (length(customer_name) <= 200),
            note TEXT CHECK (length(note) <= 500),
            reason TEXT CHECK (length(reason) <= 500),
            stored_tick INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX ticket_person_age ON ticket_person (stored_tick)",
    ]

    private static let log = [
        """
        CREATE TABLE events (
            seq INTEGER PRIMARY KEY CHECK (seq >= 1),
            uid TEXT NOT NULL,
            type TEXT NOT NULL,
            at INTEGER NOT NULL,
            tick INTEGER NOT NULL,
            ticket_id INTEGER,
            queue_id INTEGER,
            previous_queue_id INTEGER,
            counter_id INTEGER,
            chain BLOB NOT NULL CHECK (length(chain) = 8),
            body BLOB NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE epochs (
            epoch INTEGER PRIMARY KEY CHECK (epoch >= 1),
            lineage BLOB NOT NULL CHECK (length(lineage) = 8),
            first_seq INTEGER NOT NULL CHECK (first_seq >= 1),
            parent_epoch INTEGER,
            parent_chain BLOB CHECK (parent_chain IS NULL OR length(parent_chain) = 8),
            reason TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE sync_state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            branch_id INTEGER,
            epoch INTEGER NOT NULL,
            gen INTEGER NOT NULL CHECK (gen >= 0),
            acked_epoch INTEGER,
            acked_seq INTEGER NOT NULL CHECK (acked_seq >= 0),
            acked_chain BLOB CHECK (acked_chain IS NULL OR length(acked_chain) = 8),
            hq_incarnation TEXT
        ) STRICT
        """,
    ]

    private static let access = [
        """
        CREATE TABLE tokens (
            id INTEGER PRIMARY KEY,
            role TEXT NOT NULL,
            name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 60),
            hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
            agent_id INTEGER,
            counter_id INTEGER,
            created_at INTEGER NOT NULL,
            last_seen_at INTEGER,
            revoked_at INTEGER
        ) STRICT
        """,
        """
        CREATE TABLE idempotency_keys (
            scope BLOB PRIMARY KEY CHECK (length(scope) = 32),
            request_hash BLOB NOT NULL CHECK (length(request_hash) = 32),
            status INTEGER NOT NULL,
            code TEXT,
            ticket_id INTEGER,
            seq INTEGER,
            stored_tick INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX idempotency_keys_age ON idempotency_keys (stored_tick)",
    ]
}
