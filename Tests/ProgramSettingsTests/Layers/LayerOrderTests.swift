import ProgramSettings
import Testing

struct LayerOrderTests {
    @Test func everyKeyHasItsDefaultWhenNobodySaysAnything() throws {
        let settings = try SettingsFolder().load()
        #expect(settings[Sample.port] == 8080)
        #expect(settings[Sample.host] == "127.0.0.1")
        #expect(settings[Sample.hosts] == [])
        #expect(settings[Sample.lease] == .seconds(600))
        #expect(settings[Sample.quick] == false)
        #expect(settings[Sample.mode] == .slow)
        #expect("\(settings[Sample.opens])" == "08:30")
        #expect(settings[Sample.body] == 65_536)
        #expect(settings.origin(of: Sample.port) == .byDefault)
        #expect(settings.given.isEmpty)
    }

    @Test func theFileWinsOverTheDefault() throws {
        let settings = try SettingsFolder(["sample.yaml": "server:\n  port: 1\n"]).load()
        #expect(settings[Sample.port] == 1)
        #expect(settings.origin(of: Sample.port) == .file(path: "sample.yaml", line: 2))
    }

    @Test func dotEnvWinsOverTheFile() throws {
        let folder = try SettingsFolder(["sample.yaml": "server:\n  port: 1\n", ".env": "TURN_SERVER_PORT=2\n"])
        #expect(try folder.load()[Sample.port] == 2)
    }

    @Test func theEnvironmentWinsOverDotEnv() throws {
        let folder = try SettingsFolder([".env": "TURN_SERVER_PORT=2\n"])
        #expect(try folder.load(environment: ["TURN_SERVER_PORT": "3"])[Sample.port] == 3)
    }

    @Test func aFlagWinsOverEverything() throws {
        let folder = try SettingsFolder(["sample.yaml": "server: {port: 1}", ".env": "TURN_SERVER_PORT=2\n"])
        let settings = try folder.load(flags: ["server.port": "4"], environment: ["TURN_SERVER_PORT": "3"])
        #expect(settings[Sample.port] == 4)
        #expect(settings.origin(of: Sample.port) == .flag)
    }

    @Test func aHigherLayerHidesOnlyTheKeysThatItHas() throws {
        let folder = try SettingsFolder(["sample.yaml": "server: {port: 1, host: box}"])
        let settings = try folder.load(environment: ["TURN_SERVER_PORT": "3"])
        #expect(settings[Sample.host] == "box")
    }

    @Test func aWrongValueStopsTheStartEvenWhereAHigherLayerHidesIt() throws {
        let folder = try SettingsFolder(["sample.yaml": "server: {port: none}"])
        #expect(folder.problems(environment: ["TURN_SERVER_PORT": "3"]).count == 1)
    }

    @Test func theListOfGivenKeysLeavesSecretsOutAndMarksThoseForTests() throws {
        let folder = try SettingsFolder(["sample.yaml": "base: {failpoint: commit}"])
        let given = try folder.load(environment: ["DATABASE_URL": "postgres://u:p@h/d"]).given
        #expect(given.map(\.name) == ["base.url", "base.failpoint"])
        #expect(given.map(\.value) == ["***", "commit"])
        #expect(given.map(\.isForTesting) == [false, true])
    }
}
