import BranchUplink
import Foundation
import Testing

@Suite("Enrolment")
struct EnrolmentTests {
    static let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    static let whole = Enrolment(
        branch: 7, name: "High \"Street\"", key: key, redisURL: "rediss://redis.example.com:6380",
        redisUser: "turn-branch-7")

    @Test("It reads back as it was written", arguments: [true, false])
    func roundTrip(hasURL: Bool) throws {
        var enrolment = Self.whole
        if !hasURL { enrolment.redisURL = nil }
        #expect(try Enrolment(Array(enrolment.text.utf8)) == enrolment)
    }

    @Test(
        "A text that is none is refused with the field's name",
        arguments: [
            ("\"branch_id\": 7", "\"branch_id\": 0", "branch_id"),
            ("\"turn_enrolment\": 1", "\"turn_enrolment\": 2", "turn_enrolment"),
            ("0ODx", "0OD", "key"), ("rediss://", "http://", "redis_url"), ("turn-branch-7", "", "redis_user"),
            ("{", "", "JSON"),
        ])
    func foreign(part: String, instead: String, field: String) {
        let text = Self.whole.text.replacingOccurrences(of: part, with: instead)
        #expect { try Enrolment(Array(text.utf8)) } throws: { "\($0)".contains(field) }
    }

    @Test("A text longer than its bound is refused unread")
    func long() {
        let text = [UInt8](repeating: 0x20, count: UplinkServiceLimits.enrolmentBytes + 1)
        #expect(throws: EnrolmentFault.self) { try Enrolment(text) }
    }

    @Test("Nothing that describes it shows the key")
    func hidden() {
        #expect(!"\(Self.whole)".contains(Self.key) && !String(reflecting: Self.whole).contains(Self.key))
        var dumped = ""
        dump(Self.whole, to: &dumped)
        #expect(!dumped.contains(Self.key))
    }

    @Test("The file is the owner's only, and a new one replaces it whole")
    func file() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("turn-enrol-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // What is left behind harms nobody.
        #expect(try EnrolmentFile.load(from: folder.path) == nil)
        try EnrolmentFile.save(Self.whole, in: folder.path)
        var next = Self.whole
        next.key = String(Self.key.reversed())
        try EnrolmentFile.save(next, in: folder.path)
        #expect(try EnrolmentFile.load(from: folder.path) == next)
        let path = EnrolmentFile.path(in: folder.path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["enrolment.json"])
        try "nothing".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: EnrolmentFault.self) { try EnrolmentFile.load(from: folder.path) }
    }

    @Test("A folder that can't be written is said")
    func unwritable() {
        #expect(throws: EnrolmentFault.self) { try EnrolmentFile.save(Self.whole, in: "/proc/none") }
    }
}
