import BranchStore
import Foundation
import Testing

@Suite struct DataLockTests {
    @Test func `a second holder is refused and told who has the directory`() throws {
        let directory = try TemporaryDirectory()
        let lock = try DataLock.acquire(in: directory.path)
        let error = #expect(throws: StoreError.self) { try DataLock.acquire(in: directory.path) }
        guard case .locked(let message)? = error else {
            Issue.record("Another error than locked: \(String(describing: error))")
            return
        }
        #expect(message.contains("process \(getpid())"))
        #expect(message.contains(directory.path))
        #expect(message.contains("started 20"))
        withExtendedLifetime(lock) {}
    }

    @Test func `it is free once its holder is gone, whatever the file says`() throws {
        let directory = try TemporaryDirectory()
        var lock: DataLock? = try DataLock.acquire(in: directory.path)
        withExtendedLifetime(lock) {}
        lock = nil
        let file = URL(fileURLWithPath: directory.path + "/turn.lock")
        try Data(repeating: 0x39, count: 500).write(to: file)
        let again = try DataLock.acquire(in: directory.path)
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.hasPrefix("process \(getpid()), started 20"))
        #expect(text.count < 60)
        withExtendedLifetime(again) {}
    }

    @Test func `it makes a directory that only its owner may enter`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/deep/data"
        let lock = try DataLock.acquire(in: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        withExtendedLifetime(lock) {}
    }

    @Test func `a directory that can't be made is named`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path + "/file"
        try Data().write(to: URL(fileURLWithPath: file))
        let error = #expect(throws: StoreError.self) { try DataLock.acquire(in: file + "/data") }
        #expect(error?.description.contains(file) == true)
    }
}
