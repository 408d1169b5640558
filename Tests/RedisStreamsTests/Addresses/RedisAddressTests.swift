import RedisStreams
import Testing

@Suite("A Redis URL")
struct RedisAddressTests {
    @Test(
        "names host, port, user, database and whether there is TLS",
        arguments: [
            ("redis://localhost", "localhost", 6_379, nil, 0, false),
            ("rediss://eu1-x.upstash.io", "eu1-x.upstash.io", 6_379, nil, 0, true),
            ("REDISS://h:6380/", "h", 6_380, nil, 0, true),
            ("redis://user:secret@h:1/3", "h", 1, "user", 3, false),
            ("redis://:secret@10.0.0.1", "10.0.0.1", 6_379, nil, 0, false),
            ("redis://user@h", "h", 6_379, "user", 0, false),
            ("redis://us%65r:a%40b%2f%3A@h:65535/16383", "h", 65_535, "user", 16_383, false),
            ("redis://user:p@ss/word@h/1", "h", 6_379, "user", 1, false),
            ("redis://[::1]", "::1", 6_379, nil, 0, false),
            ("rediss://u:p@[2001:db8::7]:7000/2", "2001:db8::7", 7_000, "u", 2, true),
        ] as [(String, String, Int, String?, Int, Bool)])
    func parts(url: String, host: String, port: Int, user: String?, database: Int, usesTLS: Bool) throws {
        let address = try RedisAddress(url: url)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.user == user)
        #expect(address.database == database)
        #expect(address.usesTLS == usesTLS)
    }

    @Test(
        "that is wrong is refused with what is allowed",
        arguments: [
            ("", .scheme), ("localhost:6379", .scheme), ("http://h", .scheme), ("redis:/h", .scheme),
            ("redis://", .host), ("redis://:6379", .host), ("redis://ho st", .furtherParts),
            ("redis://h?db=1", .furtherParts),
            ("redis://h#1", .furtherParts), ("redis://h\n", .furtherParts), ("redis://é", .host),
            ("redis://::1", .host), ("redis://[::1", .host), ("redis://[1.2.3.4]", .host), ("redis://[zz::1]", .host),
            ("redis://[::1]6379", .port), ("redis://h:", .port), ("redis://h:0", .port), ("redis://h:65536", .port),
            ("redis://h:+1", .port), ("redis://h:99999999999999999999", .port), ("redis://h/x", .database),
            ("redis://h/-1", .database), ("redis://h/16384", .database), ("redis://h/0/1", .database),
            ("redis://@h", .credentials), ("redis://:@h", .credentials), ("redis://u:%4@h", .percentEncoding),
            ("redis://u:%zz@h", .percentEncoding), ("redis://u:%ff@h", .percentEncoding),
            ("redis://" + String(repeating: "h", count: 254), .host),
            ("redis://" + String(repeating: "h", count: RedisLimits.urlBytes), .tooLong),
        ] as [(String, RedisURLError)])
    func refusals(url: String, error: RedisURLError) {
        #expect(throws: error) { try RedisAddress(url: url) }
        #expect(!error.description.isEmpty)
    }

    @Test("never shows its password")
    func description() throws {
        let address = try RedisAddress(url: "rediss://branch:hunter2@[::1]:7/4")
        var dumped = ""
        dump(address, to: &dumped)
        #expect(address.description == "rediss://branch:…@[::1]:7/4")
        for text in [dumped, "\(address)", String(reflecting: address), String(describing: Optional(address))] {
            #expect(!text.contains("hunter2"))
        }
    }
}
