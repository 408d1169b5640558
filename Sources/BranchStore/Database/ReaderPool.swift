import GRDB
import Synchronization

/// A few read-only connections; each read goes to the one with the fewest before it.
final class ReaderPool: Sendable {
    private let readers: [DatabaseQueue]
    /// Guards how many reads each connection has.
    private let busy: Mutex<[Int]>

    init(path: String) throws(StoreError) {
        var readers: [DatabaseQueue] = []
        for index in 0..<StoreLimits.readers { readers.append(try DatabaseFile.openReader(path: path, index: index)) }
        self.readers = readers
        busy = Mutex(Array(repeating: 0, count: readers.count))
    }

    /// Reads one consistent state of the database.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let index = busy.withLock { busy in
            let index = busy.indices.min { busy[$0] < busy[$1] } ?? 0
            busy[index] += 1
            return index
        }
        defer { busy.withLock { $0[index] -= 1 } }
        do {
            return try await readers[index].read(body)
        } catch let error as StoreError {
            throw error
        } catch {
            throw .readFailed(String(describing: error))
        }
    }
}
