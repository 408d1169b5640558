import BranchStore
import QueueDomain

/// A branch's whole configuration as a plan's file. Applied to the same branch it changes nothing; applied to an empty
/// one it makes the same rows in the same order.
///
/// Whether a counter is open is no configuration: who takes the file back in the evening doesn't open the counters.
struct PlanText {
    private(set) var text = """
        # The configuration of a branch. `turn-branch apply FILE` takes it back, and so do the admin's pages.

        """

    init(_ branch: Branch, _ rows: StoredConfiguration) {
        write(branch.profile)
        section("queues", rows.queues) { $0.write($1.settings) }
        let prefixes = Dictionary(
            rows.queues.map { ($0.id, $0.settings.prefix) }, uniquingKeysWith: { first, _ in first })
        section("counters", rows.counters) { $0.write($1.settings, prefixes) }
        section("agents", rows.agents) { text, agent in
            text.line(2, "- name", Self.quoted(agent.name))
            text.line(4, "active", "\(agent.agent.isActive)")
        }
    }

    private mutating func write(_ branch: BranchProfile) {
        text += "branch:\n"
        line(2, "name", Self.quoted(branch.name))
        line(2, "time_zone", Self.quoted(branch.timeZone))
        line(2, "language", Self.quoted(branch.language))
        line(2, "names", "\(branch.takesNames)")
        line(2, "purge_hours", Self.number(branch.purgeHours))
        write(branch.hours, indent: 2)
        list(2, "exceptions", branch.exceptions) { text, exception in
            text.line(4, "- date", Self.quoted(exception.date.text))
            if let part = exception.part { text.write(part, indent: 6) }
            if let note = exception.note { text.line(6, "note", Self.quoted(note)) }
        }
    }

    private mutating func write(_ queue: QueueSettings) {
        line(2, "- name", Self.quoted(queue.name))
        line(4, "prefix", Self.quoted(queue.prefix))
        if queue.names.isEmpty {
            line(4, "names", "null")
        } else {
            text += "    names:\n"
            for (tag, name) in queue.names.sorted(by: { $0.key < $1.key }) {
                line(6, Self.quoted(tag), Self.quoted(name))
            }
        }
        line(4, "first_number", "\(queue.firstNumber)")
        line(4, "last_number", "\(queue.lastNumber)")
        line(4, "credit", "\(queue.credit)")
        line(4, "strict", "\(queue.strict)")
        line(4, "open", "\(queue.isOpen)")
        line(4, "cap", Self.number(queue.cap))
        line(4, "undo_window", "\(queue.undoWindow)")
        line(4, "carry_over", "\(queue.carryOver)")
        line(4, "auto_start", "\(queue.autoStart)")
        line(4, "target_wait", Self.number(queue.targetWait))
        write(queue.hours, indent: 4)
    }

    private mutating func write(_ counter: CounterSettings, _ prefixes: [QueueID: String]) {
        line(2, "- name", Self.quoted(counter.name))
        line(4, "automatic", "\(counter.automatic)")
        list(4, "queues", counter.serves) { text, served in
            guard let prefix = prefixes[served.queueID] else {
                preconditionFailure("A counter serves only queues that exist; the schema's foreign key sees to it.")
            }
            text.line(6, "- prefix", Self.quoted(prefix))
            text.line(8, "tier", "\(served.tier)")
            text.line(8, "help_after", "\(served.helpAfter)")
        }
    }

    private mutating func write(_ hours: OpeningHours?, indent: Int) {
        guard let hours else { return line(indent, "hours", "null") }
        list(indent, "hours", hours.spans) { text, span in
            let days = span.days.sorted().map(String.init).joined(separator: ", ")
            text.line(indent + 2, "- days", "[\(days)]")
            text.write(span.part, indent: indent + 4)
        }
    }

    private mutating func write(_ part: DayPart, indent: Int) {
        line(indent, "from", Self.quoted(DayPart.text(part.from)))
        line(indent, "to", Self.quoted(DayPart.text(part.to)))
    }

    private mutating func section<Row>(_ key: String, _ rows: [Row], _ write: (inout PlanText, Row) -> Void) {
        text += "\n"
        list(0, key, rows, write)
    }

    private mutating func list<Row>(
        _ indent: Int, _ key: String, _ rows: [Row], _ write: (inout PlanText, Row) -> Void
    ) {
        guard !rows.isEmpty else { return line(indent, key, "[]") }
        text += String(repeating: " ", count: indent) + "\(key):\n"
        for row in rows { write(&self, row) }
    }

    private mutating func line(_ indent: Int, _ key: String, _ value: String) {
        text += String(repeating: " ", count: indent) + "\(key): \(value)\n"
    }

    private static func number(_ value: Int?) -> String { value.map(String.init) ?? "null" }

    /// A double-quoted scalar (YAML 1.1, 5.7). Every text is quoted, since `no`, `007` and `12:30` mean something else
    /// without; what YAML takes for a line break or doesn't take at all is escaped.
    static func quoted(_ value: String) -> String {
        var quoted = "\""
        for scalar in value.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C: quoted += "\\\(scalar)"
            case 0..<0x20, 0x7F...0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
