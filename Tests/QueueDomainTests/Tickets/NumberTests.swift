import QueueDomain
import QueueTestSupport
import Testing

@Suite struct NumberTests {
    @Test(arguments: [
        ("A", 1, "A001"), ("B", 42, "B042"), ("ABC", 999, "ABC999"), ("A", 1_000, "A1000"),
        ("ZZZ", 999_999, "ZZZ999999"),
    ])
    func `a number is a prefix and at least three digits`(prefix: String, count: Int, text: String) {
        #expect(TicketNumber(prefix: prefix, count: count).text == text)
    }

    private func scene(_ range: ClosedRange<Int>, undoWindow: Int = 15) throws -> Scene {
        try Scene(
            queues: [
                Scene.queue("A") {
                    $0.firstNumber = range.lowerBound
                    $0.lastNumber = range.upperBound
                    $0.undoWindow = undoWindow
                }
            ])
    }

    @Test func `numbers rise from the range's first and wrap after its last`() throws {
        let scene = try scene(7...9)
        var numbers: [String] = []
        for _ in 0..<5 {
            let ticket = try scene.issue()
            numbers.append(ticket.number.text)
            try scene.act(ticket.id, .cancel)
            scene.wait(15_000)
        }
        #expect(numbers == ["A007", "A008", "A009", "A007", "A008"])
    }

    @Test func `open numbers are skipped`() throws {
        let scene = try scene(1...3)
        let first = try scene.issue()
        let second = try scene.issue()
        try scene.issue()
        try scene.act(second.id, .cancel)
        scene.wait(15_000)
        #expect(try scene.issue().number == second.number)
        #expect(first.number.text == "A001")
    }

    @Test func `a number that ended within the undo window is skipped, and free at its end`() throws {
        let scene = try scene(1...2)
        try scene.act(try scene.issue().id, .cancel)
        try scene.act(try scene.issue().id, .cancel)
        scene.wait(14_999)
        #expect(scene.refusal(.issue(IssueRequest(queueID: QueueID(1))))?.code == .numbersExhausted)
        scene.wait(1)
        #expect(try scene.issue().number.text == "A001")
    }

    @Test func `when the whole range is open no ticket is issued`() throws {
        let scene = try scene(5...6)
        try scene.issue()
        let second = try scene.issue()
        #expect(scene.refusal(.issue(IssueRequest(queueID: QueueID(1))))?.code == .numbersExhausted)
        try scene.act(second.id, .cancel)
        scene.wait(15_000)
        #expect(try scene.issue().number == second.number)
    }

    @Test func `a new business day begins at the first number again`() throws {
        let scene = try scene(1...9)
        let old = try scene.issue()
        try scene.act(old.id, .cancel)
        try scene.issue()
        try scene.passDay()
        let new = try scene.issue()
        #expect(new.number == old.number)
        #expect(new.day == old.day.next)
        #expect(new.id != old.id)
    }

    @Test func `a new day skips what is still open from yesterday`() throws {
        let scene = try Scene(queues: [Scene.queue("A") { $0.carryOver = true }])
        try scene.issue()
        try scene.issue()
        try scene.passDay()
        #expect(try scene.issue().number.text == "A003")
    }

    @Test func `a new range that leaves out the last drawn begins at its first`() throws {
        let scene = try scene(1...9)
        try scene.issue()
        let settings = Scene.queue("A") {
            $0.firstNumber = 500
            $0.lastNumber = 600
        }
        try scene.run(.edit(.changeQueue(QueueID(1), settings, expecting: nil)))
        #expect(try scene.issue().number.text == "A500")
        #expect(try scene.issue().number.text == "A501")
    }

    @Test func `a new range that holds the last drawn goes on after it`() throws {
        let scene = try scene(1...3)
        try scene.issue()
        try scene.run(.edit(.changeQueue(QueueID(1), Scene.queue("A") { $0.lastNumber = 50 }, expecting: nil)))
        #expect(try scene.issue().number.text == "A002")
    }

    @Test func `a prefix that another queue took over skips the numbers still open`() throws {
        let scene = try Scene(queues: [Scene.queue("A")])
        try scene.issue(1)
        var settings = Scene.queue("A")
        settings.prefix = "X"
        try scene.run(.edit(.changeQueue(QueueID(1), settings, expecting: nil)))
        var second = Scene.queue("A")
        second.name = "Second"
        try scene.run(.edit(.createQueue(second)))
        #expect(try scene.issue(2).number.text == "A002")
        #expect(try scene.issue(1).number.text == "X002")
    }

    @Test func `ids are used once, also after the newest ticket ended`() throws {
        let scene = try scene(1...9)
        let first = try scene.issue()
        try scene.act(first.id, .cancel)
        #expect(try scene.issue().id == TicketID(2))
    }

    @Test func `a closed queue and a full one issue nothing`() throws {
        let scene = try Scene(
            queues: [Scene.queue("A") { $0.isOpen = false }, Scene.queue("B") { $0.cap = 2 }])
        #expect(scene.refusal(.issue(IssueRequest(queueID: QueueID(1))))?.code == .queueClosed)
        #expect(scene.refusal(.issue(IssueRequest(queueID: QueueID(9))))?.code == .queueNotFound)
        let first = try scene.issue(2)
        try scene.issue(2)
        #expect(scene.refusal(.issue(IssueRequest(queueID: QueueID(2))))?.code == .queueFull)
        try scene.act(first.id, .call(CounterID(1)))
        try scene.issue(2)
    }
}
