import HQIngest
import Testing

@Suite struct BranchKeyTests {
    @Test func keysAreRandomAndUseTheURLAlphabetOnly() {
        let keys = (0..<200).map { _ in BranchKey().text }
        #expect(Set(keys).count == keys.count)
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        #expect(keys.allSatisfy { $0.count == 43 && $0.allSatisfy(allowed.contains) })
        // 200 keys of 43 characters: every letter of the alphabet turns up.
        #expect(Set(keys.joined()) == allowed)
    }
}
