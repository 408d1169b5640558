import RedisStreams
import Testing

@Suite("A server's error")
struct RedisServerErrorTests {
    @Test(
        "is told apart by its first word",
        arguments: [
            ("OOM command not allowed when used memory > 'maxmemory'.", .oom),
            (
                "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist on disk.",
                .misconf
            ),
            ("READONLY You can't write against a read only replica.", .readonly),
            ("LOADING Redis is loading the dataset in memory", .loading),
            ("NOAUTH Authentication required.", .noauth),
            ("WRONGPASS invalid username-password pair or user is disabled.", .wrongpass),
            ("NOPERM this user has no permissions to run the 'xadd' command", .noperm),
            ("NOGROUP No such key 'k' or consumer group 'g' in XREADGROUP with GROUP option", .nogroup),
            ("BUSYGROUP Consumer Group name already exists", .busygroup),
            ("MOVED 3999 127.0.0.1:6381", .moved),
            ("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", .masterdown),
            ("ERR The ID specified in XADD is equal or smaller than the target stream top item", .idNotAbove),
            ("ERR unknown command", .other), ("OOMPH", .other), ("", .other), ("ERR OOM", .other),
            ("WRONGTYPE Operation against a key holding the wrong kind of value", .other),
        ] as [(String, RedisServerError.Kind)])
    func kinds(_ message: String, _ kind: RedisServerError.Kind) {
        #expect(RedisServerError(message: message).kind == kind)
    }
}
