import ArgumentParser
import HQIngest
import ProgramSettings

struct BranchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "branch",
        abstract: "Take branches in, list them, end them.",
        discussion: "Exit codes: 0 done, 1 refused, 69 PostgreSQL can't be used.",
        subcommands: [Add.self, List.self, Disable.self, Access.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a branch in and print its enrolment, which is shown once.",
            discussion: """
                Standard output is the file and nothing else: turn-hq branch add NAME > branch.json, then on the box \
                turn-branch enrol branch.json. Its Redis user is made from turn-hq branch acl.
                """)

        @OptionGroup var options: ProgramOptions

        @Argument(help: "Its name, used once: 1 to 60 characters.")
        var name: String

        func run() async throws {
            let settings = try options.settings()
            let given = settings[HQSettings.redisBranchURL]
            let redisURL = given.isEmpty ? EnrolmentText.publicURL(try settings.redisURL()) : given
            let (branch, key) = try await options.withDatabase(settings) { [name] session in
                try BranchRegistry.add(name, session)
            }
            print(EnrolmentText.json(branch, key: key, redisURL: redisURL), terminator: "")
            complain("branch \(branch.id) is taken in; the file holds its key, which is stored nowhere else")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all branches, disabled ones too.")

        @OptionGroup var options: ProgramOptions

        @Flag(help: "Print them as JSON.")
        var json = false

        func run() async throws {
            let settings = try options.settings()
            let branches = try await options.withDatabase(settings) { try BranchRegistry.list($0) }
            if json {
                print(String(decoding: RegisteredBranch.json(branches), as: UTF8.self))
            } else {
                for branch in branches { print(branch.line) }
            }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "No longer take a branch's events; what is held stays.")

        @OptionGroup var options: ProgramOptions

        @Argument(help: "Its name or number.")
        var branch: String

        func run() async throws {
            let settings = try options.settings()
            let branch = try await options.withDatabase(settings) { [branch] session in
                try BranchRegistry.disable(branch, session)
            }
            print(branch.line)
            complain("take its Redis user out too: ACL DELUSER \(branch.redisUser)")
        }
    }

    struct Access: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "acl",
            abstract: "Print the Redis ACL line of every enabled branch: its own keys and commands only.",
            discussion: """
                For Redis' users.acl, or one by one: ACL SETUSER and the line without the word user. A password in it \
                is a SHA-256, so the lines hold no secret that could be used.
                """)

        @OptionGroup var options: ProgramOptions

        func run() async throws {
            let settings = try options.settings()
            let lines = try await options.withDatabase(settings) { try BranchRegistry.accessLines($0) }
            for line in lines { print(line) }
        }
    }
}
