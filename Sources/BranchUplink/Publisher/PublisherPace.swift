import QueueEvents

/// The publisher's spans and sizes. The defaults are the product's; a simulation may take smaller ones.
package struct PublisherPace: Equatable, Sendable {
    /// From the first unsent event to its frame.
    package var flush: Duration = .milliseconds(20)
    /// Between two reads of the acknowledgement while something is unacknowledged, doubling from here …
    package var shortestRead: Duration = .milliseconds(25)
    /// … to here.
    package var longestRead: Duration = .seconds(1)
    /// Between two reads of the acknowledgement when nothing is unacknowledged.
    package var idleRead: Duration = .seconds(5)
    package var heartbeat: Duration = .seconds(15)
    /// The first wait before connecting again, doubling from here …
    package var shortestBackoff: Duration = .milliseconds(200)
    /// … to here.
    package var longestBackoff: Duration = .seconds(8)
    /// A connection that lasted so long is a good one: the next wait is short again.
    package var goodConnection: Duration = .seconds(10)
    /// Without any reply for so long the connection is given up.
    package var silence: Duration = .seconds(10)
    /// Without progress for so long, or five commit round trips, everything unacknowledged is sent again; doubles.
    package var stall: Duration = .seconds(5)
    /// The longest wait before everything unacknowledged is sent again.
    package var longestStall: Duration = .seconds(60)
    /// Between two writes of the acknowledged position that only rises.
    package var persist: Duration = .seconds(1)
    /// Between two epochs, doubling from here …
    package var shortestEpoch: Duration = .milliseconds(250)
    /// … to here, so that two boxes with one identity don't use up the numbers …
    package var longestEpoch: Duration = .seconds(60)
    /// … and back to the beginning after so long without one.
    package var calmEpoch: Duration = .seconds(600)
    /// The longest wait after head office couldn't read a frame.
    package var longestRejection: Duration = .seconds(300)
    package var windowEvents = PublisherLimits.windowEvents
    package var windowBytes = PublisherLimits.windowBytes
    package var frameEvents = UplinkLimits.frameEvents
    package var frameBytes = UplinkLimits.frameBytes
    package var framesInFlight = PublisherLimits.framesInFlight

    /// The product's paces.
    package init() {}
}

extension Duration {
    /// This span doubled so many times, at most `longest`.
    func doubled(_ times: Int, atMost longest: Duration) -> Duration {
        min(self * (1 << min(max(times, 0), PublisherLimits.doublings)), longest)
    }
}
