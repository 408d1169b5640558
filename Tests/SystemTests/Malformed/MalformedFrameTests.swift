import NIOCore
import QueueTestSupport
import Testing

extension SystemSuite {
    @Suite struct MalformedFrameTests {
        struct Case: Sendable {
            var name: String
            var bytes: ByteBuffer
            /// Close codes that are right.
            var codes: Set<UInt16>
        }

        @Test func everyViolationClosesWithItsCode() async throws {
            try await withBranch { branch in
                for item in Self.cases {
                    do {
                        let socket = try await branch.socket(branch.display)
                        _ = try await socket.nextJSON()
                        try await socket.sendRaw(item.bytes)
                        let code = try await socket.closeCode(timeout: .seconds(40))
                        #expect(
                            code.map(item.codes.contains) == true, "\(item.name): \(code.map(String.init) ?? "no code")"
                        )
                        await socket.abort()
                    } catch {
                        Issue.record("\(item.name): \(error)")
                    }
                }
                #expect(await branch.server.isAlive())
            }
        }

        @Test func aPingIsAnsweredWithItsPayload() async throws {
            try await withBranch { branch in
                let socket = try await branch.socket(branch.display)
                try await socket.send(WebSocketFrame(.ping, ByteBuffer(string: "are you there")))
                var answer = try await socket.next()
                while case .text = answer { answer = try await socket.next() }
                #expect(answer == .pong(ByteBuffer(string: "are you there")))
                await socket.abort()
            }
        }

        /// Which requests for an upgrade are refused, and how.
        @Test(arguments: [
            ("/ws", "", 401), ("/ws?queue_id=nonsense", "display", 400), ("/ws?since=1", "display", 400),
            ("/nowhere", "display", 404), ("/tickets/waiting?queue_id=1", "display", 400),
        ])
        func anUpgradeThatMayNotBeIsRefused(_ path: String, _ role: String, _ status: Int) async throws {
            try await withBranch { branch in
                let token = role.isEmpty ? nil : branch.display
                do {
                    let socket = try await WebSocketTestClient.open(port: branch.server.port, path: path, token: token)
                    await socket.abort()
                    Issue.record("\(path) was upgraded")
                } catch ConnectionFailure.refused(let found, let body) {
                    let isRight = found == status || path == "/tickets/waiting?queue_id=1" && found < 500
                    #expect(isRight, "\(path): \(found) \(body)")
                }
            }
        }

        private static func masked(_ frame: WebSocketFrame) -> ByteBuffer { frame.encoded(mask: (1, 2, 3, 4)) }

        private static func text(_ length: Int) -> ByteBuffer { ByteBuffer(repeating: 0x61, count: length) }

        private static func close(_ bytes: [UInt8]) -> ByteBuffer {
            masked(WebSocketFrame(.close, ByteBuffer(bytes: bytes)))
        }

        private static let cases = framing + messages + closes

        private static let framing = [
            Case(name: "unmasked", bytes: WebSocketFrame(.ping, text(2)).encoded(mask: nil), codes: [1002]),
            Case(
                name: "reserved bit", bytes: masked(WebSocketFrame(rawOpcode: 9, text(2), reserved: 4)), codes: [1002]),
            Case(name: "opcode 3", bytes: masked(WebSocketFrame(rawOpcode: 3, text(2))), codes: [1002]),
            Case(name: "opcode 11", bytes: masked(WebSocketFrame(rawOpcode: 11, text(2))), codes: [1002]),
            Case(name: "fragmented ping", bytes: masked(WebSocketFrame(.ping, text(2), isFinal: false)), codes: [1002]),
            Case(name: "ping of 126 bytes", bytes: masked(WebSocketFrame(.ping, text(126))), codes: [1002]),
            Case(name: "continuation of nothing", bytes: masked(WebSocketFrame(.continuation, text(2))), codes: [1002]),
            Case(
                name: "a frame of 2^63 bytes",
                bytes: ByteBuffer(bytes: [0x81, 0xFF, 0xFF] + [UInt8](repeating: 0xFF, count: 7)),
                codes: [1002, 1009]),
            Case(name: "70 KiB", bytes: masked(WebSocketFrame(.text, text(70 * 1_024))), codes: [1003, 1009]),
        ]

        private static let messages = [
            Case(name: "text", bytes: masked(WebSocketFrame(.text, text(2))), codes: [1003]),
            Case(name: "binary", bytes: masked(WebSocketFrame(.binary, text(2))), codes: [1003]),
            Case(
                name: "invalid UTF-8", bytes: masked(WebSocketFrame(.text, ByteBuffer(bytes: [0xFF, 0xFE]))),
                codes: [1003, 1007]),
        ]

        private static let closes = [
            Case(name: "close with 1000", bytes: close([0x03, 0xE8]), codes: [1000]),
            Case(name: "close of one byte", bytes: close([0x03]), codes: [1002]),
            Case(name: "close with 999", bytes: close([0x03, 0xE7]), codes: [1002]),
            Case(name: "close with 1005", bytes: close([0x03, 0xED]), codes: [1002]),
            Case(name: "close with 1006", bytes: close([0x03, 0xEE]), codes: [1002]),
            Case(name: "close with an invalid reason", bytes: close([0x03, 0xE8, 0xFF]), codes: [1002, 1007]),
        ]
    }
}
