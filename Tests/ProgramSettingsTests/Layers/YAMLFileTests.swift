import ProgramSettings
import Testing

struct YAMLFileTests {
    @Test func everyKindIsReadFromTheFile() throws {
        let text = """
            server:
              port: 9000
              host: box
              hosts: [a, "b:1"]
            work:
              lease: 1.5s
              quick: yes
              mode: fast
            day:
              opens:
                at: 07:15
              body: 1 MiB
            """
        let settings = try SettingsFolder(["sample.yaml": text]).load()
        #expect(settings[Sample.port] == 9000)
        #expect(settings[Sample.hosts] == ["a", "b:1"])
        #expect(settings[Sample.lease] == .milliseconds(1500))
        #expect(settings[Sample.quick])
        #expect(settings[Sample.mode] == .fast)
        #expect(settings[Sample.opens].description == "07:15")
        #expect(settings[Sample.body] == 1 << 20)
    }

    @Test func aMissingDefaultFileMeansDefaultsButANamedOneMustExist() throws {
        let folder = try SettingsFolder()
        #expect(folder.problems(file: .standard("none.yaml")).isEmpty)
        #expect(folder.problems(file: .named("none.yaml")) == ["none.yaml: doesn't exist"])
    }

    @Test(arguments: ["", "# nothing\n", "server:\nwork:\n", "server: ~\n", "---\n"])
    func aFileWithoutValuesMeansDefaults(text: String) throws {
        #expect(try SettingsFolder(["sample.yaml": text]).load()[Sample.port] == 8080)
    }

    @Test(arguments: [
        ("server:\n  prot: 1\n", "sample.yaml:2: server.prot is not a known key; did you mean server.port?"),
        ("port: 1\n", "sample.yaml:1: port is not a known key; did you mean server.port?"),
        ("printer:\n  speed: 1\n", "sample.yaml:1: printer is not a known key"),
        ("base:\n  failpoit: x\n", "sample.yaml:2: base.failpoit is not a known key"),
        (
            "server:\n\n  port: 70000\n",
            "sample.yaml:3: server.port is \"70000\"; allowed: a whole number from 0 to 65535"
        ),
        (
            "work: {mode: quick}\n", "sample.yaml:1: work.mode is \"quick\"; allowed: slow or fast"
        ),
        (
            "work: {lease: 2 weeks}\n",
            "sample.yaml:1: work.lease is \"2 weeks\"; allowed: a span from 0 to 1 h "
                + "(ms, s, min, h or d; a plain number is seconds)"
        ),
        ("work: {quick: maybe}\n", "sample.yaml:1: work.quick is \"maybe\"; allowed: true or false"),
        (
            "day: {opens: {at: 24:00}}\n",
            "sample.yaml:1: day.opens.at is \"24:00\"; allowed: a time of day from 00:00 to 23:59"
        ),
        (
            "server: {port: [1, 2]}\n",
            "sample.yaml:1: server.port is \"[1, 2]\"; allowed: a whole number from 0 to 65535"
        ),
        (
            "server:\n  port:\n",
            "sample.yaml:2: server.port has no value; allowed: a whole number from 0 to 65535"
        ),
        ("server: 5\n", "sample.yaml:1: server must be a section of keys, not a single value or a list"),
        ("- a\n", "sample.yaml:1: must be a section of keys, not a single value or a list"),
        ("server: {port: 1}\nserver.port: 2\n", "sample.yaml:2: server.port stands in the file twice"),
    ])
    func aFaultIsNamedWithFileLineKeyAndWhatIsAllowed(text: String, message: String) throws {
        #expect(try SettingsFolder(["sample.yaml": text]).problems() == [message])
    }

    @Test func whatIsNotYAMLIsSaidWithItsLine() throws {
        let lines = try SettingsFolder(["sample.yaml": "server:\n  port: [1\nwork: }\n"]).problems()
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("sample.yaml:") == true)
        #expect(lines.first?.contains("is not YAML") == true)
    }

    @Test func aKeyTwiceInOneSectionIsAnError() throws {
        let lines = try SettingsFolder(["sample.yaml": "server:\n  port: 1\n  port: 2\n"]).problems()
        #expect(lines == ["sample.yaml:2: holds a key twice: port"])
    }

    @Test func allProblemsAreReportedAtOnceUpToABound() throws {
        let folder = try SettingsFolder(["sample.yaml": "server: {port: x, host: box}\nwork: {mode: y, quick: z}\n"])
        #expect(folder.problems(environment: ["TURN_X": "1"]).count == 4)
        let many = (0..<100).map { "key\($0): 1" }.joined(separator: "\n")
        #expect(try SettingsFolder(["sample.yaml": many]).problems().count == Limits.problems)
    }

    @Test func aFileOverTheBoundIsRefusedAndOneAtTheBoundIsRead() throws {
        let full = String(repeating: "#", count: Limits.fileBytes)
        #expect(try SettingsFolder(["sample.yaml": full]).problems().isEmpty)
        #expect(
            try SettingsFolder(["sample.yaml": full + "#"]).problems() == [
                "sample.yaml: is larger than 262144 bytes"
            ])
    }

    @Test func aFileFullOfAliasesOrUnknownKeysEndsWithABoundedReport() throws {
        let words = (0..<40).map { "w\($0): 1" }.joined(separator: ", ")
        let copies = (0..<60).map { "c\($0): *a" }.joined(separator: ", ")
        let folder = try SettingsFolder([
            "sample.yaml": "server: {port: 1}\nday: {opens: &a {\(words)}, x: {\(copies)}}\n"
        ])
        #expect(folder.problems().count == Limits.problems)
        let keys = (0...Limits.fileEntries).map { "work.\($0): 1" }.joined(separator: "\n")
        #expect(try SettingsFolder(["sample.yaml": keys]).problems().count == Limits.problems)
    }

    @Test func aWrongValueIsShownOnOneShortLineWithoutControlCharacters() throws {
        let value = "\"a\\e[31m\\n" + String(repeating: "b", count: 500) + "\""
        let lines = try SettingsFolder(["sample.yaml": "server: {port: \(value)}"]).problems()
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("sample.yaml:1: server.port is \"a?[31m?bbb") == true)
        #expect((lines.first?.count ?? 0) < 200)
        #expect(lines.first?.contains("\u{1B}") == false)
    }

    @Test func aFolderInPlaceOfTheFileIsAnErrorNotACrash() throws {
        let folder = try SettingsFolder()
        #expect(folder.problems(file: .named("/")).count == 1)
    }
}
