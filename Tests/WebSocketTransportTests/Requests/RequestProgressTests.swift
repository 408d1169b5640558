import NIOCore
import Testing
import WebSocketTransport

@Suite struct RequestProgressTests {
    private static let times = RequestProgress.Times(
        firstRequest: .seconds(10), idle: .seconds(30), wholeRequest: .seconds(15), unreadAnswer: .seconds(30))

    private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(1_000_000_000) + .seconds(seconds) }

    private func fresh() -> RequestProgress { RequestProgress(times: Self.times, now: at(0)) }

    /// A connection whose request is with the responder since second 2.
    private func responding() -> RequestProgress {
        var progress = fresh()
        progress.headBegan(now: at(1))
        progress.headEnded(now: at(2), isLast: false)
        progress.requestEnded(now: at(2))
        return progress
    }

    @Test func aSilentClientIsClosedAfterTenSeconds() {
        var progress = fresh()
        #expect(progress.deadline == at(10))
        #expect(progress.timerFired(now: at(9)) == .none)
        #expect(progress.timerFired(now: at(10)) == .close)
    }

    @Test func theFirstHeadIsNotGivenMoreTimeByItsFirstByte() {
        var progress = fresh()
        progress.headBegan(now: at(9))
        #expect(progress.timerFired(now: at(10)) == .fail(.timedOut))
        #expect(progress.isLast)
    }

    @Test func aDrippedBodyIsAnswered408AtTheWholeRequestsDeadline() {
        var progress = fresh()
        progress.headBegan(now: at(0))
        progress.headEnded(now: at(1), isLast: false)
        #expect(progress.timerFired(now: at(15)) == .none)
        #expect(progress.timerFired(now: at(16)) == .fail(.timedOut))
    }

    @Test func aLaterHeadHasFifteenSecondsFromItsFirstByte() {
        var progress = responding()
        progress.answerBegan(now: at(3), isLast: false)
        #expect(progress.answerTaken(now: at(4)) == .next)
        #expect(progress.deadline == at(34))
        progress.headBegan(now: at(20))
        progress.headBegan(now: at(25))
        #expect(progress.deadline == at(35))
        #expect(progress.timerFired(now: at(35)) == .fail(.timedOut))
    }

    @Test func anIdleConnectionIsClosedAfterThirtySeconds() {
        var progress = responding()
        progress.answerBegan(now: at(3), isLast: false)
        _ = progress.answerTaken(now: at(4))
        #expect(progress.timerFired(now: at(33)) == .none)
        #expect(progress.timerFired(now: at(34)) == .close)
    }

    @Test func aResponderThatIsTooSlowIsCancelledAndAnswered503() {
        var progress = responding()
        #expect(progress.timerFired(now: at(17)) == .cancelAndFail(.tooSlow))
        #expect(!progress.awaitsAnswer)
    }

    @Test func anExtensionMovesTheDeadlineAndIsBounded() {
        var progress = responding()
        progress.extend(by: .seconds(60))
        #expect(progress.deadline == at(77))
        progress.extend(by: .seconds(1000))
        progress.extend(by: .seconds(1000))
        #expect(progress.deadline == at(17) + Limits.longestExtension)
        progress.extend(by: .seconds(-5))
        #expect(progress.deadline == at(17) + Limits.longestExtension)
    }

    @Test func anExtensionOfOneRequestDoesNotReachTheNext() {
        var progress = responding()
        progress.extend(by: .seconds(60))
        progress.answerBegan(now: at(3), isLast: false)
        _ = progress.answerTaken(now: at(3))
        progress.headBegan(now: at(5))
        #expect(progress.deadline == at(20))
    }

    @Test func anUnreadAnswerEndsTheConnection() {
        var progress = responding()
        progress.answerBegan(now: at(3), isLast: false)
        progress.partTaken(now: at(20))
        #expect(progress.timerFired(now: at(49)) == .none)
        #expect(progress.timerFired(now: at(50)) == .close)
    }

    @Test func nothingIsReadWhileARequestIsAnswered() {
        var progress = fresh()
        #expect(progress.wantsInput)
        progress.headBegan(now: at(0))
        #expect(progress.wantsInput)
        progress.headEnded(now: at(0), isLast: false)
        #expect(progress.wantsInput)
        progress.requestEnded(now: at(0))
        #expect(!progress.wantsInput)
        progress.answerBegan(now: at(0), isLast: false)
        #expect(!progress.wantsInput)
        _ = progress.answerTaken(now: at(0))
        #expect(progress.wantsInput)
    }

    @Test func theLastAnswerIsFollowedByLingeringAndThenByTheEnd() {
        var progress = responding()
        progress.answerBegan(now: at(3), isLast: true)
        #expect(progress.answerTaken(now: at(3)) == .linger)
        #expect(progress.timerFired(now: at(4)) == .none)
        #expect(progress.timerFired(now: at(5)) == .close)
    }

    @Test func lingeringEndsWhenTheClientCloses() {
        var progress = responding()
        progress.answerBegan(now: at(3), isLast: true)
        _ = progress.answerTaken(now: at(3))
        #expect(progress.inputEnded(now: at(3)) == .close)
    }

    @Test func aWaitingRequestIsCancelledAtOnceWhenTheClientLeaves() {
        var progress = responding()
        #expect(progress.waiting(true) == .none)
        #expect(progress.inputEnded(now: at(3)) == .cancel)
        #expect(progress.awaitsAnswer)
    }

    @Test func aRequestThatBeginsToWaitAfterTheClientLeftIsCancelled() {
        var progress = responding()
        #expect(progress.inputEnded(now: at(3)) == .none)
        #expect(progress.waiting(true) == .cancel)
    }

    @Test func aWorkingRequestOfAClientThatClosedItsSideHasOneSecondLeft() {
        var progress = responding()
        #expect(progress.inputEnded(now: at(3)) == .none)
        progress.extend(by: .seconds(60))
        #expect(progress.timerFired(now: at(4)) == .close)
    }

    @Test func aPartialRequestOfAClientThatLeftIsClosed() {
        var progress = fresh()
        progress.headBegan(now: at(1))
        #expect(progress.inputEnded(now: at(1)) == .none)
        #expect(progress.inputExhausted() == .close)
    }

    @Test func shutdownClosesWhatIsNotInFlightAndMarksTheRestAsLast() {
        var idle = fresh()
        #expect(idle.quiesce() == .close)
        var halfSent = fresh()
        halfSent.headBegan(now: at(0))
        halfSent.headEnded(now: at(0), isLast: false)
        #expect(halfSent.quiesce() == .close)
        var busy = responding()
        #expect(busy.quiesce() == .none)
        busy.answerBegan(now: at(3), isLast: false)
        #expect(busy.isLast)
        #expect(busy.answerTaken(now: at(3)) == .linger)
    }

    @Test func aLateAnswerAfterTheDeadlineIsIgnored() {
        var progress = responding()
        _ = progress.timerFired(now: at(17))
        progress.answerBegan(now: at(18), isLast: false)
        #expect(progress.isLast)
        #expect(progress.answerTaken(now: at(18)) == .linger)
    }

    @Test func aRejectionDuringAnAnswerDoesNothing() {
        var progress = responding()
        #expect(progress.rejected(.badRequest, now: at(3)) == .none)
        progress.answerBegan(now: at(3), isLast: false)
        #expect(progress.rejected(.badRequest, now: at(3)) == .none)
    }

    @Test func nothingHappensAfterTheUpgrade() {
        var progress = responding()
        progress.upgraded()
        #expect(progress.deadline == nil)
        #expect(progress.timerFired(now: at(1000)) == .none)
        #expect(progress.quiesce() == .none)
        #expect(!progress.wantsInput)
    }

    @Test func theDecoderIsHeldToTheRawBytesOfHeadsAndBodies() {
        var budget = WireBudget()
        #expect(budget.violation(total: UInt64(Limits.headBytes)) == nil)
        #expect(budget.violation(total: UInt64(Limits.headBytes) + 1) == .headersTooLarge)
        budget.headEnded(total: 100)
        #expect(budget.violation(total: 100 + UInt64(Limits.bodyWireBytes)) == nil)
        #expect(budget.violation(total: 101 + UInt64(Limits.bodyWireBytes)) == .bodyTooLarge)
        budget.messageEnded(total: 1000)
        #expect(!budget.headHasBegun(total: 1000))
        #expect(budget.headHasBegun(total: 1001))
    }
}
