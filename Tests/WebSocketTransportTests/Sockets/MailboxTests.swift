import NIOCore
import Testing
import WebSocketTransport

@Suite struct MailboxTests {
    private func frame(_ size: Int) -> EncodedFrame { EncodedFrame(text: ByteBuffer(repeating: 0x61, count: size)) }

    private func drain(_ mailbox: inout Mailbox, isWritable: Bool = true) -> (frames: Int, close: UInt16?) {
        var frames = 0
        while true {
            switch mailbox.next(isWritable: isWritable) {
            case .nothing: return (frames, nil)
            case .frame: frames += 1
            case .close(let code, _): return (frames, code)
            }
        }
    }

    @Test func manyOffersWakeTheEventLoopOnce() {
        var mailbox = Mailbox()
        #expect(mailbox.offer(frame(1)) == .taken(wakes: true))
        #expect(mailbox.offer(frame(1)) == .taken(wakes: false))
        mailbox.awake()
        #expect(mailbox.offer(frame(1)) == .taken(wakes: true))
        #expect(drain(&mailbox).frames == 3)
    }

    @Test func itIsFullAtItsBoundInFrames() {
        var mailbox = Mailbox()
        for _ in 0..<Limits.mailboxFrames { _ = mailbox.offer(frame(1)) }
        #expect(mailbox.count == Limits.mailboxFrames)
        #expect(mailbox.offer(frame(1)) == .overflowed(wakes: false))
        #expect(mailbox.isClosed)
        #expect(mailbox.offer(frame(1)) == .closed)
        #expect(drain(&mailbox, isWritable: false) == (0, 1013))
    }

    @Test func itIsFullAtItsBoundInBytes() {
        var mailbox = Mailbox(frameLimit: 10, byteLimit: 204)
        #expect(mailbox.offer(frame(100)) == .taken(wakes: true))
        #expect(mailbox.offer(frame(100)) == .taken(wakes: false))
        #expect(mailbox.offer(frame(1)) == .overflowed(wakes: false))
    }

    @Test func anEmptyOneTakesASnapshotOfAnySizeUpToTheFrameBound() {
        var mailbox = Mailbox(frameLimit: 10, byteLimit: 100)
        #expect(mailbox.offer(frame(5000)) == .taken(wakes: true))
        #expect(mailbox.offer(frame(1)) == .overflowed(wakes: false))
        var other = Mailbox()
        #expect(other.offer(frame(Limits.sentFrameBytes)) == .overflowed(wakes: true))
    }

    @Test func whatWaitsIsSentBeforeTheCloseFrame() {
        var mailbox = Mailbox()
        _ = mailbox.offer(frame(1))
        let wakes = mailbox.close(code: 1001, reason: "")
        #expect(!wakes)
        _ = mailbox.close(code: 4401, reason: "")
        #expect(mailbox.isClosing)
        #expect(drain(&mailbox, isWritable: false) == (0, nil))
        #expect(drain(&mailbox) == (1, 1001))
        #expect(!mailbox.isClosing)
        #expect(drain(&mailbox) == (0, nil))
    }

    @Test func roomComesBackAsFramesAreTaken() {
        var mailbox = Mailbox(frameLimit: 2, byteLimit: 1000)
        for _ in 0..<10 {
            #expect(mailbox.offer(frame(400)) != .closed)
            #expect(drain(&mailbox).frames == 1)
        }
        #expect(!mailbox.isClosed)
    }

    @Test func framesCarryTheShortestLength() {
        #expect(
            Array(EncodedFrame(text: ByteBuffer(string: "Hello")).bytes.readableBytesView) == [
                0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F,
            ])
        #expect(Array(frame(125).bytes.readableBytesView.prefix(2)) == [0x81, 125])
        #expect(Array(frame(126).bytes.readableBytesView.prefix(4)) == [0x81, 126, 0, 126])
        #expect(Array(frame(65535).bytes.readableBytesView.prefix(4)) == [0x81, 126, 0xFF, 0xFF])
        #expect(Array(frame(65536).bytes.readableBytesView.prefix(10)) == [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0])
    }

    @Test func closeReasonsAreCutBetweenCharacters() {
        let frame = EncodedFrame.close(code: 1001, reason: String(repeating: "ä", count: 100))
        #expect(frame.bytes.readableBytes == 2 + 2 + 122)
        #expect(Array(EncodedFrame.close(code: nil).bytes.readableBytesView) == [0x88, 0])
    }
}
