import RedisStreams
import Testing

@Suite("Commands that wait for their replies")
struct OutstandingRepliesTests {
    private func answer(_ step: OutstandingReplies<String>.Step) -> (String, [RedisValue])? {
        if case .answer(let caller, let values) = step { (caller, values) } else { nil }
    }

    @Test("are answered in their order, each caller when all of its replies are here")
    func order() {
        var outstanding = OutstandingReplies<String>()
        #expect(outstanding.admit("a", commands: 2, bytes: 10) == nil)
        #expect(outstanding.admit("b", commands: 1, bytes: 10) == nil)
        #expect(answer(outstanding.receive(.integer(1), bytes: 4)) == nil)
        let first = answer(outstanding.receive(.integer(2), bytes: 4))
        #expect(first?.0 == "a")
        #expect(first?.1 == [.integer(1), .integer(2)])
        #expect(answer(outstanding.receive(.integer(3), bytes: 4))?.0 == "b")
        #expect(outstanding.isEmpty)
    }

    @Test("A reply without a command is a violation")
    func nobody() {
        var outstanding = OutstandingReplies<String>()
        guard case .violation = outstanding.receive(.simple("OK"), bytes: 5) else {
            Issue.record("A reply for nobody was taken.")
            return
        }
    }

    @Test("are bounded in number, and there is room again after an answer")
    func commandBound() {
        var outstanding = OutstandingReplies<String>()
        for _ in 0..<RedisLimits.outstandingCommands { #expect(outstanding.admit("a", commands: 1, bytes: 1) == nil) }
        #expect(outstanding.admit("b", commands: 1, bytes: 1) != nil)
        _ = outstanding.receive(.null, bytes: 5)
        #expect(outstanding.admit("b", commands: 1, bytes: 1) == nil)
    }

    @Test("are bounded in bytes, and there is room again after an answer")
    func byteBound() {
        var outstanding = OutstandingReplies<String>()
        #expect(outstanding.admit("a", commands: 1, bytes: RedisLimits.outstandingBytes) == nil)
        #expect(outstanding.admit("b", commands: 1, bytes: 1) != nil)
        _ = outstanding.receive(.null, bytes: 5)
        #expect(outstanding.admit("b", commands: 1, bytes: 1) == nil)
    }

    @Test("A pipeline's replies together have the bound of one reply in values")
    func elementBound() {
        var outstanding = OutstandingReplies<String>()
        #expect(outstanding.admit("a", commands: 3, bytes: 1) == nil)
        guard case .wait = outstanding.receive(.null, bytes: 5, elements: RedisLimits.replyElements),
            case .violation = outstanding.receive(.null, bytes: 5, elements: 1)
        else {
            Issue.record("More values than the bound were kept for one pipeline.")
            return
        }
    }

    @Test("A pipeline's replies together have the bound of one reply in bytes")
    func replyBound() {
        var outstanding = OutstandingReplies<String>()
        #expect(outstanding.admit("a", commands: 3, bytes: 1) == nil)
        guard case .wait = outstanding.receive(.null, bytes: RedisLimits.replyBytes),
            case .violation = outstanding.receive(.null, bytes: 1)
        else {
            Issue.record("More than the bound was kept for one pipeline.")
            return
        }
    }

    @Test("are all given up at once, oldest first")
    func removal() {
        var outstanding = OutstandingReplies<String>()
        #expect(outstanding.admit("a", commands: 2, bytes: 1) == nil)
        #expect(outstanding.admit("b", commands: 1, bytes: 1) == nil)
        _ = outstanding.receive(.null, bytes: 5)
        #expect(outstanding.removeAll() == ["a", "b"])
        #expect(outstanding.isEmpty)
    }
}
