import Testing
import WebSocketTransport

/// RFC 6455 over a real socket with exact bytes: what is sent, and how the server must end.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ConformanceTests {
    enum Outcome: Sendable, CustomStringConvertible {
        /// The server closes with this code.
        case close(Int)
        /// The server closes with an empty close frame.
        case emptyClose
        /// These frames come back, and the connection stays open.
        case frames([ServerFrame])

        var description: String {
            switch self {
            case .close(let code): "close \(code)"
            case .emptyClose: "close without code"
            case .frames(let frames): "\(frames.count) frames"
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var frames: [ClientFrame]
        var outcome: Outcome

        init(_ name: String, _ frames: [ClientFrame], _ outcome: Outcome) {
            self.name = name
            self.frames = frames
            self.outcome = outcome
        }

        var testDescription: String { "\(name): \(outcome)" }
    }

    @Test(arguments: framing + opcodes + control + closing + fragments + text + sizes)
    func theServerEndsAsTheRFCDemands(_ test: Case) async throws {
        try await RunningServer.run({ $0.messages = .echo }) { server in
            let client = try await RawClient.webSocket(port: server.port)
            for frame in test.frames { client.send(frame) }
            try await expect(test.outcome, of: client)
            client.close()
        }
    }

    /// The same bytes one by one must make no difference.
    @Test(arguments: framing + control + closing)
    func slicedFramesEndTheSame(_ test: Case) async throws {
        try await RunningServer.run({ $0.messages = .echo }) { server in
            let client = try await RawClient.webSocket(port: server.port)
            for byte in test.frames.flatMap(\.bytes) { await client.push([byte]) }
            try await expect(test.outcome, of: client)
            client.close()
        }
    }

    private func expect(_ outcome: Outcome, of client: RawClient) async throws {
        switch outcome {
        case .close(let code):
            let frame = try await client.frame()
            #expect(frame?.closeCode == code)
            #expect(try await client.rest().isEmpty)
        case .emptyClose:
            let frame = try await client.frame()
            #expect(frame == ServerFrame(opcode: 0x8, payload: []))
            #expect(try await client.rest().isEmpty)
        case .frames(let frames):
            for expected in frames { #expect(try await client.frame() == expected) }
            client.send(ClientFrame.close(1000))
            #expect(try await client.frame()?.closeCode == 1000)
            #expect(try await client.rest().isEmpty)
        }
    }

    private static func echo(_ text: String) -> ServerFrame { ServerFrame(opcode: 0x1, payload: Array(text.utf8)) }

    private static let framing: [Case] = [
        Case("empty text", [.text("")], .frames([echo("")])),
        Case("text", [.text("hello")], .frames([echo("hello")])),
        Case("binary", [.binary([0, 1, 255])], .frames([ServerFrame(opcode: 2, payload: [0, 1, 255])])),
        Case("two messages", [.text("a"), .text("b")], .frames([echo("a"), echo("b")])),
        Case("unmasked text", [ClientFrame(first: 0x81, payload: [0x61], isMasked: false)], .close(1002)),
        Case("unmasked ping", [ClientFrame(first: 0x89, isMasked: false)], .close(1002)),
        Case("unmasked close", [ClientFrame(first: 0x88, isMasked: false)], .close(1002)),
        Case("first reserved bit", [ClientFrame(first: 0xC1, payload: [0x61])], .close(1002)),
        Case("second reserved bit", [ClientFrame(first: 0xA1, payload: [0x61])], .close(1002)),
        Case("third reserved bit", [ClientFrame(first: 0x91, payload: [0x61])], .close(1002)),
        Case("reserved bit in a ping", [ClientFrame(first: 0xC9)], .close(1002)),
        Case("reserved bit in a close", [ClientFrame(first: 0xC8)], .close(1002)),
        Case(
            "short payload in the longest form", [ClientFrame(first: 0x81, payload: [0x61], longForm: true)],
            .frames([echo("a")])),
    ]

    private static let opcodes: [Case] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map { (opcode: UInt8) in
        Case("opcode \(opcode)", [ClientFrame(first: 0x80 | opcode)], .close(1002))
    }

    private static let control: [Case] = [
        Case("empty ping", [.ping()], .frames([ServerFrame(opcode: 0xA, payload: [])])),
        Case("ping", [.ping([1, 2, 3])], .frames([ServerFrame(opcode: 0xA, payload: [1, 2, 3])])),
        Case(
            "longest ping", [.ping(Array(repeating: 7, count: 125))],
            .frames([ServerFrame(opcode: 0xA, payload: Array(repeating: 7, count: 125))])),
        Case("too long ping", [.ping(Array(repeating: 7, count: 126))], .close(1002)),
        Case("fragmented ping", [ClientFrame(first: 0x09)], .close(1002)),
        Case("fragmented pong", [ClientFrame(first: 0x0A)], .close(1002)),
        Case("fragmented close", [ClientFrame(first: 0x08)], .close(1002)),
        Case("too long pong", [ClientFrame(first: 0x8A, payload: Array(repeating: 7, count: 126))], .close(1002)),
        Case("unasked pong", [ClientFrame(first: 0x8A, payload: [1]), .text("a")], .frames([echo("a")])),
        Case(
            "pings in a row", [.ping([1]), .ping([2])],
            .frames([ServerFrame(opcode: 0xA, payload: [1]), ServerFrame(opcode: 0xA, payload: [2])])),
    ]

    private static let closing: [Case] =
        [
            Case("close without code", [.close(nil)], .emptyClose),
            Case("close with one byte", [ClientFrame(first: 0x88, payload: [3])], .close(1002)),
            Case("close with reason", [.close(1000, Array("bye".utf8))], .close(1000)),
            Case("longest reason", [.close(1000, Array(repeating: 0x61, count: 123))], .close(1000)),
            Case("too long reason", [.close(1000, Array(repeating: 0x61, count: 124))], .close(1002)),
            Case("reason that is not UTF-8", [.close(1000, [0xC0, 0xAF])], .close(1007)),
            Case("reason cut in a character", [.close(1000, [0xE2, 0x82])], .close(1007)),
            Case("nothing after a close", [.close(1000), .text("late"), .ping()], .close(1000)),
        ]
        + [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4401, 4999].map { code in
            Case("code \(code)", [.close(UInt16(code))], .close(code))
        }
        + [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535].map { code in
            Case("code \(code)", [.close(UInt16(code))], .close(1002))
        }

    private static let fragments: [Case] = [
        Case("two fragments", [.text("a", final: false), .more([0x62], final: true)], .frames([echo("ab")])),
        Case(
            "empty fragments", [.text("", final: false), .more([], final: false), .more([], final: true)],
            .frames([echo("")])),
        Case(
            "ping between fragments", [.text("a", final: false), .ping([9]), .more([0x62], final: true)],
            .frames([ServerFrame(opcode: 0xA, payload: [9]), echo("ab")])),
        Case("continuation of nothing", [.more([0x61], final: true)], .close(1002)),
        Case("unfinished continuation of nothing", [.more([0x61], final: false)], .close(1002)),
        Case("text in a text", [.text("a", final: false), .text("b")], .close(1002)),
        Case("binary in a text", [.text("a", final: false), .binary([1])], .close(1002)),
        Case(
            "continuation after the end", [.binary([], final: false), .close(1001), .more([], final: true)],
            .close(1001)),
        Case("close in a message", [.text("a", final: false), .close(1000)], .close(1000)),
    ]

    private static let text: [Case] = [
        Case("Greek", [.text("κόσμε")], .frames([echo("κόσμε")])),
        Case(
            "a character in two fragments", [.binaryText([0xCE], final: false), .more([0xBA], final: true)],
            .frames([
                echo("κ")
            ])),
        Case("beyond the basic plane", [.text("😀")], .frames([echo("😀")])),
        Case("a surrogate", [.binaryText([0xED, 0xA0, 0x80])], .close(1007)),
        Case("an overlong form", [.binaryText([0xC0, 0xAF])], .close(1007)),
        Case("an overlong form of four", [.binaryText([0xF0, 0x80, 0x80, 0x80])], .close(1007)),
        Case("above U+10FFFF", [.binaryText([0xF4, 0x90, 0x80, 0x80])], .close(1007)),
        Case("a lone continuation", [.binaryText([0x80])], .close(1007)),
        Case("a byte that never occurs", [.binaryText([0xFE])], .close(1007)),
        Case("cut at the end", [.binaryText([0xE2, 0x82])], .close(1007)),
        Case("wrong before the end", [.binaryText([0x61, 0xFF], final: false)], .close(1007)),
        Case("wrong in the second fragment", [.text("a", final: false), .more([0xFF], final: false)], .close(1007)),
        Case("NUL", [.binaryText([0])], .frames([ServerFrame(opcode: 1, payload: [0])])),
    ]

    private static let sizes: [Case] =
        [125, 126, 127, 128, 65535].map { size in
            let payload = Array(repeating: UInt8(0x2A), count: size)
            return Case("\(size) bytes", [.binary(payload)], .frames([ServerFrame(opcode: 2, payload: payload)]))
        } + [
            Case(
                "the longest message", [.binary(Array(repeating: 1, count: Limits.messageBytes))],
                .frames([ServerFrame(opcode: 2, payload: Array(repeating: 1, count: Limits.messageBytes))])),
            Case("one byte more", [.binary(Array(repeating: 1, count: Limits.messageBytes + 1))], .close(1009)),
            Case("16 MB announced", [ClientFrame(first: 0x82, announced: 1 << 24)], .close(1009)),
            Case("2^62 announced", [ClientFrame(first: 0x82, announced: 1 << 62)], .close(1009)),
            Case("2^63 announced", [ClientFrame(first: 0x82, announced: 1 << 63)], .close(1009)),
            Case("2^64-1 announced", [ClientFrame(first: 0x82, announced: .max)], .close(1009)),
            Case(
                "too long in fragments",
                [
                    .binary(Array(repeating: 1, count: 40000), final: false),
                    .more(Array(repeating: 1, count: 40000), final: true),
                ],
                .close(1009)),
            Case("a huge ping announced", [ClientFrame(first: 0x89, announced: 1 << 20)], .close(1009)),
        ]
}

extension ClientFrame {
    /// A text frame with any bytes.
    static func binaryText(_ payload: [UInt8], final: Bool = true) -> ClientFrame {
        ClientFrame(first: (final ? 0x80 : 0) | 0x1, payload: payload)
    }
}
