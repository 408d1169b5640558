import QueueEvents

/// One ticket with every field set, and one as new as can be.
enum Samples {
    static let uid = EventUID(text: "01JD4Z0000ABCDEFGHJKMNPQRS")

    /// 2026-11-24T08:15:50.123Z.
    static let at: Int64 = 1_795_508_150_123

    static var full: TicketPayload {
        TicketPayload(
            id: 7, queueID: 2, number: "B042", status: "done", state: "completed", priority: 5, estimatedTime: 300,
            progress: 80, language: "pt-BR", version: 9, counterID: 3, targetCounterID: 4, agentID: 5, holder: 6,
            callCount: 2, day: "2026-11-24", waitingTime: 61_999, walkingTime: 4_000, handlingTime: 0,
            arrivedAt: at, queuedAt: at + 1_000, firstCalledAt: at + 2_000, calledAt: at + 3_000,
            startedAt: at + 4_000, parkedAt: at + 5_000, parkUntil: at + 6_000, endedAt: at + 7_000,
            endedByRole: "agent", endedByID: 5, outcome: "completed", updatedAt: at + 8_000)
    }

    static var new: TicketPayload {
        TicketPayload(
            id: 1, queueID: 1, number: "A001", status: "waiting", state: "waiting", priority: 1, estimatedTime: nil,
            progress: nil, language: nil, version: 1, counterID: nil, targetCounterID: nil, agentID: nil, holder: nil,
            callCount: 0, day: "2026-11-24", waitingTime: nil, walkingTime: nil, handlingTime: nil, arrivedAt: at,
            queuedAt: at, firstCalledAt: nil, calledAt: nil, startedAt: nil, parkedAt: nil, parkUntil: nil,
            endedAt: nil, endedByRole: nil, endedByID: nil, outcome: nil, updatedAt: at)
    }

    static func event(
        _ type: EventType, _ subject: EventEnvelope.Subject, actor: (role: String, id: Int64?) = ("agent", 5)
    ) -> EventEnvelope {
        EventEnvelope(
            seq: 12, uid: uid, type: type, at: at, actorRole: actor.role, actorID: actor.id, subject: subject)
    }

    static func text(_ event: EventEnvelope, _ view: ReaderView) -> String {
        String(decoding: event.body(for: view), as: UTF8.self)
    }
}
