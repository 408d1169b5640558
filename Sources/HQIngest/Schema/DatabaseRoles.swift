/// The least that each of head office's programs and people needs in the database, as SQL for psql.
///
/// Whoever runs `turn-hq migrate`, `branch` and this text owns the tables. Log-in roles are made beside it, with a
/// password of their own: `CREATE ROLE hq_1 LOGIN PASSWORD '…' IN ROLE turn_ingest`.
package enum DatabaseRoles {
    /// `turn_ingest` for `turn-hq ingest` and `status`, `turn_reader` for reports. May be run again.
    package static let sql = """
        DO $$
        BEGIN
            IF to_regrole('turn_ingest') IS NULL THEN CREATE ROLE turn_ingest NOLOGIN; END IF;
            IF to_regrole('turn_reader') IS NULL THEN CREATE ROLE turn_reader NOLOGIN; END IF;
        END
        $$;
        REVOKE ALL ON ALL TABLES IN SCHEMA public FROM turn_ingest, turn_reader;
        GRANT USAGE ON SCHEMA public TO turn_ingest, turn_reader;
        GRANT SELECT ON schema_step TO turn_ingest, turn_reader;

        -- Takes events and moves cursors; changes and deletes no event, makes no branch, reads no key.
        GRANT SELECT (id, name, redis_user, enabled, created_at) ON branch TO turn_ingest;
        GRANT SELECT, INSERT ON branch_event, branch_epoch TO turn_ingest;
        GRANT SELECT, INSERT, UPDATE ON ingest_cursor TO turn_ingest;
        GRANT SELECT, UPDATE ON shard_lease TO turn_ingest;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ingest_member TO turn_ingest;
        GRANT SELECT, INSERT, DELETE ON dead_letter TO turn_ingest;
        GRANT EXECUTE ON FUNCTION pg_control_system() TO turn_ingest;

        -- Reads tickets and events, no dead letters and no keys.
        GRANT SELECT (id, name, enabled, created_at) ON branch TO turn_reader;
        GRANT SELECT ON branch_event, branch_epoch, branch_event_live, ticket_now, ingest_cursor TO turn_reader;

        """
}
