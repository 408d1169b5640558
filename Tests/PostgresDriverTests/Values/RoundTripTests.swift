import Foundation
import PostgresDriver
import Testing

extension PostgresSuite {
    @Suite struct RoundTripTests {
        private func row(_ sql: String, _ parameters: [PostgresParameter] = []) async throws -> PostgresRow {
            let connection = try await PostgresSuite.connect()
            let rows = try await connection.perform { try $0.execute(sql, parameters) }
            await connection.close()
            return try #require(rows.first)
        }

        @Test(arguments: [0, 1, -1, Int64.max, .min, 4_294_967_296])
        func aWholeNumberComesBack(value: Int64) async throws {
            #expect(try await row("SELECT $1", [.int(value)]).int(0) == value)
        }

        @Test func smallerWholeNumbersAreReadAsWell() async throws {
            let row = try await row(
                "SELECT (-5)::smallint, 70000::integer, (-7)::integer, 23::oid, $1", [.smallint(-3)])
            #expect(try (0..<5).map { try row.int($0) } == [-5, 70_000, -7, 23, -3])
        }

        @Test(arguments: ["", "a", "Grüße, 東京 🎟️", "line\nline\ttab", String(repeating: "x", count: 1 << 20)])
        func aTextComesBack(value: String) async throws {
            #expect(try await row("SELECT $1", [.text(value)]).text(0) == value)
        }

        @Test(arguments: [[], [0], [0, 1, 0, 255], [UInt8](repeating: 0, count: 1 << 20), Array(0...255)])
        func bytesComeBackWithTheirZeros(value: [UInt8]) async throws {
            let row = try await row("SELECT $1, octet_length($1)", [.bytes(value)])
            #expect(try row.bytes(0) == value)
            #expect(try row.int(1) == Int64(value.count))
        }

        @Test(arguments: [0, 1, -1, 999, -999, 1_700_000_000_123, -62_135_596_800_000, 253_402_300_799_999])
        func anInstantComesBackToTheMillisecond(value: Int64) async throws {
            #expect(try await row("SELECT $1", [.time(value)]).time(0) == value)
        }

        @Test func anInstantIsTheOneThatTheServerReads() async throws {
            let row = try await row(
                "SELECT to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS'), '2000-01-01 00:00Z'::timestamptz",
                [.time(1_700_000_000_123)])
            #expect(try row.text(0) == "2023-11-14 22:13:20.123")
            #expect(try row.time(1) == 946_684_800_000)
        }

        @Test func truthAndFractionsComeBack() async throws {
            let row = try await row("SELECT $1, $2, $3, 1.5::real", [.bool(true), .bool(false), .double(-0.1)])
            #expect(try row.bool(0) && !row.bool(1))
            #expect(try row.double(2) == -0.1)
            #expect(try row.double(3) == 1.5)
        }

        @Test func jsonIsReadAsText() async throws {
            let row = try await row("SELECT $1::jsonb, '{\"a\":1}'::json", [.text("{\"b\": [1, null]}")])
            #expect(try row.text(0) == "{\"b\": [1, null]}")
            #expect(try row.text(1) == "{\"a\":1}")
        }

        @Test func nullIsNoValue() async throws {
            let row = try await row("SELECT $1::bigint, NULL::text, 'x'", [.null])
            #expect(row.isNull(0) && row.isNull(1) && !row.isNull(2))
            #expect(try row.optionalInt(0) == nil)
            #expect(try row.optionalText(1) == nil)
            #expect(try row.text(2) == "x")
            #expect(throws: PostgresError.self) { try row.int(0) }
        }

        @Test func aValueAfterANullStandsWhereItBelongs() async throws {
            let row = try await row("SELECT 'a', NULL::text, NULL::text, 'b', '', 'c'")
            #expect(
                try (0..<6).map { try row.optionalText($0) } == ["a", nil, nil, "b", "", "c"])
        }

        @Test func aValueIsReadAsNoOtherType() async throws {
            let row = try await row("SELECT 1::bigint, 'x'::text, ''::bytea, true, now(), 1.0::numeric")
            for read: @Sendable () throws -> Void in [
                { _ = try row.text(0) }, { _ = try row.int(1) }, { _ = try row.text(2) }, { _ = try row.int(3) },
                { _ = try row.int(4) }, { _ = try row.double(5) }, { _ = try row.bytes(1) }, { _ = try row.bool(0) },
                { _ = try row.time(0) },
            ] {
                let error = #expect(throws: PostgresError.self) { try read() }
                #expect(error?.sqlState == .wrongType)
            }
        }

        @Test func aTextWithAZeroIsRefusedByTheServer() async throws {
            let error = try await PostgresSuite.failure { _ = try await row("SELECT $1", [.text("a\u{0}b")]) }
            #expect(error.sqlState == .other("22021"))
        }

        @Test func arraysComeBackInTheirOrder() async throws {
            let row = try await row(
                """
                SELECT $1::bigint[] = ARRAY[3, -1, 9223372036854775807]::bigint[],
                    $2::smallint[] = ARRAY[1, -2]::smallint[],
                    $3::text[] = ARRAY['', 'a,b', '{"}'], $4::bytea[] = ARRAY['\\x00ff'::bytea, ''::bytea],
                    $5::boolean[] = ARRAY[true, false],
                    $6::timestamptz[] = ARRAY['2023-11-14 22:13:20.123Z'::timestamptz]
                """,
                [
                    .ints([3, -1, .max]), .smallints([1, -2]), .texts(["", "a,b", "{\"}"]),
                    .byteArrays([[0, 255], []]), .bools([true, false]), .times([1_700_000_000_123]),
                ])
            for column in 0..<6 { #expect(try row.bool(column), "column \(column)") }
        }

        @Test func nullsStandInArrays() async throws {
            let row = try await row(
                """
                SELECT $1::bigint[] IS NOT DISTINCT FROM ARRAY[1, NULL]::bigint[],
                    $2::text[] IS NOT DISTINCT FROM ARRAY[NULL, 'x'],
                    $3::bytea[] IS NOT DISTINCT FROM ARRAY[NULL, '\\x01'::bytea, NULL]
                """,
                [.optionalInts([1, nil]), .optionalTexts([nil, "x"]), .optionalByteArrays([nil, [1], nil])])
            for column in 0..<3 { #expect(try row.bool(column), "column \(column)") }
        }

        @Test func anEmptyArrayIsNoNull() async throws {
            let row = try await row(
                "SELECT cardinality($1::bigint[]), cardinality($2::text[]), cardinality($3::bytea[])",
                [.ints([]), .texts([]), .optionalByteArrays([])])
            #expect(try (0..<3).map { try row.int($0) } == [0, 0, 0])
        }

        @Test func aBigArrayComesWhole() async throws {
            let row = try await row(
                "SELECT cardinality($1::bigint[]), (SELECT sum(v)::bigint FROM unnest($1::bigint[]) v)",
                [.ints(Array(0..<200_000))])
            #expect(try row.int(0) == 200_000)
            #expect(try row.int(1) == 19_999_900_000)
        }
    }
}
