import PostgresDriver

/// Which PostgreSQL it is, and which of its histories: another text means that it was restored.
enum Incarnation {
    /// `<system identifier>-<timeline>`. Needs EXECUTE on both functions.
    ///
    /// The timeline comes from the name of the segment that is being written: the control file shows it only after
    /// the first checkpoint. A standby throws; a connection that was opened to one is never used as a primary's.
    static func read(_ session: PostgresSession) throws -> String {
        let rows = try session.execute(
            """
            SELECT (pg_control_system()).system_identifier, pg_walfile_name(pg_current_wal_insert_lsn())
            """)
        guard let row = rows.first, let timeline = UInt32(try row.text(1).prefix(8), radix: 16) else {
            throw IngestFailure.damaged("no timeline")
        }
        return "\(UInt64(bitPattern: try row.int(0)))-\(timeline)"
    }
}
