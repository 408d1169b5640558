/// A value that goes to the server, in PostgreSQL's binary format.
///
/// Its type is the one that is named here; the server converts it to the column's where an assignment may, but not in
/// a COPY, where the types must be the column's own.
package enum PostgresParameter: Sendable, Equatable {
    /// NULL, of whatever type the place has.
    case null
    case text(String)
    /// A bigint.
    case int(Int64)
    /// A smallint.
    case smallint(Int16)
    case double(Double)
    case bool(Bool)
    case bytes([UInt8])
    /// A timestamptz, in milliseconds since 1970.
    case time(Int64)

    /// Arrays, as `unnest` takes them.
    case ints([Int64])
    case smallints([Int16])
    case texts([String])
    case byteArrays([[UInt8]])
    case bools([Bool])
    /// A timestamptz[], in milliseconds since 1970.
    case times([Int64])
    case optionalInts([Int64?])
    case optionalTexts([String?])
    case optionalByteArrays([[UInt8]?])
}

/// The numbers of PostgreSQL's types (pg_type.dat), and of their arrays.
enum PostgresType {
    static let unspecified: UInt32 = 0
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let oid: UInt32 = 26
    static let json: UInt32 = 114
    static let float4: UInt32 = 700
    static let float8: UInt32 = 701
    static let unknown: UInt32 = 705
    static let bpchar: UInt32 = 1042
    static let varchar: UInt32 = 1043
    static let timestamptz: UInt32 = 1184
    static let jsonb: UInt32 = 3802

    static let boolArray: UInt32 = 1000
    static let byteaArray: UInt32 = 1001
    static let int2Array: UInt32 = 1005
    static let textArray: UInt32 = 1009
    static let int8Array: UInt32 = 1016
    static let timestamptzArray: UInt32 = 1185

    /// Microseconds from 1970 to 2000, where PostgreSQL's time begins.
    static let epochMicroseconds: Int64 = 946_684_800_000_000
}

extension PostgresParameter {
    /// The number of the type, 0 where the server finds it out.
    var type: UInt32 {
        switch self {
        case .null: PostgresType.unspecified
        case .text: PostgresType.text
        case .int: PostgresType.int8
        case .smallint: PostgresType.int2
        case .double: PostgresType.float8
        case .bool: PostgresType.bool
        case .bytes: PostgresType.bytea
        case .time: PostgresType.timestamptz
        case .ints, .optionalInts: PostgresType.int8Array
        case .smallints: PostgresType.int2Array
        case .texts, .optionalTexts: PostgresType.textArray
        case .byteArrays, .optionalByteArrays: PostgresType.byteaArray
        case .bools: PostgresType.boolArray
        case .times: PostgresType.timestamptzArray
        }
    }

    /// Appends the value; false for NULL, which has no bytes.
    func write(into bytes: inout [UInt8]) -> Bool {
        switch self {
        case .null: return false
        case .text(let value): bytes.append(contentsOf: value.utf8)
        case .int(let value): bytes.append(bigEndian: value)
        case .smallint(let value): bytes.append(bigEndian: value)
        case .double(let value): bytes.append(bigEndian: value.bitPattern)
        case .bool(let value): bytes.append(value ? 1 : 0)
        case .bytes(let value): bytes.append(contentsOf: value)
        case .time(let value): bytes.append(time: value)
        case .ints(let values):
            bytes.append(array: values, PostgresType.int8) { $0.append(bigEndian: $1) }
        case .smallints(let values):
            bytes.append(array: values, PostgresType.int2) { $0.append(bigEndian: $1) }
        case .texts(let values):
            bytes.append(array: values, PostgresType.text) { $0.append(contentsOf: $1.utf8) }
        case .byteArrays(let values):
            bytes.append(array: values, PostgresType.bytea) { $0.append(contentsOf: $1) }
        case .bools(let values):
            bytes.append(array: values, PostgresType.bool) { $0.append($1 ? 1 : 0) }
        case .times(let values):
            bytes.append(array: values, PostgresType.timestamptz) { $0.append(time: $1) }
        case .optionalInts(let values):
            bytes.append(nullable: values, PostgresType.int8) { $0.append(bigEndian: $1) }
        case .optionalTexts(let values):
            bytes.append(nullable: values, PostgresType.text) { $0.append(contentsOf: $1.utf8) }
        case .optionalByteArrays(let values):
            bytes.append(nullable: values, PostgresType.bytea) { $0.append(contentsOf: $1) }
        }
        return true
    }
}

extension [UInt8] {
    /// Appends a number as the network writes it.
    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Appends an instant; what is out of PostgreSQL's range becomes infinity, which no CHECK of ours lets in.
    fileprivate mutating func append(time milliseconds: Int64) {
        let (micros, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000)
        let (value, underflow) = micros.subtractingReportingOverflow(PostgresType.epochMicroseconds)
        append(bigEndian: overflow || underflow ? (milliseconds < 0 ? .min : .max) : value)
    }

    /// Appends a one-dimensional array (array_recv): dimensions, whether it has nulls, element type, length, lower
    /// bound, then every element with its length.
    fileprivate mutating func append<Item>(
        array values: [Item], _ type: UInt32, _ write: (inout [UInt8], Item) -> Void
    ) {
        appendHead(count: values.count, hasNulls: false, type)
        for value in values { append(element: value, write) }
    }

    fileprivate mutating func append<Item>(
        nullable values: [Item?], _ type: UInt32, _ write: (inout [UInt8], Item) -> Void
    ) {
        appendHead(count: values.count, hasNulls: values.contains { $0 == nil }, type)
        for value in values {
            guard let value else {
                append(bigEndian: Int32(-1))
                continue
            }
            append(element: value, write)
        }
    }

    private mutating func appendHead(count: Int, hasNulls: Bool, _ type: UInt32) {
        append(bigEndian: Int32(count == 0 ? 0 : 1))
        append(bigEndian: Int32(hasNulls ? 1 : 0))
        append(bigEndian: type)
        guard count > 0 else { return }
        append(bigEndian: Int32(clamping: count))
        append(bigEndian: Int32(1))
    }

    private mutating func append<Item>(element: Item, _ write: (inout [UInt8], Item) -> Void) {
        let start = count
        append(bigEndian: Int32(0))
        write(&self, element)
        setLength(at: start)
    }

    /// Writes the count of the bytes after the four at `start` into these four.
    mutating func setLength(at start: Int) {
        let length = UInt32(clamping: count - start - 4).bigEndian
        Swift.withUnsafeBytes(of: length) { length in
            for (offset, byte) in length.enumerated() { self[start + offset] = byte }
        }
    }
}
