import Testing

import BranchDispatch

@Suite("Agenda")
struct AgendaTests {
    @Test("Gives what is due, soonest first, and nothing before its time")
    func order() {
        var agenda = Agenda<String>()
        agenda.set("late", at: 30)
        agenda.set("soon", at: 10)
        agenda.set("also soon", at: 10)
        #expect(agenda.soonest() == 10)
        #expect(agenda.popDue(at: 9) == nil)
        #expect(agenda.popDue(at: 10) == "soon")
        #expect(agenda.popDue(at: 10) == "also soon")
        #expect(agenda.popDue(at: 29) == nil)
        #expect(agenda.popDue(at: 30) == "late")
        #expect(agenda.soonest() == nil)
    }

    @Test("A key is due once: where it was put last")
    func replaced() {
        var agenda = Agenda<String>()
        agenda.set("ticket", at: 10)
        agenda.set("ticket", at: 20)
        #expect(agenda.popDue(at: 15) == nil)
        #expect(agenda.popDue(at: 20) == "ticket")
        #expect(agenda.popDue(at: 99) == nil)
        agenda.set("ticket", at: 5)
        agenda.set("ticket", at: nil)
        #expect(agenda.popDue(at: 99) == nil)
    }

    @Test("`noLaterThan` only brings a key forward")
    func broughtForward() {
        var agenda = Agenda<String>()
        agenda.set("purge", noLaterThan: 20)
        agenda.set("purge", noLaterThan: 30)
        #expect(agenda.tick(of: "purge") == 20)
        agenda.set("purge", noLaterThan: 10)
        #expect(agenda.tick(of: "purge") == 10)
    }

    @Test("Random changes agree with a plain dictionary")
    func random() {
        var random = SeededGenerator(seed: 4)
        var agenda = Agenda<Int>()
        var model: [Int: Int64] = [:]
        for _ in 0..<20_000 {
            let key = Int.random(in: 0..<50, using: &random)
            let tick = Int64.random(in: 0..<1_000, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: agenda.set(key, at: nil); model[key] = nil
            case 1:
                let due = agenda.popDue(at: tick)
                let soonest = model.values.min()
                #expect((due == nil) == (soonest ?? .max > tick))
                if let due {
                    #expect(model[due] == soonest)
                    model[due] = nil
                }
            default: agenda.set(key, at: tick); model[key] = tick
            }
            #expect(agenda.soonest() == model.values.min())
            #expect(agenda.count == model.count)
        }
    }
}
