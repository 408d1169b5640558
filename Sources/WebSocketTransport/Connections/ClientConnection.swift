import HTTPTypes
import HummingbirdCore
package import NIOCore
import Synchronization

/// One client's connection as the layers above see it: who is there, and what the request in progress may ask for.
///
/// Reached through ``current`` in the task that answers a request, and in its child tasks. All members may be used from
/// any thread.
package final class ClientConnection: Sendable {
    /// The connection whose request the current task answers; nil outside of one.
    @TaskLocal package static var current: ClientConnection?

    /// Number of the connection, unique while the server runs.
    package let id: UInt64
    /// The connection's channel.
    package let channel: any Channel
    /// Where the client is; nil for sockets without an address.
    package let remoteAddress: SocketAddress?

    /// A request with its whole body.
    struct Call: Sendable {
        var head: RequestHead
        var body: ByteBuffer
    }

    private enum Inbox {
        case empty
        case ready(Call)
        case wanted(CheckedContinuation<Call?, Never>)
        case finished
    }

    private struct Shared {
        var inbox = Inbox.empty
        /// The handler of the channel while the channel speaks HTTP.
        var handler: NIOLoopBound<HTTPConnectionHandler>?
        /// A request is with the responder.
        var isResponding = false
        /// That request has given its place in flight back.
        var isWaiting = false
    }

    private let ledger: ConnectionLedger
    private let inFlight: InFlight
    private let abandonment: EventLoopPromise<Void>
    /// Whether nothing of a request is here; kept by the channel's handler.
    let idleness: Idleness
    /// Guards the hand-over between the event loop and the task that answers, and the place in flight.
    private let shared = Mutex(Shared())

    init(id: UInt64, channel: any Channel, ledger: ConnectionLedger, inFlight: InFlight) {
        self.id = id
        self.channel = channel
        self.remoteAddress = channel.remoteAddress
        self.ledger = ledger
        self.inFlight = inFlight
        self.abandonment = channel.eventLoop.makePromise()
        self.idleness = Idleness(now: channel.eventLoop.now)
    }

    // MARK: What a responder may ask for

    /// Marks the connection as one of staff or of a display, after its credential has been checked: it gets a place in
    /// the reserved share and is not closed to make room. Repeating it costs a lock.
    package func recognise() {
        ledger.recognise(id)
    }

    /// Gives the request in progress more time before it is answered 503.
    ///
    /// - Parameter duration: added to what is left; all of a request's extensions together are bounded by
    ///   `Limits.longestExtension`. Without effect when no request is in progress.
    package func extendDeadline(by duration: Duration) {
        let amount = TimeAmount(duration)
        onLoop { $0.extendDeadline(by: amount) }
    }

    /// The request in progress waits for something to happen: it is not counted among the requests in flight, and its
    /// task is cancelled as soon as the client closes its side. Without effect when no request is in progress.
    package func markWaiting() {
        let changed = shared.withLock { shared in
            guard shared.isResponding, !shared.isWaiting else { return false }
            shared.isWaiting = true
            return true
        }
        guard changed else { return }
        inFlight.leave()
        onLoop { $0.setWaiting(true) }
    }

    /// The wait is over: the request is counted again.
    package func endWaiting() {
        let changed = shared.withLock { shared in
            guard shared.isResponding, shared.isWaiting else { return false }
            shared.isWaiting = false
            return true
        }
        guard changed else { return }
        inFlight.comeBack()
        onLoop { $0.setWaiting(false) }
    }

    // MARK: From the channel's handlers, on the event loop

    /// The handler that speaks HTTP, or nil when it speaks it no more.
    func attach(_ handler: HTTPConnectionHandler?) {
        let bound = handler.map { NIOLoopBound($0, eventLoop: channel.eventLoop) }
        shared.withLock { $0.handler = bound }
    }

    /// Hands a request to the task that answers. The handler sends one at a time.
    func give(_ call: Call) {
        let continuation = shared.withLock { shared -> CheckedContinuation<Call?, Never>? in
            switch shared.inbox {
            case .wanted(let continuation):
                shared.inbox = .empty
                return continuation
            case .empty:
                shared.inbox = .ready(call)
                return nil
            case .finished: return nil
            case .ready: preconditionFailure("A second request was handed over before the first was answered.")
            }
        }
        continuation?.resume(returning: call)
    }

    /// Cancels the task that answers; the connection ends soon.
    func abandon() {
        abandonment.succeed()
    }

    /// The channel is closed.
    func ended() {
        ledger.remove(id)
        let continuation = shared.withLock { shared -> CheckedContinuation<Call?, Never>? in
            defer { shared.inbox = .finished }
            if case .wanted(let continuation) = shared.inbox { return continuation }
            return nil
        }
        continuation?.resume(returning: nil)
        abandonment.succeed()
    }

    // MARK: The task that answers

    /// Answers requests until the connection ends. The task of a request is cancelled when its client has gone, when
    /// its time is over, and when the server cuts what is left at a shutdown.
    func serve(_ answering: Answering) async {
        await Self.$current.withValue(self) {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while let call = await self.nextCall() { await answering.answer(call, on: self) }
                }
                // The promise is only ever succeeded, at the latest when the channel closes.
                try? await abandonment.futureResult.get()
                group.cancelAll()
            }
        }
    }

    /// Takes a place in flight for a request. Returns false, at once, when there is none left.
    func enterPlace() -> Bool {
        guard inFlight.enter() else { return false }
        shared.withLock { shared in
            shared.isResponding = true
            shared.isWaiting = false
        }
        return true
    }

    /// The responder has returned: gives the place back, unless it was given back for a wait.
    func leavePlace() {
        let holdsPlace = shared.withLock { shared in
            shared.isResponding = false
            return !shared.isWaiting
        }
        if holdsPlace { inFlight.leave() }
    }

    /// Runs `body` with the HTTP handler on the event loop, at once when already there. Returns false when there is no
    /// handler any more.
    @discardableResult
    func onLoop(_ body: @escaping @Sendable (HTTPConnectionHandler) -> Void) -> Bool {
        guard let handler = shared.withLock({ $0.handler }) else { return false }
        if channel.eventLoop.inEventLoop {
            body(handler.value)
        } else {
            channel.eventLoop.execute { body(handler.value) }
        }
        return true
    }

    private func nextCall() async -> Call? {
        await withCheckedContinuation { continuation in
            let answer = shared.withLock { shared -> Call?? in
                switch shared.inbox {
                case .ready(let call):
                    shared.inbox = .empty
                    return .some(call)
                case .finished: return .some(nil)
                case .empty:
                    shared.inbox = .wanted(continuation)
                    return nil
                case .wanted: preconditionFailure("Two tasks answer the requests of one connection.")
                }
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
