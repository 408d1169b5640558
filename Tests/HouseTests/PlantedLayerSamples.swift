extension PlantedSample {
    static let layers: [PlantedSample] = [
        PlantedSample(
            rule: "a target imports only what Package.swift gives it", bad: "import Yams",
            good: "package import GRDB\nimport struct Foundation.Data"),
        PlantedSample(
            rule: "a target imports only layers below it", bad: "import BranchServer", good: "import QueueDomain"),
        PlantedSample(
            rule: "a target imports only layers below it", path: "Sources/QueueEvents/Sample.swift",
            bad: "import QueueDomain", good: "import Crypto"),
        PlantedSample(
            rule: "nothing imports an executable", bad: "import turn_branch", good: "import QueueDomain"),
        PlantedSample(
            rule: "test support stays out of the products", bad: "import QueueTestSupport", good: "import Logging"),
        PlantedSample(
            rule: "the domain imports nothing", path: "Sources/QueueDomain/Sample.swift", bad: "import Foundation",
            good: "struct A {}"),
        PlantedSample(
            rule: "the domain has no clock, no chance, no codec and no waiting",
            path: "Sources/QueueDomain/Sample.swift", bad: "let now = Date()", good: "let now = situation.now"),
        PlantedSample(
            rule: "the domain has no clock, no chance, no codec and no waiting",
            path: "Sources/QueueDomain/Sample.swift", bad: "struct Ticket: Codable {}",
            good: "struct Ticket: Hashable {}"),
        PlantedSample(
            rule: "the domain has no clock, no chance, no codec and no waiting",
            path: "Sources/QueueDomain/Sample.swift", bad: "let number = Int.random(in: 1...9)",
            good: "let number = row.lastNumber + 1"),
        PlantedSample(
            rule: "only the transport and the programs know the network stack", bad: "import NIOCore",
            good: "import Logging"),
        PlantedSample(
            rule: "SQL is written only where rows are kept", path: "Sources/BranchServer/Sample.swift",
            bad: "let sql = \"\"\"\n    SELECT id\n    FROM tickets\n    \"\"\"", good: "let word = \"SELECT\""),
        PlantedSample(
            rule: "SQL is written only where rows are kept", path: "Sources/turn-branch/Sample.swift",
            bad: "run(\"UPDATE tickets SET state = 'waiting'\")", good: "say(\"UPDATE the settings and SET the clock\")"
        ),
        PlantedSample(
            rule: "only the store knows GRDB", path: "Sources/BranchServer/Sample.swift", bad: "import GRDB",
            good: "import BranchStore"),
    ]
}
