import BranchStore
import NIOCore
import QueueDomain
import QueueEvents
import WebSocketTransport

/// The frames that aren't events.
enum Frames {
    static func hello(lineage: UInt64, head: Int64) -> EncodedFrame {
        frame { text in
            text.member("type", "hello")
            text.member("incarnation", HexText.text(lineage))
            text.member("seq", head)
        }
    }

    static func beat(head: Int64, at milliseconds: Int64) -> EncodedFrame {
        frame { text in
            text.member("type", "beat")
            text.member("seq", head)
            text.instant("at", milliseconds)
        }
    }

    static func snapshot(_ snapshot: BranchSnapshot, lineage: UInt64, view: ReaderView) -> EncodedFrame {
        frame { text in
            text.member("type", "snapshot")
            text.member("incarnation", HexText.text(lineage))
            text.member("seq", snapshot.seq)
            text.key("queues")
            text.beginArray()
            for queue in snapshot.queues {
                let isOpenNow = snapshot.opening.admits(queue.settings)
                QueuePayload(queue).write(into: &text, view: view, isOpenNow: isOpenNow)
            }
            text.endArray()
            text.key("counters")
            text.beginArray()
            for seat in snapshot.counters {
                CounterPayload(seat.counter).write(
                    into: &text, view: view, ticketID: .some(seat.ticketID?.rawValue))
            }
            text.endArray()
            text.key("tickets")
            text.beginArray()
            for ticket in snapshot.tickets { TicketAnswer(ticket).write(into: &text, view: view) }
            text.endArray()
        }
    }

    static func event(_ body: [UInt8]) -> EncodedFrame { EncodedFrame(text: ByteBuffer(bytes: body)) }

    private static func frame(_ members: (inout JSONText) -> Void) -> EncodedFrame {
        var text = JSONText()
        text.beginObject()
        members(&text)
        text.endObject()
        return EncodedFrame(text: ByteBuffer(bytes: text.bytes))
    }
}

/// One event on its way to clients: whom it concerns, and its frame in each view, made when first asked for.
///
/// A counter's event concerns the queues that it serves, and those that it served until then.
struct LiveEvent {
    let seq: Int64
    /// nil: it concerns every queue.
    private let queues: Set<Int64>?
    private let isForStaffOnly: Bool
    private let body: [UInt8]
    private let boardBody: () -> [UInt8]?
    private var staffFrame: EncodedFrame?
    private var boardFrame: EncodedFrame?

    init(_ event: LoggedEvent) {
        seq = event.seq
        body = event.body
        boardBody = { event.envelope.body(for: .board) }
        switch event.envelope.subject {
        case .ticket, .queue:
            queues = Set([event.queueID, event.previousQueueID].compactMap { $0 })
            isForStaffOnly = false
        case .counter(let counter, _):
            queues = event.formerQueueIDs.union(counter.serves.map(\.queueID))
            isForStaffOnly = false
        case .agent:
            queues = nil
            isForStaffOnly = true
        case .branch:
            queues = nil
            isForStaffOnly = false
        }
    }

    /// From the database, where the event has left the ring.
    init(_ event: StoredEvent) {
        let board = BoardEvent(staffBody: event.body)
        seq = event.seq
        body = event.body
        boardBody = { board?.body }
        isForStaffOnly = board?.isForStaffOnly ?? true
        if event.queueID != nil {
            queues = Set([event.queueID, event.previousQueueID].compactMap { $0 })
        } else {
            queues = board?.servedQueues
        }
    }

    /// The frame for a client, or nil when the event doesn't concern it.
    mutating func frame(for subscription: Subscription) -> EncodedFrame? {
        if let wanted = subscription.queues, let queues, !queues.contains(where: { wanted.contains(QueueID($0)) }) {
            return nil
        }
        switch subscription.view {
        case .staff:
            if staffFrame == nil { staffFrame = Frames.event(body) }
            return staffFrame
        case .board:
            guard !isForStaffOnly else { return nil }
            if boardFrame == nil { boardFrame = boardBody().map(Frames.event) }
            return boardFrame
        }
    }
}
