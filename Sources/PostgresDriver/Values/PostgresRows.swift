import CPostgres

/// The rows of an answer: a value of its own, which outlives the connection.
package struct PostgresRows: Sendable, RandomAccessCollection {
    struct Column: Sendable {
        var name: String
        var type: UInt32
    }

    private var columns: [Column] = []
    private var bytes: [UInt8] = []
    /// Where each value ends in ``bytes``, row by row; the complement of it for NULL.
    private var ends: [Int] = []
    private var rowCount = 0
    /// Rows that were inserted, updated, deleted, copied or selected.
    package internal(set) var affected: Int64 = 0
    /// What the server says it did, as `INSERT 0 5`.
    package internal(set) var command = ""

    package var startIndex: Int { 0 }
    package var endIndex: Int { rowCount }
    /// Values of each row.
    package var columnCount: Int { columns.count }

    /// A row, from 0.
    package subscript(position: Int) -> PostgresRow {
        precondition((0..<rowCount).contains(position), "The row is one of the answer's.")
        return PostgresRow(rows: self, first: position * columns.count)
    }

    /// Takes the one row that libpq's result holds; false when the answer grows too large.
    mutating func append(_ result: OpaquePointer) -> Bool {
        let count = PQnfields(result)
        if columns.isEmpty {
            columns = (0..<count).map { column in
                Column(name: String(cString: PQfname(result, column)), type: PQftype(result, column))
            }
        }
        for row in 0..<PQntuples(result) {
            for column in 0..<count {
                if PQgetisnull(result, row, column) == 1 {
                    ends.append(~bytes.count)
                } else {
                    let value = UnsafeRawBufferPointer(
                        start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
                    bytes.append(contentsOf: value)
                    ends.append(bytes.count)
                }
            }
            rowCount += 1
        }
        return rowCount <= PostgresDriverLimits.rows && bytes.count <= PostgresDriverLimits.answerBytes
    }

    fileprivate func column(_ index: Int) -> Column {
        precondition(columns.indices.contains(index), "The column is one of the answer's.")
        return columns[index]
    }

    /// The bytes of a value, nil for NULL.
    fileprivate func value(_ index: Int) -> ArraySlice<UInt8>? {
        let end = ends[index]
        guard end >= 0 else { return nil }
        let before = index == 0 ? 0 : ends[index - 1]
        return bytes[(before < 0 ? ~before : before)..<end]
    }
}

/// One row; columns count from 0. Every accessor checks the column's type and throws `wrongType` for another one.
package struct PostgresRow: Sendable {
    fileprivate let rows: PostgresRows
    fileprivate let first: Int

    /// Whether the value is NULL.
    package func isNull(_ column: Int) -> Bool { bytes(at: column) == nil }

    /// A bigint, integer, smallint or oid.
    package func int(_ column: Int) throws(PostgresError) -> Int64 { try present(column, optionalInt(column)) }

    /// As ``int(_:)``, nil for NULL.
    package func optionalInt(_ column: Int) throws(PostgresError) -> Int64? {
        let type = rows.column(column).type
        guard let bytes = bytes(at: column) else { return nil }
        switch (type, bytes.count) {
        case (PostgresType.int8, 8): return Int64(bitPattern: Self.number(bytes))
        case (PostgresType.int4, 4): return Int64(Int32(truncatingIfNeeded: Self.number(bytes)))
        case (PostgresType.int2, 2): return Int64(Int16(truncatingIfNeeded: Self.number(bytes)))
        case (PostgresType.oid, 4): return Int64(Self.number(bytes))
        default: throw mismatch(column, "a whole number")
        }
    }

    /// A text, varchar, name, json or jsonb.
    package func text(_ column: Int) throws(PostgresError) -> String { try present(column, optionalText(column)) }

    /// As ``text(_:)``, nil for NULL.
    package func optionalText(_ column: Int) throws(PostgresError) -> String? {
        let type = rows.column(column).type
        guard let bytes = bytes(at: column) else { return nil }
        switch type {
        case PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name, PostgresType.json,
            PostgresType.unknown:
            return String(decoding: bytes, as: UTF8.self)
        case PostgresType.jsonb:
            // jsonb's binary form is a version byte before the text.
            return String(decoding: bytes.dropFirst(), as: UTF8.self)
        default: throw mismatch(column, "text")
        }
    }

    /// A bytea.
    package func bytes(_ column: Int) throws(PostgresError) -> [UInt8] { try present(column, optionalBytes(column)) }

    /// As ``bytes(_:)``, nil for NULL.
    package func optionalBytes(_ column: Int) throws(PostgresError) -> [UInt8]? {
        let type = rows.column(column).type
        guard let bytes = bytes(at: column) else { return nil }
        guard type == PostgresType.bytea else { throw mismatch(column, "bytea") }
        return Array(bytes)
    }

    /// A boolean.
    package func bool(_ column: Int) throws(PostgresError) -> Bool { try present(column, optionalBool(column)) }

    /// As ``bool(_:)``, nil for NULL.
    package func optionalBool(_ column: Int) throws(PostgresError) -> Bool? {
        let type = rows.column(column).type
        guard let bytes = bytes(at: column) else { return nil }
        guard type == PostgresType.bool, let byte = bytes.first else { throw mismatch(column, "a boolean") }
        return byte != 0
    }

    /// A double precision or real.
    package func double(_ column: Int) throws(PostgresError) -> Double { try present(column, optionalDouble(column)) }

    /// As ``double(_:)``, nil for NULL.
    package func optionalDouble(_ column: Int) throws(PostgresError) -> Double? {
        let type = rows.column(column).type
        guard let bytes = bytes(at: column) else { return nil }
        switch (type, bytes.count) {
        case (PostgresType.float8, 8): return Double(bitPattern: Self.number(bytes))
        case (PostgresType.float4, 4): return Double(Float(bitPattern: UInt32(truncatingIfNeeded: Self.number(bytes))))
        default: throw mismatch(column, "a floating-point number")
        }
    }

    /// A timestamptz in milliseconds since 1970, rounded down.
    package func time(_ column: Int) throws(PostgresError) -> Int64 { try present(column, optionalTime(column)) }

    /// As ``time(_:)``, nil for NULL.
    package func optionalTime(_ column: Int) throws(PostgresError) -> Int64? {
        let type = rows.column(column).type
        guard let bytes = bytes(at: column) else { return nil }
        guard type == PostgresType.timestamptz, bytes.count == 8 else { throw mismatch(column, "a timestamptz") }
        let stored = Int64(bitPattern: Self.number(bytes))
        let (micros, overflow) = stored.addingReportingOverflow(PostgresType.epochMicroseconds)
        guard !overflow else { throw mismatch(column, "a finite timestamptz") }
        return micros >= 0 ? micros / 1_000 : (micros - 999) / 1_000
    }

    private func bytes(at column: Int) -> ArraySlice<UInt8>? {
        _ = rows.column(column)
        return rows.value(first + column)
    }

    private func present<Value>(_ column: Int, _ value: Value?) throws(PostgresError) -> Value {
        guard let value else { throw mismatch(column, "a value where it is null") }
        return value
    }

    private func mismatch(_ column: Int, _ wanted: String) -> PostgresError {
        let found = rows.column(column)
        return PostgresError(
            .wrongType, "column \(found.name) (type \(found.type)) was read as \(wanted)", operation: "read")
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
