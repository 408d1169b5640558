package import QueueDomain

/// Names and free texts of a ticket; personal data, purged on their own clock.
package struct TicketTexts: Equatable, Sendable {
    package var customerName: String?
    package var note: String?
    package var reason: String?

    package init(customerName: String? = nil, note: String? = nil, reason: String? = nil) {
        self.customerName = customerName
        self.note = note
        self.reason = reason
    }
}

/// What a command changes of a ticket's texts.
package struct TextChange: Equatable, Sendable {
    /// `.set(nil)` erases the name.
    package var customerName: Patch<String?>
    package var note: String?
    package var reason: String?

    package init(customerName: Patch<String?> = .keep, note: String? = nil, reason: String? = nil) {
        self.customerName = customerName
        self.note = note
        self.reason = reason
    }

    /// The same without a name to store, for a branch that takes none; a name can still be erased.
    var nameless: TextChange {
        var texts = self
        if texts.customerName.applied(to: nil) != nil { texts.customerName = .keep }
        return texts
    }

    var isEmpty: Bool { customerName == .keep && note == nil && reason == nil }

    /// The first text that the schema would refuse, and with it the whole batch; or nil. Lengths are Unicode scalars.
    package var fault: SettingFault? {
        if Self.isFaulty(customerName.applied(to: nil), longest: StoreLimits.customerName) {
            return SettingFault("customer_name", "at most 200 characters, without U+0000")
        }
        for (field, text) in [("note", note), ("reason", reason)]
        where Self.isFaulty(text, longest: StoreLimits.freeText) {
            return SettingFault(field, "at most 500 characters, without U+0000")
        }
        return nil
    }

    private static func isFaulty(_ text: String?, longest: Int) -> Bool {
        guard let text else { return false }
        return text.unicodeScalars.count > longest || text.utf8.contains(0)
    }
}

/// What an Idempotency-Key stands for.
package struct IdempotencyRequest: Sendable {
    /// SHA-256 over token, method, path and key.
    package var scope: [UInt8]
    /// SHA-256 over the body.
    package var requestHash: [UInt8]
    /// The answer's status code: for a refusal, or nil for success with (true) or without a body.
    package var status: @Sendable (_ refusal: RejectionCode?, _ hasBody: Bool) -> Int

    /// - Precondition: scope and request hash have 32 bytes each.
    package init(
        scope: [UInt8], requestHash: [UInt8],
        status: @escaping @Sendable (_ refusal: RejectionCode?, _ hasBody: Bool) -> Int
    ) {
        precondition(scope.count == 32 && requestHash.count == 32, "Scope and request are SHA-256 digests.")
        self.scope = scope
        self.requestHash = requestHash
        self.status = status
    }
}

/// A command with what travels beside it.
package struct WriteRequest: Sendable {
    package var command: Command
    package var texts: TextChange
    package var idempotency: IdempotencyRequest?
    /// Whether the answer joins names (staff) or not.
    package var wantsTexts: Bool
    /// Asked by the box itself: never refused for load.
    package var isInternal: Bool
    /// Whether an answer without a ticket is kept under the key; a caller that goes on waiting says no.
    package var keepsEmptyAnswer = true
    /// Who is noted in the audit log with what the command changes; nil = it isn't audited.
    package var audit: AuditActor?
    /// Asks only for the first answer to the key: when there is none, nothing is decided and the reply is empty.
    package var onlyReplays = false

    package init(
        _ command: Command, texts: TextChange = TextChange(), idempotency: IdempotencyRequest? = nil,
        wantsTexts: Bool = false, isInternal: Bool = false
    ) {
        self.command = command
        self.texts = texts
        self.idempotency = idempotency
        self.wantsTexts = wantsTexts
        self.isInternal = isInternal
    }
}

/// What a committed command made.
package struct WriteResult: Sendable {
    package var facts: [Fact]
    /// The ticket that answers, in its new version; nil where nobody was called.
    package var ticket: Ticket?
    package var texts: TicketTexts?
    /// The ticket's uid, for its link; of a new ticket only.
    package var uid: String?
    /// How many are called before a new ticket, at most `StoreLimits.peopleAhead`; nil for other commands.
    package var peopleAhead: Int?
    /// The last event's number; nil where nothing changed.
    package var seq: Int64?
    /// The ticket at the counter that was changed last; nil where it is free or no counter was changed.
    package var counterTicketID: TicketID?
}

/// The first answer to an Idempotency-Key, to be given again.
package struct StoredAnswer: Sendable {
    package var status: Int
    package var code: String?
    /// The event that the first answer was made of; nil for a refusal or an answer without a body.
    package var eventBody: [UInt8]?
    /// The ticket as it is now, with its texts.
    package var ticket: Ticket?
    package var texts: TicketTexts?
    package var uid: String?
    package var peopleAhead: Int?
}

/// What became of a request.
package enum WriteReply: Sendable {
    case done(WriteResult)
    /// Refused; `texts` belong to the rejection's ticket.
    case rejected(Rejection, texts: TicketTexts?)
    case replayed(StoredAnswer)
}

extension WriteReply {
    /// Nothing happened and nobody was called.
    package static let empty = WriteReply.done(WriteResult(facts: []))
}
