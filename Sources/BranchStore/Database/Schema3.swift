/// Migration 3: who may do what. People, agents' PINs, paired devices, sessions, and the audit log.
enum Schema3 {
    static let statements = [
        """
        CREATE TABLE people (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 60),
            role TEXT NOT NULL CHECK (role IN ('admin', 'supervisor')),
            active INTEGER NOT NULL CHECK (active IN (0, 1)),
            secret TEXT NOT NULL,
            recovery TEXT,
            last_seen_at INTEGER,
            version INTEGER NOT NULL CHECK (version >= 1)
        ) STRICT
        """,
        """
        CREATE TABLE agent_pins (
            agent_id INTEGER PRIMARY KEY REFERENCES agents(id) ON DELETE CASCADE,
            secret TEXT NOT NULL,
            changed_at INTEGER NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE devices (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('kiosk', 'counter', 'display', 'worker')),
            name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 60),
            counter_id INTEGER REFERENCES counters(id) ON DELETE SET NULL,
            hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
            previous_hash BLOB CHECK (previous_hash IS NULL OR length(previous_hash) = 32),
            rotated_tick INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            last_seen_at INTEGER,
            address TEXT,
            page_version TEXT,
            clock_difference INTEGER,
            version INTEGER NOT NULL CHECK (version >= 1),
            CHECK (counter_id IS NULL OR kind = 'counter')
        ) STRICT
        """,
        """
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY,
            hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
            person_id INTEGER REFERENCES people(id) ON DELETE CASCADE,
            agent_id INTEGER REFERENCES agents(id) ON DELETE CASCADE,
            device_id INTEGER REFERENCES devices(id) ON DELETE CASCADE,
            created_tick INTEGER NOT NULL,
            authenticated_tick INTEGER NOT NULL,
            seen_tick INTEGER NOT NULL,
            CHECK ((person_id IS NULL) <> (agent_id IS NULL)),
            CHECK (agent_id IS NULL OR device_id IS NOT NULL)
        ) STRICT
        """,
        "CREATE INDEX sessions_by_person ON sessions (person_id) WHERE person_id IS NOT NULL",
        "CREATE INDEX sessions_by_agent ON sessions (agent_id) WHERE agent_id IS NOT NULL",
        "CREATE INDEX sessions_by_device ON sessions (device_id) WHERE device_id IS NOT NULL",
        """
        CREATE TABLE audit (
            seq INTEGER PRIMARY KEY CHECK (seq >= 1),
            at INTEGER NOT NULL,
            actor_role TEXT NOT NULL,
            actor_id INTEGER,
            device_id INTEGER,
            action TEXT NOT NULL,
            target TEXT,
            before TEXT,
            after TEXT,
            chain BLOB NOT NULL CHECK (length(chain) = 32)
        ) STRICT
        """,
        """
        CREATE TRIGGER audit_is_append_only_1 BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
        """,
        """
        CREATE TRIGGER audit_is_append_only_2 BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
        """,
    ]
}
