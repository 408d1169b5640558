import ProgramSettings
import Testing

struct EnvironmentTests {
    @Test func aListIsWrittenWithCommas() throws {
        let settings = try SettingsFolder().load(environment: ["TURN_SERVER_HOSTS": "one, two"])
        #expect(settings[Sample.hosts] == ["one", "two"])
    }

    @Test func anAliasStandsForItsKeyAndTheOwnNameWins() throws {
        let folder = try SettingsFolder()
        #expect(try folder.load(environment: ["DATABASE_URL": "a"])[Sample.url] == "a")
        #expect(try folder.load(environment: ["DATABASE_URL": "a", "TURN_BASE_URL": "b"])[Sample.url] == "b")
        let file = try SettingsFolder([".env": "TURN_BASE_URL=b\nDATABASE_URL=a\n"])
        #expect(try file.load()[Sample.url] == "b")
    }

    @Test func anAliasThatDotEnvSetsTwiceCountsAsItStandsLast() throws {
        let file = try SettingsFolder([".env": "DATABASE_URL=a\nDATABASE_URL=b\n"])
        #expect(try file.load()[Sample.url] == "b")
    }

    @Test func anUnknownNameOfOursStopsTheStartAndTheNearOneIsNamed() throws {
        #expect(
            try SettingsFolder().problems(environment: ["TURN_SERVER_PROT": "1"]) == [
                "environment variable TURN_SERVER_PROT: TURN_SERVER_PROT is not a known key; "
                    + "did you mean TURN_SERVER_PORT?"
            ])
    }

    @Test func namesOfOthersAndTheListedOnesAreLeftAlone() throws {
        let settings = try SettingsFolder().load(environment: ["PATH": "/bin", "TURN_DATA_DIR": "/data"])
        #expect(settings.given.isEmpty)
    }

    @Test func anEmptyVariableCountsAsNotSet() throws {
        #expect(try SettingsFolder().load(environment: ["TURN_SERVER_PORT": ""])[Sample.port] == 8080)
    }

    @Test func aSecretIsNotRepeatedInTheError() throws {
        let long = String(repeating: "s3cret", count: 50)
        let lines = try SettingsFolder().problems(environment: ["DATABASE_URL": long])
        #expect(lines.count == 1)
        #expect(!lines.joined().contains("s3cret"))
    }

    @Test(arguments: [
        ("KEY=value", "value"), ("KEY = value ", "value"), ("export KEY=value", "value"), ("KEY=", ""),
        ("KEY=\"a b\"", "a b"), ("KEY='a\\n$b'", "a\\n$b"), ("KEY=\"a\\nb\\\"\"", "a\nb\""), ("KEY=a#b", "a#b"),
        ("KEY=a # b", "a"), ("KEY=\"a # b\" # c", "a # b"), ("KEY=a=b", "a=b"), ("KEY=value\r", "value"),
        ("KEY=# nothing", ""),
    ])
    func aDotEnvLineIsReadAsShellsReadIt(line: String, value: String) throws {
        let table = SettingsTable(
            program: "x",
            groups: [
                SettingsGroup(
                    "a", "A.",
                    [
                        SettingKey.text(
                            "a.b", maxLength: 20, rule: nil, default: "", "B.",
                            traits: SettingTraits(aliases: ["KEY"])
                        ).definition
                    ])
            ])
        let key = SettingKey.text("a.b", maxLength: 20, default: "", "B.")
        let folder = try SettingsFolder([".env": "# first\r\n\n" + line + "\n"])
        if value.contains("\n") {
            // A control character is read, and then refused by the kind.
            #expect(throws: SettingsError.self) { try folder.load(table: table) }
        } else {
            #expect(try folder.load(table: table)[key] == value)
        }
    }

    @Test(arguments: ["KEY", "=value", "1KEY=value", "KEY=\"open", "KEY='open", "KEY=\"a\" b", "SOME KEY=value"])
    func aDotEnvLineThatIsNoneStopsTheStartAndIsNamed(line: String) throws {
        let lines = try SettingsFolder([".env": "A=1\n\(line)\n"]).problems()
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix(".env:2: ") == true)
    }

    @Test func aWrongValueInDotEnvNamesItsLine() throws {
        #expect(
            try SettingsFolder([".env": "\nTURN_SERVER_PORT=x\n"]).problems() == [
                ".env:2: TURN_SERVER_PORT is \"x\"; allowed: a whole number from 0 to 65535"
            ])
    }
}
