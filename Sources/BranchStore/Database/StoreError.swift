/// Why the store couldn't do what was asked. A refusal by the rules is a `Rejection`, not an error.
package enum StoreError: Error, CustomStringConvertible {
    /// The batch that the command was in was rolled back; nothing of it happened.
    case batchFailed(String)
    /// The disk is full; nothing of the batch happened.
    case diskFull
    /// The writer's queue is full or its wait too long; try again after so many seconds.
    case overloaded(retryAfter: Int)
    /// The store is closing.
    case closed
    /// The same Idempotency-Key came with another body.
    case keyReused
    /// A stored row holds what no version of the program wrote: its table, its id and the column.
    case damagedRow(table: String, id: Int64, column: String)
    /// Reading failed.
    case readFailed(String)
    /// The database can't be opened, and why.
    case cannotOpen(String)
    /// The data directory belongs to another process.
    case locked(String)

    package var description: String {
        switch self {
        case .batchFailed(let cause): "the batch was rolled back: \(cause)"
        case .diskFull: "the disk is full"
        case .overloaded: "the writer's queue is too long"
        case .closed: "the store is closing"
        case .keyReused: "the Idempotency-Key was used with another body"
        case .damagedRow(let table, let id, let column):
            "row \(id) of \(table) is damaged: its \(column) is none that is known"
        case .readFailed(let cause): "reading failed: \(cause)"
        case .cannotOpen(let cause), .locked(let cause): cause
        }
    }
}
