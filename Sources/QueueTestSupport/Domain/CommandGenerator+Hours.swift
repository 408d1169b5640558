import QueueDomain

extension CommandGenerator {
    /// The branch's profile with one or two parts of it drawn anew.
    mutating func changeBranch(_ row: Branch) -> BranchEdit {
        var profile = row.profile
        for _ in 0...random.below(2) {
            switch random.below(7) {
            case 0: profile.name = "Branch \(random.below(9))"
            case 1: profile.timeZone = random.pick(["Europe/Berlin", "America/Sao_Paulo", "UTC"]) ?? "UTC"
            case 2: profile.language = random.pick(["en", "de", "pt-BR", "ar", "", "-"]) ?? "en"
            case 3: profile.takesNames.toggle()
            case 4: profile.purgeHours = random.pick([nil, 1, 24, 720, 0, 721]) ?? nil
            case 5: profile.hours = random.chance(400) ? nil : openingHours()
            default: profile.exceptions = (0..<random.below(4)).map { _ in exception(near: row.day) }
            }
        }
        return .changeBranch(profile, expecting: expectation(row.version))
    }

    /// Wide enough that most of a run finds the branch open; now and then such as are refused.
    mutating func openingHours() -> OpeningHours {
        let workdays = Set(1...random.within(5...7))
        var spans = [
            OpeningHours.Span(days: workdays, part: DayPart(from: random.below(360), to: 1_440 - random.below(360)))
        ]
        if random.chance(500) {
            spans = [
                OpeningHours.Span(days: [1, 2, 3, 4, 5, 6, 7], part: DayPart(from: 0, to: 720)),
                OpeningHours.Span(days: workdays, part: DayPart(from: random.pick([720, 721, 719]) ?? 720, to: 1_440)),
            ]
        }
        if random.chance(50) { spans[0].days = random.pick([[], [0], [8]]) ?? [] }
        return OpeningHours(spans: spans)
    }

    private mutating func exception(near day: BusinessDay) -> DateException {
        let date = BusinessDay(number: day.number + Int32(random.within(-1...6)))
        let part = random.chance(300) ? nil : DayPart(from: random.below(400), to: 1_400 - random.below(500))
        return DateException(date: date, part: part, note: random.pick([nil, "Holiday", ""]) ?? nil)
    }
}
