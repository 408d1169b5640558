import BranchAccess
import Foundation
import Testing

@Suite struct SecretRuleTests {
    @Test(arguments: [
        ("eleven char", SecretRule.Fault.tooShort), ("aaaaaaaaaaaaaaaa", .tooSimple), ("ada lovelace", .tooSimple),
        (String(repeating: "abcdef", count: 34), .tooLong),
    ])
    func aPassphraseIsRefused(_ text: String, _ fault: SecretRule.Fault) {
        #expect(SecretRule.fault(passphrase: text, name: "Ada Lovelace") == fault)
    }

    @Test(arguments: ["twelve chars", "ich bin ein Berliner", "пароль из слов"])
    func aPassphraseIsTaken(_ text: String) {
        #expect(SecretRule.fault(passphrase: text, name: "Ada") == nil)
    }

    @Test(arguments: [
        ("12345", SecretRule.Fault.tooShort), ("1234567", .tooLong), ("12345a", .notDigits), ("123456", .tooSimple),
        ("987654", .tooSimple), ("890123", .tooSimple), ("000000", .tooSimple), ("121212", .tooSimple),
        ("١٢٣٤٥٦", .notDigits),
    ])
    func aPINIsRefused(_ pin: String, _ fault: SecretRule.Fault) {
        #expect(SecretRule.fault(pin: pin) == fault)
    }

    @Test func aPINIsTaken() { #expect(SecretRule.fault(pin: "482915") == nil) }
}

@Suite struct UserCodeTests {
    @Test func aCodeIsReadHoweverItIsTyped() throws {
        let code = UserCode()
        #expect(code.text.count == 9)
        for typed in [code.text, code.letters.lowercased(), " \(code.letters.prefix(4)) - \(code.letters.suffix(4))"] {
            #expect(UserCode(typed) == code)
        }
    }

    @Test(arguments: ["", "ABCD-EFGH", "BCDF-GHJ", "BCDF-GHJKL", "BCDF_GHJK", String(repeating: " ", count: 40) + "B"])
    func whatIsNoCodeIsNone(_ typed: String) { #expect(UserCode(typed) == nil) }

    @Test func aRecoveryCodeHasFiveGroupsOfFour() {
        let code = RecoveryCode()
        #expect(code.letters.count == 20)
        #expect(code.text.split(separator: "-").map(\.count) == [4, 4, 4, 4, 4])
    }
}

@Suite struct LockOutTests {
    @Test func theFifthWrongSecretLocksForThirtySecondsAndEachFurtherOneTwiceAsLong() {
        var lockOut = LockOut<String>()
        var now: Int64 = 0
        for _ in 1..<Limits.freeFailures {
            lockOut.began("a", now: now)
            #expect(lockOut.remaining("a", now: now) == 0)
        }
        for seconds in [30, 60, 120, 240, 480, 900, 900] as [Int64] {
            lockOut.began("a", now: now)
            #expect(lockOut.remaining("a", now: now) == seconds * 1_000)
            #expect(lockOut.remaining("b", now: now) == 0)
            now += seconds * 1_000
            #expect(lockOut.remaining("a", now: now) == 0)
        }
    }

    /// Six digits at one counter: about a hundred guesses of a million a day.
    @Test func aDayAllowsAboutAHundredGuesses() {
        var lockOut = LockOut<String>()
        var now: Int64 = 0
        var guesses = 0
        while now < 24 * 3_600_000 {
            lockOut.began("a", now: now)
            guesses += 1
            now += max(1, lockOut.remaining("a", now: now))
        }
        #expect((100...110).contains(guesses), "\(guesses)")
    }

    @Test func aRightSecretAndADayOfPeaceForget() {
        var lockOut = LockOut<String>()
        for _ in 0..<Limits.freeFailures { lockOut.began("a", now: 0) }
        lockOut.succeeded("a")
        #expect(lockOut.remaining("a", now: 0) == 0)
        for _ in 1..<Limits.freeFailures { lockOut.began("a", now: 0) }
        lockOut.began("a", now: Limits.failuresForgotten)
        #expect(lockOut.remaining("a", now: Limits.failuresForgotten) == 0)
    }

    @Test func aTryThatWasNotJudgedCountsForNothing() {
        var lockOut = LockOut<String>()
        for _ in 1..<Limits.freeFailures { lockOut.began("a", now: 0) }
        for _ in 0..<9 {
            lockOut.began("a", now: 0)
            lockOut.cancelled("a")
            #expect(lockOut.remaining("a", now: 0) == 0)
        }
        lockOut.began("a", now: 0)
        #expect(lockOut.remaining("a", now: 0) > 0)
    }

    @Test func theNumberOfKeysIsBoundedAndTheNewestStay() {
        var lockOut = LockOut<Int>(capacity: 100)
        for key in 0..<250 { lockOut.began(key, now: Int64(key)) }
        #expect(lockOut.count <= 100)
        for _ in 1..<Limits.freeFailures { lockOut.began(249, now: 300) }
        #expect(lockOut.remaining(249, now: 300) > 0)
    }
}

@Suite struct SecretHasherTests {
    private static let pepper = [UInt8](repeating: 3, count: 32)

    @Test func aSecretIsKnownAgainAndAnotherIsNot() async throws {
        let hasher = try SecretHasher(pepper: Self.pepper)
        let stored = try await hasher.hash("482915")
        #expect(stored.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try await hasher.verify("482915", against: stored))
        #expect(try await !hasher.verify("482916", against: stored))
        #expect(try await !hasher.verify("482915", against: nil))
        #expect(try await hasher.hash("482915") != stored)
    }

    /// The database alone is of no use to somebody who would try all six digits.
    @Test func withAnotherPepperNoSecretFits() async throws {
        let stored = try await SecretHasher(pepper: Self.pepper).hash("482915")
        let stranger = try SecretHasher(pepper: [UInt8](repeating: 4, count: 32))
        #expect(try await !stranger.verify("482915", against: stored))
    }

    @Test func oneTextIsOneSecretHoweverItIsComposed() async throws {
        let hasher = try SecretHasher(pepper: Self.pepper)
        let stored = try await hasher.hash("caf\u{00E9} am Eck")
        #expect(try await hasher.verify("cafe\u{0301} am Eck", against: stored))
    }

    @Test func beyondTheLineItIsBusyAtOnce() async throws {
        let hasher = try SecretHasher(pepper: Self.pepper, threads: 1, waiting: 2)
        let refusals = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    do throws(HashingRefusal) {
                        _ = try await hasher.hash("secret")
                        return false
                    } catch {
                        return error == .busy
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refusals > 0)
        #expect(try await hasher.hash("secret").isEmpty == false)
    }
}

@Suite struct PepperTests {
    private static func withFolder(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "pepper-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // What is left behind is in the temporary directory.
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test func itIsMadeOnceAndForTheOwnerAlone() throws {
        try Self.withFolder { folder in
            let made = try Pepper.load(from: folder)
            #expect(made.count == 32)
            #expect(try Pepper.load(from: folder) == made)
            let file = folder + "/" + Pepper.fileName
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func aDamagedOneIsNotReplaced() throws {
        try Self.withFolder { folder in
            try Data([1, 2, 3]).write(to: URL(fileURLWithPath: folder + "/" + Pepper.fileName))
            #expect(throws: Pepper.Unusable.self) { try Pepper.load(from: folder) }
        }
    }
}
