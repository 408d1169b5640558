import NIOCore

/// What waits to be written to one WebSocket, as a value: bounded in frames and bytes, closed once.
package struct Mailbox: Sendable {
    /// What became of an offer.
    package enum Receipt: Equatable, Sendable {
        /// It waits; `wakes`: the event loop has to be told.
        case taken(wakes: Bool)
        /// The mailbox is closed.
        case closed
        /// There is no room: what waited is dropped, and the close frame takes its place.
        case overflowed(wakes: Bool)
    }

    /// What to write next.
    package enum Next: Sendable {
        case nothing
        case frame(EncodedFrame)
        /// The last frame.
        case close(code: UInt16, reason: String)
    }

    private enum State: Sendable {
        case open
        case closing(code: UInt16, reason: String)
        case finished
    }

    private let frameLimit: Int
    private let byteLimit: Int
    private var state = State.open
    private var frames = CircularBuffer<EncodedFrame>()
    private var bytes = 0
    private var isWakePending = false

    package init(frameLimit: Int = Limits.mailboxFrames, byteLimit: Int = Limits.mailboxBytes) {
        self.frameLimit = frameLimit
        self.byteLimit = byteLimit
    }

    /// Whether nothing can be offered any more.
    package var isClosed: Bool {
        if case .open = state { false } else { true }
    }

    /// Whether the close frame waits, behind frames or alone.
    package var isClosing: Bool {
        if case .closing = state { true } else { false }
    }

    /// Frames waiting.
    package var count: Int { frames.count }

    /// Puts a frame behind the others, or closes with 1013 when there is no room for it.
    package mutating func offer(_ frame: EncodedFrame) -> Receipt {
        guard case .open = state else { return .closed }
        let size = frame.bytes.readableBytes
        let fits =
            frames.isEmpty ? size <= Limits.sentFrameBytes : frames.count < frameLimit && bytes + size <= byteLimit
        guard fits else {
            dropFrames()
            state = .closing(code: 1013, reason: "too slow")
            return .overflowed(wakes: wake())
        }
        frames.append(frame)
        bytes += size
        return .taken(wakes: wake())
    }

    /// Lets the close frame follow what waits. Returns whether the event loop has to be told.
    package mutating func close(code: UInt16, reason: String) -> Bool {
        guard case .open = state else { return false }
        state = .closing(code: code, reason: reason)
        return wake()
    }

    /// The event loop is at it; the next offer has to tell it again.
    package mutating func awake() {
        isWakePending = false
    }

    /// Takes the next frame; the close frame is the last. Frames are held back while the channel is not writable; the
    /// close frame, when nothing is before it, is not.
    package mutating func next(isWritable: Bool) -> Next {
        if isWritable, let frame = frames.popFirst() {
            bytes -= frame.bytes.readableBytes
            return .frame(frame)
        }
        guard frames.isEmpty, case .closing(let code, let reason) = state else { return .nothing }
        state = .finished
        return .close(code: code, reason: reason)
    }

    /// Nothing will be written any more.
    package mutating func finish() {
        dropFrames()
        state = .finished
    }

    private mutating func dropFrames() {
        frames.removeAll()
        bytes = 0
    }

    private mutating func wake() -> Bool {
        defer { isWakePending = true }
        return !isWakePending
    }
}
