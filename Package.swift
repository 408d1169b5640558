// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// Third-party products, named once.
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioExtras = Target.Dependency.product(name: "NIOExtras", package: "swift-nio-extras")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "turn",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(
            url: "https://github.com/apple/swift-configuration.git", from: "1.4.0",
            traits: ["YAML", "CommandLineArguments"]),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift.git", from: "0.2.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // The rules and what branch and head office share. Neither knows the other.
        .target(name: "QueueDomain", swiftSettings: strict),
        .target(name: "QueueEvents", dependencies: ["CZlib", crypto], swiftSettings: strict),
        .systemLibrary(name: "CZlib"),

        // What glibc has and Swift's Glibc module leaves out: adjtimex(2).
        .systemLibrary(name: "CTimex"),

        // The branch, layer by layer.
        .target(
            name: "BranchStore",
            dependencies: ["CTimex", "QueueDomain", "QueueEvents", crypto, deque, grdb, grdbSQLite, lifecycle, logging],
            swiftSettings: strict),
        .systemLibrary(name: "CArgon2"),
        .target(name: "BranchAccess", dependencies: ["CArgon2", crypto], swiftSettings: strict),
        .target(
            name: "WebSocketTransport",
            dependencies: [
                crypto, hummingbirdCore, httpTypes, lifecycle, logging, nioCore, nioExtras, nioHTTP1, nioPosix,
                nioSSL, nioWebSocket,
            ],
            swiftSettings: strict),
        .target(
            name: "BranchWeb", dependencies: ["CZlib", crypto], exclude: ["jsconfig.json"], resources: [.copy("Site")], swiftSettings: strict),
        .target(
            name: "BranchServer",
            dependencies: [
                "BranchAccess", "BranchStore", "BranchWeb", "QueueDomain", "QueueEvents", "WebSocketTransport", crypto, deque,
                httpTypes, hummingbird, hummingbirdCore, lifecycle, logging, nioCore,
            ],
            resources: [.copy("OpenAPI/openapi.yaml")],
            swiftSettings: strict),
        .target(
            name: "BranchDispatch",
            dependencies: ["BranchStore", "QueueDomain", "QueueEvents", deque, lifecycle, logging],
            swiftSettings: strict),
        .target(
            name: "BranchControl",
            dependencies: [
                "BranchAccess", "BranchStore", "QueueDomain", "QueueEvents", lifecycle, logging, nioCore, nioPosix, yams,
            ],
            swiftSettings: strict),
        .target(
            name: "ProgramSettings", dependencies: [configuration, logging, yams], swiftSettings: strict),

        // From the branch to head office. The two ends meet in QueueEvents' frames only.
        .systemLibrary(name: "CHiredis"),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq"),
        .target(
            name: "RedisStreams", dependencies: ["CHiredis", logging, nioCore, nioPosix, nioSSL, nioTLS],
            swiftSettings: strict),
        .target(name: "PostgresDriver", dependencies: ["CPostgres", logging], swiftSettings: strict),
        .target(
            name: "BranchUplink",
            dependencies: ["BranchStore", "QueueEvents", "RedisStreams", lifecycle, logging, nioCore, nioPosix],
            swiftSettings: strict),
        .target(
            name: "HQIngest",
            dependencies: ["PostgresDriver", "QueueEvents", "RedisStreams", crypto, lifecycle, logging],
            swiftSettings: strict),
        .target(
            name: "HQServer",
            dependencies: [
                "HQIngest", "WebSocketTransport", httpTypes, hummingbirdCore, lifecycle, logging, nioCore,
            ],
            swiftSettings: strict),

        // Programs: parse arguments, read settings, compose services.
        .executableTarget(
            name: "turn-branch",
            dependencies: [
                "BranchAccess", "BranchControl", "BranchDispatch", "BranchServer", "BranchStore", "BranchUplink",
                "BranchWeb", "ProgramSettings", "QueueDomain", "QueueEvents", "RedisStreams", "WebSocketTransport", argumentParser,
                lifecycle, logging, nioCore, nioPosix, signals,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "turn-hq",
            dependencies: [
                "HQIngest", "HQServer", "PostgresDriver", "ProgramSettings", "QueueEvents", "RedisStreams",
                "WebSocketTransport", argumentParser, lifecycle, logging, nioCore, nioPosix, signals,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "turn-load",
            dependencies: [
                "BranchStore", "HQIngest", "PostgresDriver", "QueueDomain", "QueueEvents", "QueueTestSupport",
                "RedisStreams", "WebSocketTransport", argumentParser, deque, histogram, httpTypes, hummingbirdCore,
                lifecycle, logging, nioCore, nioHTTP1, nioPosix, nioWebSocket, signals,
            ],
            swiftSettings: strict),

        // Tests.
        .target(
            name: "QueueTestSupport",
            dependencies: [
                "BranchStore", "BranchUplink", "HQIngest", "QueueDomain", "QueueEvents", logging, nioCore, nioHTTP1,
                nioPosix, nioWebSocket,
            ],
            swiftSettings: strict),
        .testTarget(name: "QueueDomainTests", dependencies: ["QueueDomain", "QueueTestSupport"], swiftSettings: strict),
        .testTarget(name: "QueueEventsTests", dependencies: ["QueueEvents"], swiftSettings: strict),
        .testTarget(
            name: "BranchStoreTests",
            dependencies: ["BranchStore", "QueueDomain", "QueueEvents", "QueueTestSupport", grdb], swiftSettings: strict),
        .testTarget(name: "BranchAccessTests", dependencies: ["BranchAccess"], swiftSettings: strict),
        .testTarget(
            name: "WebSocketTransportTests",
            dependencies: [
                "QueueTestSupport", "WebSocketTransport", httpTypes, hummingbirdCore, lifecycle, logging, nioCore,
                nioEmbedded, nioHTTP1,
                nioPosix, nioSSL,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "BranchServerTests",
            dependencies: [
                "BranchAccess", "BranchServer", "BranchStore", "BranchWeb", "QueueDomain", "QueueEvents",
                "QueueTestSupport", "WebSocketTransport", grdb, httpTypes, hummingbird, hummingbirdCore, lifecycle, logging, nioCore,
                nioEmbedded, nioPosix,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "BranchDispatchTests",
            dependencies: ["BranchDispatch", "BranchStore", "QueueDomain", logging], swiftSettings: strict),
        .testTarget(
            name: "BranchControlTests",
            dependencies: [
                "BranchAccess", "BranchControl", "BranchStore", "QueueDomain", lifecycle, logging, nioCore, nioPosix,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ProgramSettingsTests", dependencies: ["ProgramSettings"], swiftSettings: strict),
        .testTarget(
            name: "RedisStreamsTests",
            dependencies: ["QueueTestSupport", "RedisStreams", logging, nioCore, nioEmbedded, nioPosix, nioSSL],
            swiftSettings: strict),
        .testTarget(
            name: "PostgresDriverTests", dependencies: ["PostgresDriver", "QueueTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "BranchUplinkTests",
            dependencies: [
                "BranchStore", "BranchUplink", "HQIngest", "QueueEvents", "QueueTestSupport", "RedisStreams",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "HQIngestTests",
            dependencies: ["HQIngest", "PostgresDriver", "QueueEvents", "QueueTestSupport", "RedisStreams", logging],
            swiftSettings: strict),
        .testTarget(
            name: "HQServerTests",
            dependencies: ["HQIngest", "HQServer", "QueueTestSupport", httpTypes, logging], swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "BranchStore", "PostgresDriver", "QueueEvents", "QueueTestSupport", "RedisStreams", grdb, nioCore,
                nioPosix,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SystemTests", dependencies: ["QueueTestSupport", grdb, nioCore, nioPosix], swiftSettings: strict),
        .testTarget(name: "HouseTests", swiftSettings: strict),
    ]
)
