import NIOCore
import Testing
import WebSocketTransport

@Suite struct WebSocketProtocolTests {
    private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(1_000_000_000) + .seconds(seconds) }

    private func machine(_ policy: TransportConfiguration.MessagePolicy = .refuse) -> WebSocketProtocol {
        var configuration = TransportConfiguration()
        configuration.messages = policy
        return WebSocketProtocol(configuration: configuration, now: at(0))
    }

    private func frame(_ opcode: UInt8, _ text: String = "", final: Bool = true) -> WebSocketProtocol.Frame {
        .init(opcode: opcode, isFinal: final, payload: ByteBuffer(string: text))
    }

    @Test func pingsGoOutEveryTenSeconds() {
        var machine = machine()
        #expect(machine.deadline == at(10))
        #expect(machine.timerFired(now: at(10)) == .ping)
        _ = machine.received(frame(0xA), now: at(11))
        #expect(machine.timerFired(now: at(20)) == .ping)
        #expect(machine.deadline == at(30))
    }

    @Test func aClientIsDroppedAfterTwentyFiveSecondsOfSilence() {
        var machine = machine()
        #expect(machine.timerFired(now: at(10)) == .ping)
        #expect(machine.timerFired(now: at(20)) == .ping)
        #expect(machine.deadline == at(25))
        #expect(machine.timerFired(now: at(24)) == .none)
        #expect(machine.timerFired(now: at(25)) == .disconnect)
    }

    @Test func anyFrameCountsAsALifeSign() {
        var machine = machine()
        _ = machine.received(frame(0xA), now: at(9))
        _ = machine.timerFired(now: at(10))
        _ = machine.timerFired(now: at(20))
        _ = machine.timerFired(now: at(30))
        #expect(machine.timerFired(now: at(34)) == .disconnect)
    }

    @Test func aPingIsAnsweredWithItsPayload() {
        var machine = machine()
        #expect(machine.received(frame(0x9, "abc"), now: at(1)) == .pong(ByteBuffer(string: "abc")))
        #expect(machine.received(frame(0xA, "abc"), now: at(1)) == .none)
    }

    @Test func messagesAreRefusedAtTheirFirstFrame() {
        var text = machine()
        guard case .fail(1003, _) = text.received(frame(0x1, "a", final: false), now: at(1)) else {
            Issue.record("A text frame was not refused.")
            return
        }
        var binary = machine()
        guard case .fail(1003, _) = binary.received(frame(0x2), now: at(1)) else {
            Issue.record("A binary frame was not refused.")
            return
        }
    }

    @Test func theClientsCloseIsAnsweredWithItsCode() {
        var machine = machine()
        var payload = ByteBuffer()
        payload.writeInteger(UInt16(4001))
        payload.writeString("bye")
        #expect(machine.received(.init(opcode: 0x8, payload: payload), now: at(1)) == .answerClose(4001))
        #expect(machine.received(frame(0x9), now: at(1)) == .none)
        #expect(machine.timerFired(now: at(3)) == .disconnect)
    }

    @Test func ourCloseWaitsTwoSecondsForTheClients() {
        var machine = machine()
        machine.closeBegan(now: at(5))
        machine.closeBegan(now: at(6))
        #expect(machine.deadline == at(7))
        #expect(machine.received(frame(0x1, "late"), now: at(6)) == .none)
        #expect(machine.timerFired(now: at(7)) == .disconnect)
    }

    @Test func ourCloseEndsWithTheClients() {
        var machine = machine()
        machine.closeBegan(now: at(5))
        #expect(machine.received(frame(0x8), now: at(6)) == .disconnect)
    }

    @Test func noSecondCloseFrameFollowsOurs() {
        var machine = machine()
        machine.closeBegan(now: at(5))
        #expect(machine.received(frame(0x3), now: at(6)) == .disconnect)
    }

    @Test func aMessageIsPutTogetherFromItsFragments() {
        var machine = machine(.echo)
        #expect(machine.received(frame(0x1, "a", final: false), now: at(1)) == .none)
        #expect(machine.received(frame(0x9, "p"), now: at(1)) == .pong(ByteBuffer(string: "p")))
        #expect(machine.received(frame(0x0, "b", final: false), now: at(1)) == .none)
        #expect(machine.received(frame(0x0, "c"), now: at(1)) == .echo(opcode: 1, ByteBuffer(string: "abc")))
    }

    @Test func messagesAreBoundedInBytesAndInFrames() {
        var bytes = machine(.echo)
        let half = ByteBuffer(repeating: 0x61, count: Limits.messageBytes / 2)
        #expect(bytes.received(.init(opcode: 2, isFinal: false, payload: half), now: at(1)) == .none)
        #expect(bytes.received(.init(opcode: 0, isFinal: false, payload: half), now: at(1)) == .none)
        #expect(bytes.received(.init(opcode: 0, isFinal: false), now: at(1)) == .none)
        guard case .fail(1009, _) = bytes.received(frame(0x0, "x"), now: at(1)) else {
            Issue.record("A message grew beyond its bound.")
            return
        }
        var frames = machine(.echo)
        _ = frames.received(frame(0x1, "", final: false), now: at(1))
        for _ in 1..<Limits.messageFrames {
            #expect(frames.received(frame(0x0, "", final: false), now: at(1)) == .none)
        }
        guard case .fail(1009, _) = frames.received(frame(0x0), now: at(1)) else {
            Issue.record("A message was made of too many frames.")
            return
        }
    }

    @Test func invalidTextFailsBeforeItsLastFrame() {
        var machine = machine(.echo)
        let bad = ByteBuffer(bytes: [0x61, 0xC0])
        guard case .fail(1007, _) = machine.received(.init(opcode: 1, isFinal: false, payload: bad), now: at(1)) else {
            Issue.record("Invalid UTF-8 was not refused at once.")
            return
        }
    }
}

@Suite struct UTF8CheckTests {
    private func check(_ pieces: [[UInt8]]) -> Bool {
        var check = UTF8Check()
        for piece in pieces where !check.take(ByteBuffer(bytes: piece).readableBytesView) { return false }
        return check.isComplete
    }

    @Test func agreesWithTheStandardLibraryOnFourBytesAtEveryEdge() {
        let bytes: [UInt8] = [
            0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5,
        ]
        for first in bytes {
            for second in bytes {
                for third in bytes {
                    for fourth in bytes {
                        let text = [first, second, third, fourth]
                        let expected = String(validating: text, as: UTF8.self) != nil
                        guard check([text]) == expected, check(text.map { [$0] }) == expected else {
                            Issue.record("\(text) is judged wrongly.")
                            return
                        }
                    }
                }
            }
        }
    }

    @Test func aTextMayEndOnlyAfterAWholeCharacter() {
        #expect(check([[0xE2, 0x82, 0xAC]]))
        #expect(!check([[0xE2, 0x82]]))
        #expect(check([[0xF0, 0x9F], [0x98], [0x80]]))
    }
}
