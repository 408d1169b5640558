import GRDB
import QueueDomain
import QueueEvents

/// Rows of `queues`.
enum QueueRow {
    private static let columns = """
        id, name, prefix, first_number, last_number, credit, strict, open, cap, undo_window, carry_over, auto_start,
        target_wait, waiting, last_drawn, drawn_day, version, names, hours
        """
    static let byID = "SELECT \(columns) FROM queues WHERE id = ?"
    static let all = "SELECT \(columns) FROM queues ORDER BY id"
    private static let save = """
        INSERT INTO queues (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, prefix = excluded.prefix,
            first_number = excluded.first_number, last_number = excluded.last_number, credit = excluded.credit,
            strict = excluded.strict, open = excluded.open, cap = excluded.cap, undo_window = excluded.undo_window,
            carry_over = excluded.carry_over, auto_start = excluded.auto_start, target_wait = excluded.target_wait,
            waiting = excluded.waiting, last_drawn = excluded.last_drawn, drawn_day = excluded.drawn_day,
            version = excluded.version, names = excluded.names, hours = excluded.hours
        """
    private static let saveMoving = "UPDATE queues SET waiting = ?, last_drawn = ?, drawn_day = ? WHERE id = ?"

    /// - Throws: `StoreError.damagedRow` for hours or names that no version of the program wrote.
    static func read(_ row: Row) throws -> Queue {
        let settings = QueueSettings(
            name: row[1], prefix: row[2], firstNumber: row[3], lastNumber: row[4], credit: row[5], strict: row[6],
            isOpen: row[7], cap: row[8], undoWindow: row[9], carryOver: row[10], autoStart: row[11],
            targetWait: row[12], names: try column(row, "names", 17, HoursColumns.names),
            hours: try column(row, "hours", 18, HoursColumns.hours))
        return Queue(
            id: QueueID(row[0]), settings: settings, waiting: row[13], lastDrawn: row[14],
            drawnDay: (row[15] as Int32?).map(BusinessDay.init(number:)), version: row[16])
    }

    private static func column<Value>(
        _ row: Row, _ name: String, _ index: Int, _ read: (String?) throws(FieldError) -> Value
    ) throws -> Value {
        do throws(FieldError) {
            return try read(row[index])
        } catch {
            throw StoreError.damagedRow(table: "queues", id: row[0], column: name)
        }
    }

    static func save(_ queue: Queue, _ db: Database) throws {
        let settings = queue.settings
        try db.change(
            save,
            [
                queue.id.rawValue, settings.name, settings.prefix, settings.firstNumber, settings.lastNumber,
                settings.credit, settings.strict, settings.isOpen, settings.cap, settings.undoWindow,
                settings.carryOver, settings.autoStart, settings.targetWait, queue.waiting, queue.lastDrawn,
                queue.drawnDay?.number, queue.version, HoursColumns.text(settings.names),
                HoursColumns.text(settings.hours),
            ])
    }

    /// Only what tickets move: the length of the line and the number drawn last.
    static func saveMoving(_ queue: Queue, _ db: Database) throws {
        try db.change(saveMoving, [queue.waiting, queue.lastDrawn, queue.drawnDay?.number, queue.id.rawValue])
    }

    static func delete(_ id: QueueID, _ db: Database) throws {
        try db.change("DELETE FROM queues WHERE id = ?", [id.rawValue])
    }
}
