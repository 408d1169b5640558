/// The targets of Package.swift with what each may import, read from its text.
struct Manifest: Sendable {
    struct Target: Sendable, Equatable {
        enum Kind: String { case target, executableTarget, testTarget, systemLibrary }

        var kind: Kind
        var name: String
        /// Names of targets and of third-party products.
        var dependencies: Set<String>
    }

    let targets: [String: Target]

    var executables: Set<String> { Set(targets.values.filter { $0.kind == .executableTarget }.map(\.name)) }

    /// Whether a module is written here; a shim of a system library is not.
    func isOurs(_ module: String) -> Bool {
        targets[module].map { $0.kind != .systemLibrary } ?? false
    }

    init(_ file: SourceFile) {
        let products = Manifest.products(in: file)
        var targets: [String: Target] = [:]
        for (index, token) in file.code.enumerated() {
            guard index > 0, file.code[index - 1].isMark("."), index + 1 < file.code.count,
                file.code[index + 1].isMark("("), let kind = Target.Kind(rawValue: token.text)
            else { continue }
            let end = file.closing(of: index + 1)
            guard let name = Manifest.literal(after: "name", in: file, from: index, to: end) else { continue }
            let dependencies = Manifest.dependencies(in: file, from: index, to: end, products: products)
            targets[name] = Target(kind: kind, name: name, dependencies: dependencies)
        }
        self.targets = targets
    }

    /// `let crypto = Target.Dependency.product(name: "Crypto", …)` gives `["crypto": "Crypto"]`.
    private static func products(in file: SourceFile) -> [String: String] {
        var products: [String: String] = [:]
        for (index, token) in file.code.enumerated() where token.isWord("let") && index + 8 < file.code.count {
            let words = file.code[index...].prefix(8).map(\.text)
            guard words.contains("product"), words.contains("Dependency") else { continue }
            let name = literal(after: "name", in: file, from: index, to: min(index + 14, file.code.count - 1))
            products[file.code[index + 1].text] = name
        }
        return products
    }

    private static func literal(after label: String, in file: SourceFile, from start: Int, to end: Int) -> String? {
        var index = start
        while index + 2 <= end {
            if file.code[index].isWord(label), file.code[index + 1].isMark(":"), file.code[index + 2].kind == .literal {
                return file.code[index + 2].text
            }
            index += 1
        }
        return nil
    }

    private static func dependencies(
        in file: SourceFile, from start: Int, to end: Int, products: [String: String]
    ) -> Set<String> {
        guard let label = (start..<end).first(where: { file.code[$0].isWord("dependencies") }),
            label + 2 < end, file.code[label + 2].isMark("[")
        else { return [] }
        var names: Set<String> = []
        for token in file.code[(label + 3)..<file.closing(of: label + 2)] {
            if token.kind == .literal { names.insert(token.text) }
            if token.kind == .word, let product = products[token.text] { names.insert(product) }
        }
        return names
    }
}
