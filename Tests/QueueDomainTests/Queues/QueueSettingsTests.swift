import QueueDomain
import QueueTestSupport
import Testing

/// One setting changed, and the field that is at fault; nil where the value is allowed.
struct SettingRow<Settings: Sendable>: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fault: String?
    let change: @Sendable (inout Settings) -> Void

    init(_ text: String, fault: String?, _ change: @escaping @Sendable (inout Settings) -> Void) {
        testDescription = text
        self.fault = fault
        self.change = change
    }
}

@Suite struct QueueSettingsTests {
    static let rows: [SettingRow<QueueSettings>] = [
        .init("no name", fault: "name") { $0.name = "" },
        .init("60 characters", fault: nil) { $0.name = String(repeating: "ü", count: 60) },
        .init("61 characters", fault: "name") { $0.name = String(repeating: "n", count: 61) },
        .init("U+0000 in the name", fault: "name") { $0.name = "a\u{0}b" },
        .init("no prefix", fault: "prefix") { $0.prefix = "" },
        .init("three letters", fault: nil) { $0.prefix = "XYZ" },
        .init("four letters", fault: "prefix") { $0.prefix = "WXYZ" },
        .init("a small letter", fault: "prefix") { $0.prefix = "a" },
        .init("a digit", fault: "prefix") { $0.prefix = "A1" },
        .init("a letter with two dots", fault: "prefix") { $0.prefix = "Ä" },
        .init("first number 0", fault: "first_number") { $0.firstNumber = 0 },
        .init("the widest range", fault: nil) { $0.lastNumber = 999_999 },
        .init("a range of one", fault: nil) { $0.firstNumber = 999 },
        .init("first number too large", fault: "first_number") {
            $0.firstNumber = 1_000_000
            $0.lastNumber = 1_000_000
        },
        .init("last number too large", fault: "last_number") { $0.lastNumber = 1_000_000 },
        .init("last before first", fault: "last_number") {
            $0.firstNumber = 10
            $0.lastNumber = 9
        },
        .init("no credit", fault: nil) { $0.credit = 0 },
        .init("negative credit", fault: "credit") { $0.credit = -1 },
        .init("a day's credit", fault: nil) { $0.credit = 86_400 },
        .init("more than a day's credit", fault: "credit") { $0.credit = 86_401 },
        .init("a cap of 0", fault: "cap") { $0.cap = 0 },
        .init("the smallest cap", fault: nil) { $0.cap = 1 },
        .init("the largest cap", fault: nil) { $0.cap = 1_000_000 },
        .init("a cap beyond", fault: "cap") { $0.cap = 1_000_001 },
        .init("no undo", fault: nil) { $0.undoWindow = 0 },
        .init("the longest undo", fault: nil) { $0.undoWindow = 300 },
        .init("a longer undo", fault: "undo_window") { $0.undoWindow = 301 },
        .init("a negative undo", fault: "undo_window") { $0.undoWindow = -1 },
        .init("no target", fault: "target_wait") { $0.targetWait = 0 },
        .init("a day's target", fault: nil) { $0.targetWait = 86_400 },
        .init("a longer target", fault: "target_wait") { $0.targetWait = 86_401 },
    ]

    @Test(arguments: rows)
    func `each setting has its bounds`(row: SettingRow<QueueSettings>) throws {
        var settings = Scene.queue("B")
        row.change(&settings)
        let scene = try Scene()
        let rejection = scene.refusal(.edit(.createQueue(settings)))
        #expect(rejection?.fault?.field == row.fault)
        #expect(rejection?.code == (row.fault == nil ? nil : .invalidSetting))
    }

    @Test(arguments: rows)
    func `a change has the same bounds as a new queue`(row: SettingRow<QueueSettings>) throws {
        var settings = Scene.queue("A")
        row.change(&settings)
        let scene = try Scene()
        let rejection = scene.refusal(.edit(.changeQueue(QueueID(1), settings, expecting: nil)))
        #expect(rejection?.fault?.field == row.fault)
    }

    @Test func `the first candidate is the range's first on another day`() {
        let today = BusinessDay(number: 20_000)
        let settings = Scene.queue("A") {
            $0.firstNumber = 5
            $0.lastNumber = 999
        }
        let queue = Queue(id: QueueID(1), settings: settings, lastDrawn: 30, drawnDay: today)
        #expect(queue.firstCandidate(on: today) == 31)
        #expect(queue.firstCandidate(on: today.next) == 5)
        #expect(queue.candidate(after: 999) == 5)
    }
}
