import QueueDomain
import QueueEvents

/// What the audit log says of a change that the rules made.
enum FactAudit {
    static func note(of fact: Fact, by actor: AuditActor) -> AuditNote {
        switch fact {
        case .queue(let change):
            return note(
                "queue", id: (change.after ?? change.before)?.id.rawValue,
                before: change.before.map { queue in json { QueuePayload(queue).write(into: &$0, view: .staff) } },
                after: change.after.map { queue in json { QueuePayload(queue).write(into: &$0, view: .staff) } }, actor)
        case .counter(let change):
            return note(
                "counter", id: (change.after ?? change.before)?.id.rawValue,
                before: change.before.map { row in json { CounterPayload(row).write(into: &$0, view: .staff) } },
                after: change.after.map { row in json { CounterPayload(row).write(into: &$0, view: .staff) } }, actor)
        case .agent(let change):
            return note(
                "agent", id: (change.after ?? change.before)?.id.rawValue,
                before: change.before.map { row in json { AgentPayload(row).write(into: &$0) } },
                after: change.after.map { row in json { AgentPayload(row).write(into: &$0) } }, actor)
        case .branch(let change):
            return note(
                "branch", id: nil, before: json { BranchPayload(change.before).write(into: &$0) },
                after: json { BranchPayload(change.after).write(into: &$0) }, actor)
        case .ticket(let change):
            return AuditNote(
                actor, "ticket.\(change.kind.rawValue)", target: "ticket \(change.after.id)",
                before: change.before.map { ticket in state(ticket) }, after: state(change.after))
        }
    }

    private static func note(
        _ noun: String, id: Int64?, before: String?, after: String?, _ actor: AuditActor
    ) -> AuditNote {
        let verb = before == nil ? "created" : after == nil ? "deleted" : "changed"
        return AuditNote(
            actor, "\(noun).\(verb)", target: id.map { "\(noun) \($0)" } ?? noun, before: before, after: after)
    }

    private static func state(_ ticket: Ticket) -> String {
        json { text in
            text.beginObject()
            text.member("state", ticket.state.rawValue)
            text.member("version", ticket.version)
            text.endObject()
        }
    }

    private static func json(_ write: (inout JSONText) -> Void) -> String {
        var text = JSONText()
        write(&text)
        return String(decoding: text.bytes, as: UTF8.self)
    }
}
