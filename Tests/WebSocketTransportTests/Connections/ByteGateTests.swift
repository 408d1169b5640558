import NIOCore
import NIOEmbedded
import Testing
import WebSocketTransport

@Suite struct ByteGateTests {
    /// Notes what reaches the handler above the gate, which asks for more only when told.
    private final class Above: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        var sizes: [Int] = []
        var events: [String] = []

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            sizes.append(unwrapInboundIn(data).readableBytes)
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) { events.append("\(event)") }
    }

    private func channel() throws -> (EmbeddedChannel, ByteGate, Above) {
        let gate = ByteGate()
        let above = Above()
        let channel = EmbeddedChannel(handlers: [gate, above])
        try channel.setOption(ChannelOptions.autoRead, value: false).wait()
        return (channel, gate, above)
    }

    private func arrive(_ channel: EmbeddedChannel, _ count: Int) {
        channel.pipeline.fireChannelRead(ByteBuffer(repeating: 0, count: count))
        channel.pipeline.fireChannelReadComplete()
    }

    @Test func oneReadGetsOneSlice() throws {
        let (channel, gate, above) = try channel()
        arrive(channel, 2 * Limits.sliceBytes + 5)
        #expect(above.sizes.isEmpty)
        channel.read()
        #expect(above.sizes == [Limits.sliceBytes])
        #expect(gate.bytesPassed == UInt64(Limits.sliceBytes))
        channel.read()
        channel.read()
        #expect(above.sizes == [Limits.sliceBytes, Limits.sliceBytes, 5])
        #expect(gate.bytesHeld == 0)
    }

    @Test func aReadWithoutBytesIsAnsweredWhenTheyCome() throws {
        let (channel, _, above) = try channel()
        channel.read()
        arrive(channel, 3)
        arrive(channel, 4)
        #expect(above.sizes == [3])
    }

    @Test func theEndIsAnnouncedAtOnceAndComesAfterTheLastByte() throws {
        let (channel, _, above) = try channel()
        arrive(channel, 7)
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(above.events == ["inputEnded"])
        channel.read()
        #expect(above.sizes == [7])
        channel.read()
        channel.read()
        #expect(above.events == ["inputEnded", "inputClosed"])
    }

    @Test func whatIsHeldBackIsBounded() throws {
        let (channel, gate, above) = try channel()
        arrive(channel, Limits.heldBackBytes)
        #expect(above.events.isEmpty)
        arrive(channel, 1)
        #expect(above.events == ["overflowed"])
        #expect(gate.bytesHeld == Limits.heldBackBytes)
    }

    @Test func discardedInputReachesNobody() throws {
        let (channel, gate, above) = try channel()
        arrive(channel, 100)
        gate.discardInput(channel: channel)
        arrive(channel, 100)
        #expect(above.sizes.isEmpty)
        #expect(gate.bytesHeld == 0)
    }
}
