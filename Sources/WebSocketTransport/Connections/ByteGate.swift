package import NIOCore

/// What the gate tells the handlers above it beside bytes.
package enum ByteGateEvent: Sendable {
    /// The client has closed its side. Bytes sent before may still be held back here.
    case inputEnded
    /// A client that has closed its side left more than may be held back; the rest was thrown away.
    case overflowed
}

/// The lowest handler of a connection: hands bytes upward only when asked, and only a slice at a time.
///
/// One `read` of a handler above gets one slice. So a client that pipelines a thousand requests has at most one slice
/// of them decoded ahead of the one that runs; the others wait here or, better, in the kernel, where TCP slows the
/// client down. The sum of all bytes handed upward lets the handler above count raw bytes, which the decoder hides.
///
/// The channel is in manual reading mode. The exception is the end of input: NIO then reads all that the kernel holds,
/// asked or not, hence the bound on what is held back.
///
/// Confined to the event loop of its channel.
package final class ByteGate: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer

    /// Bytes handed upward since the connection began.
    package private(set) var bytesPassed: UInt64 = 0
    /// Bytes held back now.
    package var bytesHeld: Int { held.readableBytes }

    private var held = ByteBuffer()
    private var sliceBytes = Limits.sliceBytes
    private var demand = false
    private var feeding = false
    private var discarding = false
    private var ended = false
    private var announcedEnd = false

    /// A gate for one channel in manual reading mode.
    package init() {}

    /// Hands whole reads upward from now on: frames need no slicing.
    package func stopSlicing() {
        sliceBytes = .max
    }

    /// Throws away what is held and whatever comes, reading on so that the end of input is noticed.
    package func discardInput(channel: any Channel) {
        discarding = true
        held.clear()
        channel.read()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !discarding else { return }
        var bytes = unwrapInboundIn(data)
        if held.readableBytes == 0 {
            held = bytes
        } else if held.readableBytes + bytes.readableBytes <= Limits.heldBackBytes {
            held.writeBuffer(&bytes)
        } else {
            context.fireUserInboundEventTriggered(ByteGateEvent.overflowed)
        }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        if discarding {
            if !ended { context.read() }
        } else {
            feed(context: context)
        }
    }

    package func read(context: ChannelHandlerContext) {
        demand = true
        feed(context: context)
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(.inputClosed) = event as? ChannelEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        ended = true
        context.fireUserInboundEventTriggered(ByteGateEvent.inputEnded)
        feed(context: context)
    }

    private func feed(context: ChannelHandlerContext) {
        // A handler above asks for more while it is being fed; the loop below sees that in `demand`.
        guard !feeding else { return }
        feeding = true
        while demand, let slice = held.readSlice(length: min(sliceBytes, held.readableBytes)), slice.readableBytes > 0 {
            demand = false
            bytesPassed += UInt64(slice.readableBytes)
            context.fireChannelRead(wrapInboundOut(slice))
            context.fireChannelReadComplete()
        }
        feeding = false
        guard demand || discarding else { return }
        if !ended {
            context.read()
        } else if !announcedEnd, held.readableBytes == 0 {
            // The decoder takes this as the last word, so it comes after the last byte.
            announcedEnd = true
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }
}
