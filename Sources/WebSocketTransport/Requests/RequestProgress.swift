package import NIOCore

/// The life of one HTTP/1 connection as a value: events go in, what to do comes out. It holds no bytes and no clock.
///
/// Threats it answers: clients that send nothing, drip a head or a body, never read the answer, leave while they are
/// served, or hold a shutdown open. Each phase has one deadline, so every connection ends without the client's help.
/// Threats it leaves to others: sizes (``WireBudget``, the decoder), the number of connections (``ConnectionLedger``).
package struct RequestProgress: Sendable {
    /// The times of the configuration that matter here.
    package struct Times: Sendable {
        package var firstRequest: TimeAmount
        package var idle: TimeAmount
        package var wholeRequest: TimeAmount
        package var unreadAnswer: TimeAmount

        package init(
            firstRequest: TimeAmount, idle: TimeAmount, wholeRequest: TimeAmount, unreadAnswer: TimeAmount
        ) {
            self.firstRequest = firstRequest
            self.idle = idle
            self.wholeRequest = wholeRequest
            self.unreadAnswer = unreadAnswer
        }
    }

    /// What the handler must do.
    package enum Action: Equatable, Sendable {
        case none
        /// Close now, both ways, without a word.
        case close
        /// Write this problem as the last answer.
        case fail(TransportProblem)
        /// Cancel the responder's task; its answer, should it come within the deadline, is still written.
        case cancel
        /// Cancel the responder's task and write this problem as the last answer.
        case cancelAndFail(TransportProblem)
        /// Close the sending side and throw away input until the client closes too or `Limits.lingering` is over.
        case linger
        /// Go on with the next request.
        case next
    }

    private enum Phase: Sendable {
        /// No byte of the next request yet.
        case idle
        /// Part of a head.
        case head
        /// Part of a body.
        case body
        /// The responder works.
        case responding
        /// The answer is with the socket.
        case answering
        /// The last answer is with the socket.
        case lastAnswer
        /// The sending side is closed.
        case lingering
        /// Not HTTP any more, or closed.
        case over
    }

    private let times: Times
    private var phase = Phase.idle
    private var isFirst = true
    private var isWaiting = false
    private(set) var inputEnded = false
    /// What the responder has added to this request's time.
    private var extended = TimeAmount.zero
    /// The answer to the request in progress is the connection's last.
    package private(set) var isLast = false
    /// When ``timerFired(now:)`` must be called at the latest; nil when nothing is awaited.
    package private(set) var deadline: NIODeadline?

    /// A connection accepted at `now`.
    package init(times: Times, now: NIODeadline) {
        self.times = times
        deadline = now + times.firstRequest
    }

    /// Whether bytes of a request are wanted.
    package var wantsInput: Bool {
        switch phase {
        case .idle, .head, .body: true
        case .responding, .answering, .lastAnswer, .lingering, .over: false
        }
    }

    /// Whether nothing of a request is here: such a connection may be closed at any time.
    package var isIdle: Bool {
        if case .idle = phase { true } else { false }
    }

    /// Whether nothing that comes matters any more.
    package var isOver: Bool {
        switch phase {
        case .lastAnswer, .lingering, .over: true
        case .idle, .head, .body, .responding, .answering: false
        }
    }

    /// Whether the responder works and its answer can still be written.
    package var awaitsAnswer: Bool {
        if case .responding = phase { true } else { false }
    }

    /// Whether an answer is under way, so that parts of it may be written.
    package var isAnswering: Bool {
        switch phase {
        case .answering, .lastAnswer: true
        default: false
        }
    }

    // MARK: Reading

    /// Bytes of a head have come. Starts the request's clock.
    package mutating func headBegan(now: NIODeadline) {
        guard case .idle = phase else { return }
        phase = .head
        let whole = now + times.wholeRequest
        // The first head has its own, shorter time, which ran from the accept on.
        deadline = isFirst ? min(whole, deadline ?? whole) : whole
    }

    /// The head is complete. `isLast`: the client, or the head, does not let the connection stay open.
    package mutating func headEnded(now: NIODeadline, isLast: Bool) {
        headBegan(now: now)
        guard case .head = phase else { return }
        phase = .body
        if isFirst { deadline = now + times.wholeRequest }
        isFirst = false
        if isLast { self.isLast = true }
    }

    /// The request is whole and goes to the responder.
    package mutating func requestEnded(now: NIODeadline) {
        guard case .body = phase else { return }
        phase = .responding
        if inputEnded { deadline = min(deadline ?? now, now + Limits.halfClosed) }
        isWaiting = false
        extended = .zero
    }

    /// The bytes were no request, or one that is answered without the responder.
    package mutating func rejected(_ problem: TransportProblem, now: NIODeadline) -> Action {
        switch phase {
        case .idle, .head, .body:
            return lastAnswer(problem, now: now)
        case .responding, .answering, .lastAnswer, .lingering, .over:
            return .none
        }
    }

    // MARK: Answering

    /// The responder asks for more time.
    package mutating func extend(by amount: TimeAmount) {
        guard case .responding = phase, let current = deadline, !inputEnded else { return }
        let granted = min(max(amount, .zero), Limits.longestExtension - extended)
        extended = extended + granted
        deadline = current + granted
    }

    /// The responder waits for something to happen in the branch. Nobody is left to wait for once the input has ended.
    package mutating func waiting(_ isWaiting: Bool) -> Action {
        guard case .responding = phase else { return .none }
        self.isWaiting = isWaiting
        return isWaiting && inputEnded ? .cancel : .none
    }

    /// The answer, or its first part, goes to the socket. `isLast`: the answer ends the connection.
    package mutating func answerBegan(now: NIODeadline, isLast: Bool) {
        guard case .responding = phase else { return }
        self.isLast = self.isLast || isLast
        phase = self.isLast ? .lastAnswer : .answering
        deadline = now + times.unreadAnswer
    }

    /// The socket has taken a part of the answer.
    package mutating func partTaken(now: NIODeadline) {
        if isAnswering { deadline = now + times.unreadAnswer }
    }

    /// The answer cannot be finished: what was promised in its head will not come.
    package mutating func answerBroke() -> Action {
        guard isAnswering else { return .none }
        return close()
    }

    /// The socket has taken the whole answer.
    package mutating func answerTaken(now: NIODeadline) -> Action {
        switch phase {
        case .answering where isLast, .lastAnswer:
            phase = .lingering
            deadline = now + Limits.lingering
            return inputEnded ? close() : .linger
        case .answering:
            phase = .idle
            deadline = now + times.idle
            return .next
        case .idle, .head, .body, .responding, .lingering, .over:
            return .none
        }
    }

    /// The connection is a WebSocket from now on.
    package mutating func upgraded() {
        phase = .over
        deadline = nil
    }

    // MARK: The outside

    /// The client has closed its side, though earlier bytes may still be held back.
    package mutating func inputEnded(now: NIODeadline) -> Action {
        inputEnded = true
        switch phase {
        case .responding:
            // `printf … | nc -N` closes its side and waits for the answer; a client that went away does the same.
            deadline = min(deadline ?? now, now + Limits.halfClosed)
            return isWaiting ? .cancel : .none
        case .lingering:
            return close()
        case .idle, .head, .body, .answering, .lastAnswer, .over:
            return .none
        }
    }

    /// No further byte will come.
    package mutating func inputExhausted() -> Action {
        inputEnded = true
        switch phase {
        case .idle, .head, .body, .lingering: return close()
        case .responding, .answering, .lastAnswer, .over: return .none
        }
    }

    /// The server shuts down: an answer in progress may end, everything else closes.
    package mutating func quiesce() -> Action {
        switch phase {
        case .idle, .head, .body: return close()
        case .responding, .answering:
            isLast = true
            return .none
        case .lastAnswer, .lingering, .over: return .none
        }
    }

    /// The deadline may have passed.
    package mutating func timerFired(now: NIODeadline) -> Action {
        guard let deadline, now >= deadline else { return .none }
        switch phase {
        case .idle, .answering, .lastAnswer, .lingering:
            return close()
        case .head, .body:
            return lastAnswer(.timedOut, now: now)
        case .responding where inputEnded:
            // The grace of a closed side is over. What the cancelled responder still says is not waited for.
            _ = close()
            return .close
        case .responding:
            guard case .fail(let problem) = lastAnswer(.tooSlow, now: now) else { return .none }
            return .cancelAndFail(problem)
        case .over:
            return .none
        }
    }

    /// The channel is closed.
    package mutating func closed() {
        _ = close()
    }

    private mutating func lastAnswer(_ problem: TransportProblem, now: NIODeadline) -> Action {
        isLast = true
        phase = .lastAnswer
        deadline = now + times.unreadAnswer
        return .fail(problem)
    }

    private mutating func close() -> Action {
        phase = .over
        deadline = nil
        return .close
    }
}
