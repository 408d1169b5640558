import CPostgres

/// A connection as its own thread sees it: everything here blocks until the server has answered. It lives inside
/// ``PostgresConnection/perform(_:)`` only.
package final class PostgresSession {
    let link: PostgresLink
    private var statements = StatementCache(limit: PostgresDriverLimits.preparedStatements)

    init(link: PostgresLink) { self.link = link }

    /// Runs one statement, which is prepared at its first time and kept.
    /// - Parameters:
    ///   - sql: one statement of a text that doesn't vary; values are `$1`, `$2` ….
    ///   - parameters: at most `PostgresDriverLimits.parameterBytes` altogether.
    /// - Throws: the server's error; `tooLarge`. A transaction that is open fails with it.
    @discardableResult
    package func execute(
        _ sql: String, _ parameters: [PostgresParameter] = []
    ) throws(PostgresError) -> PostgresRows {
        let operation = OperationName.of(sql)
        let bytes = try ParameterBytes(parameters, operation: operation)
        let key = StatementCache.Key(sql: sql, types: bytes.types)
        let name = try prepared(key, operation)
        do throws(PostgresError) {
            return try link.run(operation) { [link] in
                bytes.withArrays { values, lengths, formats in
                    PQsendQueryPrepared(link.raw, name, Int32(values.count), values, lengths, formats, 1)
                }
            }
        } catch {
            // After a change of schema, or behind a pooler that has reset the session, it must be prepared anew.
            if error.sqlState == .other("0A000") || error.sqlState == .other("26000") { statements.remove(key) }
            throw error
        }
    }

    /// Runs a text of any number of statements without parameters, such as a step of a migration; rows are dropped.
    ///
    /// Outside a transaction PostgreSQL takes the whole text as one.
    /// - Throws: the server's first error.
    package func script(_ sql: String) throws(PostgresError) {
        try link.run(OperationName.of(sql)) { [link] in PQsendQuery(link.raw, sql) }
    }

    /// Runs the body between BEGIN and COMMIT, and rolls back when it throws.
    ///
    /// A body that catches an error of the server and returns all the same can't commit: that throws
    /// `failedTransaction`.
    /// - Precondition: no transaction is open.
    /// - Throws: what the body throws; the error of BEGIN or COMMIT. With ``PostgresError/isCommitUnknown`` only the
    ///   database knows whether it happened.
    package func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        precondition(!link.isInTransaction, "A transaction is begun where none is open.")
        try script("BEGIN")
        let value: Value
        do {
            value = try body()
        } catch {
            rollBack()
            throw error
        }
        try commit()
        return value
    }

    private func commit() throws(PostgresError) {
        let answer = try link.run(PostgresError.commit) { [link] in PQsendQuery(link.raw, PostgresError.commit) }
        // The server answers a COMMIT of a failed transaction without an error.
        guard answer.command == PostgresError.commit else {
            throw PostgresError(
                .failedTransaction, "the transaction had failed and was rolled back", operation: PostgresError.commit)
        }
    }

    /// Whether the connection can't be used any more.
    var isBroken: Bool { link.isBroken }

    /// Ends a transaction that the work has left open.
    func rollBack() {
        guard !link.isBroken, link.isInTransaction else { return }
        // Only a loss of the connection can make it fail, and that ends the transaction too.
        try? script("ROLLBACK")
    }

    /// Runs a piece of work and makes what it throws this driver's error.
    func run<Value>(_ work: (PostgresSession) throws -> Value) -> Result<Value, PostgresError> {
        defer { rollBack() }
        do {
            let value = try work(self)
            guard !link.isInTransaction else {
                throw PostgresError(.failedTransaction, "the work left its transaction open", operation: "perform")
            }
            return .success(value)
        } catch let error as PostgresError {
            return .failure(error)
        } catch {
            return .failure(PostgresError(.work, "\(error)", operation: "perform", cause: error))
        }
    }

    private func prepared(_ key: StatementCache.Key, _ operation: String) throws(PostgresError) -> String {
        if let name = statements.name(of: key) { return name }
        if let dropped = statements.makeRoom() { try script("DEALLOCATE \(dropped)") }
        let name = statements.newName()
        try link.run(operation) { [link] in
            PQsendPrepare(link.raw, name, key.sql, Int32(key.types.count), key.types)
        }
        statements.add(key, name: name)
        return name
    }
}
