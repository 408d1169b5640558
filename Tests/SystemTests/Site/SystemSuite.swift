import Testing

/// Every test that starts the program. They run one after another, because each of them loads the machine and some of
/// them judge how fast it answers.
@Suite(.serialized) enum SystemSuite {}

/// What is expected of time. A debug build is several times slower and proves nothing about speed, only that it works.
enum Pace {
    #if DEBUG
        static let isRelease = false
    #else
        static let isRelease = true
    #endif

    /// From the start of the program until it is ready.
    static let ready: Duration = isRelease ? .seconds(1) : .seconds(5)
    /// From SIGTERM to the end of the program.
    static let stop: Duration = .seconds(5)
    /// The slowest of a hundred answers to a client that has done nothing wrong.
    static let healthy: Duration = isRelease ? .milliseconds(500) : .seconds(2)
    /// For whatever must happen at some time.
    static let patience: Duration = .seconds(60)
}
