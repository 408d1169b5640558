extension Rule {
    static let layers: [Rule] = [
        Rule(name: "a target imports only what Package.swift gives it", covers: everyFile) { file in
            let target = Repository.manifest.targets[file.target]
            return Imports(file).filter {
                !(target?.dependencies.contains($0.module) ?? false) && !system.contains($0.module)
            }
            .map { Breach(line: $0.line, message: "\($0.module) is no dependency of \(file.target)") }
        },
        Rule(name: "a target imports only layers below it", covers: products) { file in
            guard let below = layersBelow[file.target] else { return [] }
            return Imports(file).filter { Repository.manifest.isOurs($0.module) && !below.contains($0.module) }
                .map { Breach(line: $0.line, message: "\(file.target) must not know \($0.module)") }
        },
        Rule(name: "nothing imports an executable", covers: everyFile) { file in
            let executables = Repository.manifest.executables.map { $0.replacing("-", with: "_") }
            return Imports(file).filter { executables.contains($0.module) }
                .map { Breach(line: $0.line, message: "\($0.module) is an executable: move the logic to a library") }
        },
        Rule(name: "test support stays out of the products") { file in
            products(file) && !["QueueTestSupport", "turn-load"].contains(file.target)
        } check: { file in
            Imports(file).filter { ["QueueTestSupport", "Testing", "XCTest"].contains($0.module) }
                .map { Breach(line: $0.line, message: "\($0.module) is for tests") }
        },
        Rule(name: "the domain imports nothing") {
            products($0) && $0.target == "QueueDomain"
        } check: { file in
            Imports(file).map { Breach(line: $0.line, message: "\($0.module): the domain has values and rules only") }
        },
        Rule(name: "the domain has no clock, no chance, no codec and no waiting") { file in
            products(file) && file.target == "QueueDomain"
        } check: { file in
            file.code.indices.filter { index in
                let isMember = index > 0 && file.code[index - 1].isMark(".")
                if file.code[index].isWord("random") { return isMember }
                return file.code[index].isWord(in: outsideOfDomain) && !isMember && !isLabel(index, in: file)
            }.map { Breach(line: file.code[$0].line, message: "\(file.code[$0].text) belongs outside the domain") }
        },
        Rule(name: "only the transport and the programs know the network stack") { file in
            ["QueueEvents", "BranchStore", "BranchAccess", "BranchDispatch", "ProgramSettings"].contains(file.target)
                && products(file)
        } check: { file in
            Imports(file).filter { $0.module.hasPrefix("NIO") || $0.module.hasPrefix("Hummingbird") }
                .map { Breach(line: $0.line, message: "\(file.target) must not know \($0.module)") }
        },
        Rule(name: "SQL is written only where rows are kept") { file in
            products(file) && !["BranchStore", "BranchAccess", "HQIngest"].contains(file.target)
        } check: { file in
            file.code.filter { $0.kind == .literal && isStatement($0.text) }
                .map { Breach(line: $0.line, message: "SQL outside the store: \($0.text.prefix(40))") }
        },
        Rule(name: "only the store knows GRDB") {
            products($0) && $0.target != "BranchStore"
        } check: { file in
            Imports(file).filter { $0.module.hasPrefix("GRDB") }
                .map { Breach(line: $0.line, message: "\(file.target) must not know GRDB") }
        },
    ]

    /// Modules that come with the toolchain or are part of a declared product.
    private static let system: Set<String> = [
        "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Musl", "Darwin", "Dispatch",
        "Synchronization", "RegexBuilder", "Testing", "GRDBSQLite",
    ]

    /// Architecture's arrows. A target that is not listed composes or tests, and may know every library.
    private static let layersBelow: [String: Set<String>] = [
        "QueueDomain": [],
        "QueueEvents": [],
        "ProgramSettings": [],
        "WebSocketTransport": [],
        "RedisStreams": [],
        "PostgresDriver": [],
        "TicketPrinting": [],
        "BranchWeb": [],
        "BranchStore": ["QueueDomain", "QueueEvents"],
        "BranchAccess": ["BranchStore", "QueueDomain"],
        "BranchDispatch": ["BranchStore", "QueueDomain", "QueueEvents"],
        "BranchControl": ["BranchAccess", "BranchStore", "QueueDomain", "QueueEvents"],
        "BranchServer": [
            "BranchAccess", "BranchStore", "BranchWeb", "QueueDomain", "QueueEvents", "WebSocketTransport",
        ],
        "BranchUplink": ["BranchStore", "QueueDomain", "QueueEvents", "RedisStreams"],
        "HQIngest": ["QueueEvents", "RedisStreams", "PostgresDriver"],
    ]

    private static let outsideOfDomain: Set<String> = [
        "async", "await", "Date", "UUID", "ContinuousClock", "SuspendingClock", "Codable", "Encodable", "Decodable",
        "CodingKey", "Task", "SystemRandomNumberGenerator", "Logger", "Mutex",
    ]

    /// Whether the word at `index` is an argument's label or a property's name.
    private static func isLabel(_ index: Int, in file: SourceFile) -> Bool {
        index + 1 < file.code.count && file.code[index + 1].isMark(":")
    }

    /// Whether a literal has a line that begins a statement, as our SQL writes them.
    private static func isStatement(_ literal: String) -> Bool {
        literal.split(separator: "\n").contains { line in
            let words = line.split(separator: " ", maxSplits: 3).prefix(3)
            guard let first = words.first, words.count > 1 else { return false }
            switch first {
            case "SELECT", "PRAGMA": return true
            case "INSERT": return ["INTO", "OR"].contains(words[1])
            case "DELETE": return words[1] == "FROM"
            case "UPDATE": return words.count > 2 && words[2] == "SET"
            case "BEGIN": return words[1] == "IMMEDIATE"
            case "CREATE", "ALTER", "DROP": return ["TABLE", "INDEX", "UNIQUE", "TRIGGER", "VIEW"].contains(words[1])
            default: return false
            }
        }
    }
}

/// The import declarations of a file.
struct Imports: Sequence {
    struct Import: Equatable {
        var module: String
        var line: Int
    }

    private let found: [Import]

    init(_ file: SourceFile) {
        found = file.code.indices.dropLast().compactMap { index in
            guard file.code[index].isWord("import") else { return nil }
            let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let name = file.code[index + 1].isWord(in: kinds) && index + 2 < file.code.count ? index + 2 : index + 1
            return Import(module: file.code[name].text, line: file.code[index].line)
        }
    }

    func makeIterator() -> some IteratorProtocol<Import> { found.makeIterator() }
}
