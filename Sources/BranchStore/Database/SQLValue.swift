import GRDB
import GRDBSQLite

/// A value on its way into a statement of the hot path.
///
/// GRDB's `StatementArguments` boxes every value; for the 37 columns of a ticket that was a fifth of the writer's
/// time. These are bound as they are.
enum SQLValue {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    init(_ value: Int64?) { self = value.map { .integer($0) } ?? .null }
    init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }
    init(_ value: Int32) { self = .integer(Int64(value)) }
    init(_ value: String?) { self = value.map { .text($0) } ?? .null }
    init(_ value: [UInt8]?) { self = value.map { .blob($0) } ?? .null }

    fileprivate init(converting value: (any DatabaseValueConvertible)?) {
        switch value?.databaseValue.storage {
        case nil, .null: self = .null
        case .int64(let integer): self = .integer(integer)
        case .double(let number): self = .real(number)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .blob(Array(data))
        }
    }
}

extension Database {
    /// Runs a cached statement that changes rows, with values bound directly.
    /// - Returns: how many rows it changed.
    @discardableResult
    func change(_ sql: String, binding values: [SQLValue]) throws -> Int {
        try bound(sql, values).execute()
        return changesCount
    }

    /// Runs a cached statement that changes rows.
    /// - Returns: how many rows it changed.
    @discardableResult
    func change(_ sql: String, _ values: [(any DatabaseValueConvertible)?]) throws -> Int {
        try change(sql, binding: values.map(SQLValue.init(converting:)))
    }

    /// The first row of a cached statement, read by `read` before the statement moves on.
    func first<Value>(
        _ sql: String, _ values: [(any DatabaseValueConvertible)?], _ read: (Row) throws -> Value
    ) throws -> Value? {
        let cursor = try Row.fetchCursor(try bound(sql, values.map(SQLValue.init(converting:))))
        return try cursor.next().map(read)
    }

    /// Every row of a cached statement.
    func every<Value>(
        _ sql: String, _ values: [(any DatabaseValueConvertible)?], _ read: (Row) throws -> Value
    ) throws -> [Value] {
        let cursor = try Row.fetchCursor(try bound(sql, values.map(SQLValue.init(converting:))))
        var found: [Value] = []
        while let row = try cursor.next() { found.append(try read(row)) }
        return found
    }

    private func bound(_ sql: String, _ values: [SQLValue]) throws -> Statement {
        let statement = try cachedStatement(sql: sql)
        // Resets the statement and clears what was bound before; GRDB then leaves the bindings alone.
        statement.setUncheckedArguments(StatementArguments())
        for (index, value) in zip(Int32(1)..., values) {
            let code = value.bind(to: statement.sqliteStatement, at: index)
            guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code), sql: sql) }
        }
        return statement
    }
}

extension SQLValue {
    /// SQLite copies the bytes before the call returns (SQLITE_TRANSIENT).
    fileprivate func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch self {
        case .null: return sqlite3_bind_null(statement, index)
        case .integer(let value): return sqlite3_bind_int64(statement, index, value)
        case .real(let value): return sqlite3_bind_double(statement, index, value)
        case .text(var text):
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    // An empty text has no address, and a null pointer would bind NULL.
                    $0.isEmpty
                        ? sqlite3_bind_text(statement, index, "", 0, copied)
                        : sqlite3_bind_text(statement, index, $0.baseAddress, Int32($0.count), copied)
                }
            }
        case .blob(let bytes):
            return bytes.withUnsafeBytes {
                sqlite3_bind_blob(statement, index, $0.baseAddress, Int32($0.count), copied)
            }
        }
    }
}
