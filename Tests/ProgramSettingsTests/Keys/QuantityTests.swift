import ProgramSettings
import Testing

struct QuantityTests {
    private func load(_ key: String, _ text: String) throws -> Settings {
        try SettingsFolder().load(flags: [key: text])
    }

    @Test(arguments: [
        ("1.5s", 1500), ("10 min", 600_000), ("250ms", 250), ("3", 3000), ("0", 0), ("0.25", 250), ("1 h", 3_600_000),
        ("0.5 min", 30_000), (" 2 s ", 2000),
    ])
    func aSpanIsReadWithItsUnit(text: String, milliseconds: Int) throws {
        #expect(try load("work.lease", text)[Sample.lease] == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "s", "-1 s", "1,5 s", "1.s", ".5 s", "1.1234567 s", "1 m", "1 S", "1 s s", "1e3 s", "99999999999999999999",
        "9223372036854775807 d", "٣ s", "1..5 s", "2 h",
    ])
    func whatIsNoSpanOrOutOfRangeIsRefused(text: String) {
        #expect(throws: SettingsError.self) { try load("work.lease", text) }
    }

    @Test(arguments: [("0", 0), ("64 KiB", 65_536), ("1.5MiB", 1_572_864), ("7 B", 7), ("1 GiB", 1 << 30)])
    func aSizeIsReadWithItsUnit(text: String, bytes: Int) throws {
        #expect(try load("day.body", text)[Sample.body] == bytes)
    }

    @Test(arguments: ["64 kB", "2 GiB", "-1", "many"])
    func whatIsNoSizeOrOutOfRangeIsRefused(text: String) {
        #expect(throws: SettingsError.self) { try load("day.body", text) }
    }

    @Test(arguments: ["8:30", "08:60", "24:00", "08-30", "08:30:00", "٠٨:٣٠", ""])
    func whatIsNoTimeOfDayIsRefused(text: String) {
        #expect(throws: SettingsError.self) { try load("day.opens.at", text) }
    }

    @Test func textsAndListsEndAtTheirBounds() throws {
        #expect(try load("server.host", String(repeating: "a", count: 20))[Sample.host].count == 20)
        #expect(throws: SettingsError.self) { try load("server.host", String(repeating: "a", count: 21)) }
        #expect(throws: SettingsError.self) { try load("server.host", "a\u{0}b") }
        #expect(try load("server.hosts", "a,b,c")[Sample.hosts].count == 3)
        #expect(throws: SettingsError.self) { try load("server.hosts", "a,b,c,d") }
        #expect(throws: SettingsError.self) { try load("server.hosts", "a,,b") }
    }

    @Test func anUnknownFlagKeyIsNamedWithTheNearOne() throws {
        #expect(
            try SettingsFolder().problems(flags: ["server.prt": "1"]) == [
                "command line: server.prt is not a known key; did you mean server.port?"
            ])
    }
}
