/// What an admin sets of the branch as a whole.
package struct BranchProfile: Equatable, Sendable {
    /// Shown name, 1…60 characters.
    package var name: String
    /// An IANA name; the caller turns it into offsets.
    package var timeZone: String
    /// The language that pages begin in, a BCP 47 tag.
    package var language: String
    /// Whether customers' names are taken and stored.
    package var takesNames: Bool
    /// Hours after which personal data are purged, 1…720; nil = as the program's settings say.
    package var purgeHours: Int?
    /// When the branch is open in a usual week; nil = always.
    package var hours: OpeningHours?
    /// Dates on which it isn't as usual; they hold for every queue.
    package var exceptions: [DateException]

    package init(
        name: String, timeZone: String, language: String = "en", takesNames: Bool = true, purgeHours: Int? = nil,
        hours: OpeningHours? = nil, exceptions: [DateException] = []
    ) {
        self.name = name
        self.timeZone = timeZone
        self.language = language
        self.takesNames = takesNames
        self.purgeHours = purgeHours
        self.hours = hours
        self.exceptions = exceptions
    }

    /// The bounds of `purgeHours`.
    package static let purgeHoursBounds = 1...720

    /// The first field that is out of its bounds, or nil. Whether a time zone exists, only the machine knows.
    package var fault: SettingFault? {
        if let fault = BranchName.fault(name) { return fault }
        if !LanguageTag.isValid(language) { return SettingFault("language", LanguageTag.rule) }
        if let purgeHours, !Self.purgeHoursBounds.contains(purgeHours) {
            return SettingFault("purge_hours", "1 to 720 hours, or null")
        }
        return hours?.fault ?? DateException.fault(of: exceptions)
    }

    /// Whether a queue takes new tickets at a wall-clock moment: its switch is on, and the hours say so. Exceptions of
    /// the date go before the hours of the week, and the queue's own hours before the branch's.
    package func admits(_ queue: QueueSettings, at instant: Timestamp, in zone: ZoneOffsets) -> Bool {
        guard queue.isOpen else { return false }
        let week = queue.hours ?? hours
        if week == nil, exceptions.isEmpty { return true }
        let local = zone.local(at: instant)
        let today = exceptions.filter { $0.date == local.date }
        guard today.isEmpty else { return today.contains { $0.part?.contains(local.minute) == true } }
        return week?.contains(local) ?? true
    }
}

/// The branch's hours at one moment.
package struct Opening: Sendable {
    private let profile: BranchProfile
    private let instant: Timestamp
    private let zone: ZoneOffsets

    package init(profile: BranchProfile, instant: Timestamp, zone: ZoneOffsets) {
        self.profile = profile
        self.instant = instant
        self.zone = zone
    }

    /// Whether a queue takes new tickets at that moment.
    package func admits(_ queue: QueueSettings) -> Bool { profile.admits(queue, at: instant, in: zone) }
}

/// Language tags as BCP 47 writes them.
package enum LanguageTag {
    /// ASCII characters of a tag.
    package static let lengths = 1...35
    /// What a tag must be.
    package static let rule = "a language tag such as en or pt-BR"

    /// Whether the text has the form of a tag: 2 to 8 letters, then parts of 1 to 8 letters or digits behind hyphens.
    package static func isValid(_ text: String) -> Bool {
        guard lengths.contains(text.utf8.count) else { return false }
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard let first = parts.first, (2...8).contains(first.count), first.allSatisfy(isLetter) else { return false }
        return parts.dropFirst().allSatisfy { part in
            (1...8).contains(part.count) && part.allSatisfy { isLetter($0) || isDigit($0) }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
