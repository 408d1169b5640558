import Testing

@Suite("Package.swift is read as it is meant")
struct ManifestTests {
    @Test("Names of targets and of products become dependencies")
    func dependenciesAreResolved() throws {
        let manifest = Manifest(
            SourceFile(
                path: "Package.swift",
                text: """
                    let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
                    let package = Package(targets: [
                        .target(name: "Rules", swiftSettings: strict),
                        .target(
                            name: "Store",
                            dependencies: ["Rules", crypto],
                            swiftSettings: strict),
                        .executableTarget(name: "turn", dependencies: ["Store"]),
                    ])
                    """))
        #expect(manifest.targets["Rules"]?.dependencies == [])
        #expect(manifest.targets["Store"]?.dependencies == ["Rules", "Crypto"])
        #expect(manifest.executables == ["turn"])
    }

    @Test("Every folder of Sources and Tests that holds Swift is a target")
    func foldersAreTargets() {
        for file in Repository.sources {
            #expect(Repository.manifest.targets[file.target] != nil, "\(file.path) belongs to no target")
        }
    }

    @Test("Every target has files")
    func targetsHaveFiles() {
        let folders = Set(Repository.sources.map(\.target))
        for target in Repository.manifest.targets.values where target.kind != .systemLibrary {
            #expect(folders.contains(target.name), "\(target.name) is empty")
        }
    }

    @Test("Strict settings are on for every target")
    func settingsAreStrict() {
        let code = SourceFile(path: "Package.swift", text: Repository.text(at: "Package.swift") ?? "").code
        let strict = code.filter { $0.isWord("swiftSettings") }.count
        let targets = Repository.manifest.targets.values.filter { $0.kind != .systemLibrary }.count
        #expect(strict == targets)
        for feature in [
            "ExistentialAny", "MemberImportVisibility", "InternalImportsByDefault", "NonisolatedNonsendingByDefault",
        ] {
            #expect(code.contains { $0.kind == .literal && $0.text == feature }, "\(feature) is off")
        }
        #expect(code.contains { $0.isWord("treatAllWarnings") })
    }
}
