import CPostgres

extension PostgresSession {
    /// Copies rows into a table.
    /// - Parameters:
    ///   - sql: `COPY table (columns) FROM STDIN (FORMAT binary)`.
    ///   - rows: each with a parameter a column, of exactly the column's type; arrays where the column is one.
    /// - Returns: how many rows the server took.
    /// - Throws: the server's error, after which none of the rows is in the table; `tooLarge` for one row beyond
    ///   `PostgresDriverLimits.parameterBytes`.
    @discardableResult
    package func copyIn(
        _ sql: String, rows: some Sequence<[PostgresParameter]>
    ) throws(PostgresError) -> Int64 {
        let operation = OperationName.of(sql)
        let deadline = try link.start(operation) { [link] in PQsendQuery(link.raw, sql) }
        try beginCopy(operation, until: deadline)
        var failure: PostgresError?
        do throws(PostgresError) {
            try send(rows, operation)
        } catch {
            guard !link.isBroken else { throw error }
            failure = error
        }
        // With a message the server throws the rows away.
        let deadlineOfEnd = link.deadline
        guard PQputCopyEnd(link.raw, failure == nil ? nil : "given up") == 1 else { throw link.lost(operation) }
        try link.flush(operation, until: deadlineOfEnd)
        do throws(PostgresError) {
            return try link.finish(operation, until: deadlineOfEnd).affected
        } catch {
            throw failure ?? error
        }
    }

    private func beginCopy(_ operation: String, until deadline: ContinuousClock.Instant?) throws(PostgresError) {
        guard let result = try link.next(operation, until: deadline) else { throw link.lost(operation) }
        defer { PQclear(result) }
        if PQresultStatus(result) == PGRES_COPY_IN { return }
        let failure =
            PQresultStatus(result) == PGRES_FATAL_ERROR
            ? link.error(in: result, operation)
            : PostgresError(.other("libpq"), "the statement copies nothing in", operation: operation)
        if !link.isBroken { _ = try link.finish(operation, until: deadline) }
        throw failure
    }

    private func send(_ rows: some Sequence<[PostgresParameter]>, _ operation: String) throws(PostgresError) {
        var chunk: [UInt8] = Self.signature
        // Flags and the length of the header's extension.
        chunk.append(bigEndian: Int64(0))
        for row in rows {
            let start = chunk.count
            chunk.append(bigEndian: Int16(clamping: row.count))
            for value in row {
                let length = chunk.count
                chunk.append(bigEndian: Int32(-1))
                if value.write(into: &chunk) { chunk.setLength(at: length) }
            }
            guard chunk.count - start <= PostgresDriverLimits.parameterBytes else {
                throw PostgresError(.tooLarge, "a row of \(chunk.count - start) bytes", operation: operation)
            }
            if chunk.count >= PostgresDriverLimits.copyChunkBytes {
                try put(chunk, operation)
                chunk.removeAll(keepingCapacity: true)
            }
        }
        chunk.append(bigEndian: Int16(-1))
        try put(chunk, operation)
    }

    private func put(_ chunk: [UInt8], _ operation: String) throws(PostgresError) {
        let deadline = link.deadline
        while true {
            let code = chunk.withUnsafeBytes { buffer in
                PQputCopyData(
                    link.raw, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: buffer.count))
            }
            if code < 0 { throw link.lost(operation) }
            try link.flush(operation, until: deadline)
            if code == 1 { return }
        }
    }

    /// How binary COPY data begins.
    private static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]
}
