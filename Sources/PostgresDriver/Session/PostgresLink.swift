import CPostgres
import Glibc

/// One connection of libpq in its non-blocking mode, so that every wait has a deadline; its own thread alone uses it.
final class PostgresLink {
    let raw: OpaquePointer
    /// Nil = a statement may take for ever.
    private let answerLimit: Duration?
    /// Whether nothing can be said on it any more.
    private(set) var isBroken = false

    private init(raw: OpaquePointer, answerLimit: Duration?) {
        self.raw = raw
        self.answerLimit = answerLimit
    }

    deinit { PQfinish(raw) }

    /// Connects, and sets the session's time-outs.
    static func open(_ options: PostgresOptions) throws(PostgresError) -> PostgresLink {
        let keywords = try options.keywords()
        let names = keywords.map { UnsafePointer(strdup($0.name)) } + [nil]
        let values = keywords.map { UnsafePointer(strdup($0.value)) } + [nil]
        defer { for pointer in names + values { free(UnsafeMutablePointer(mutating: pointer)) } }
        guard let raw = PQconnectStartParams(names, values, 1) else {
            throw PostgresError(.outOfMemory, "libpq has no memory for a connection", operation: Self.connect)
        }
        let link = PostgresLink(raw: raw, answerLimit: options.answerLimit)
        // Before the connection stands libpq tells a failure's code in this verbosity only.
        PQsetErrorVerbosity(raw, PQERRORS_VERBOSE)
        // Notices are remarks to a person at psql; left to itself libpq would write them to this program's stderr.
        PQsetNoticeProcessor(raw, { _, _ in }, nil)
        try link.finishConnecting(until: .now + options.connectTimeout)
        guard PQsetnonblocking(raw, 1) == 0 else { throw link.lost(Self.connect) }
        try link.run(Self.connect) { PQsendQuery(raw, options.settings) }
        return link
    }

    /// Whether a transaction is open, a failed one too.
    var isInTransaction: Bool {
        let status = PQtransactionStatus(raw)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    private static let connect = "connect"

    private func finishConnecting(until deadline: ContinuousClock.Instant) throws(PostgresError) {
        guard PQstatus(raw) != CONNECTION_BAD else { throw connectFailure() }
        var state = PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            switch state {
            case PGRES_POLLING_FAILED: throw connectFailure()
            case PGRES_POLLING_READING: _ = try wait(for: POLLIN, until: deadline, Self.connect)
            default: _ = try wait(for: POLLOUT, until: deadline, Self.connect)
            }
            state = PQconnectPoll(raw)
        }
    }

    private func connectFailure() -> PostgresError {
        isBroken = true
        let (code, message) = ConnectMessage.read(String(cString: PQerrorMessage(raw)))
        return PostgresError(code.map { SQLState(code: $0) } ?? .connection, message, operation: Self.connect)
    }

    /// Sends by `send`, which is one of libpq's PQsend functions, and gathers the answer.
    /// - Throws: the first error of the answer, or the connection's loss.
    @discardableResult
    func run(_ operation: String, _ send: () -> Int32) throws(PostgresError) -> PostgresRows {
        let deadline = try start(operation, send)
        return try finish(operation, until: deadline)
    }

    /// Sends only; COPY goes on from here.
    func start(_ operation: String, _ send: () -> Int32) throws(PostgresError) -> ContinuousClock.Instant? {
        guard !isBroken else { throw lost(operation) }
        guard send() == 1 else { throw refusedToSend(operation) }
        // Row by row, so that libpq never holds an answer that is larger than we take.
        PQsetSingleRowMode(raw)
        let deadline = self.deadline
        try flush(operation, until: deadline)
        return deadline
    }

    var deadline: ContinuousClock.Instant? { answerLimit.map { ContinuousClock.now + $0 } }

    /// Reads what is left of an answer.
    func finish(_ operation: String, until deadline: ContinuousClock.Instant?) throws(PostgresError) -> PostgresRows {
        var rows = PostgresRows()
        var failure: PostgresError?
        while let result = try next(operation, until: deadline) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK:
                if failure == nil, !rows.append(result) { failure = tooLarge(operation) }
                note(result, in: &rows)
            case PGRES_COMMAND_OK: note(result, in: &rows)
            case PGRES_EMPTY_QUERY: break
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                isBroken = true
                throw PostgresError(.connection, "a COPY was begun where none is awaited", operation: operation)
            default: failure = failure ?? error(in: result, operation)
            }
        }
        if PQstatus(raw) == CONNECTION_BAD { isBroken = true }
        if let failure { throw failure }
        if isBroken { throw lost(operation) }
        return rows
    }

    /// The answer's next part, nil at its end. The caller clears it.
    func next(_ operation: String, until deadline: ContinuousClock.Instant?) throws(PostgresError) -> OpaquePointer? {
        while PQisBusy(raw) == 1 {
            _ = try wait(for: POLLIN, until: deadline, operation)
            // At the connection's end PQgetResult makes the server's last words, or libpq's, into an error result.
            guard PQconsumeInput(raw) == 1 else { break }
        }
        return PQgetResult(raw)
    }

    /// Hands everything to the kernel, reading meanwhile: a server that is busy answering takes nothing.
    func flush(_ operation: String, until deadline: ContinuousClock.Instant?) throws(PostgresError) {
        while PQflush(raw) == 1 {
            let ready = try wait(for: POLLIN | POLLOUT, until: deadline, operation)
            guard ready & POLLIN == 0 || PQconsumeInput(raw) == 1 else { return }
        }
    }

    /// Waits until the socket is ready; which of the events it is.
    private func wait(
        for events: Int32, until deadline: ContinuousClock.Instant?, _ operation: String
    ) throws(PostgresError) -> Int32 {
        while true {
            var entry = pollfd(fd: PQsocket(raw), events: Int16(events), revents: 0)
            guard entry.fd >= 0 else { throw lost(operation) }
            let left = deadline.map { ContinuousClock.now.duration(to: $0).wholeMilliseconds }
            let count = poll(&entry, 1, left.map { Int32(clamping: $0) } ?? -1)
            if count > 0 { return Int32(entry.revents) }
            if count < 0, errno == EINTR { continue }
            // poll cuts its time to milliseconds, so the last one may be waited for again.
            if count == 0, let deadline, ContinuousClock.now < deadline { continue }
            isBroken = true
            throw PostgresError(.connection, "no answer from the server in time", operation: operation)
        }
    }

    private func note(_ result: OpaquePointer, in rows: inout PostgresRows) {
        guard PQresultStatus(result) != PGRES_SINGLE_TUPLE else { return }
        rows.command = String(cString: PQcmdStatus(result))
        rows.affected = Int64(String(cString: PQcmdTuples(result))) ?? 0
    }

    /// The error that a failed result tells.
    func error(in result: OpaquePointer, _ operation: String) -> PostgresError {
        let state = field("C", of: result).map { SQLState(code: $0) } ?? .connection
        if state == .connection || field("V", of: result) == "FATAL" || field("V", of: result) == "PANIC" {
            isBroken = true
        }
        let message = field("M", of: result) ?? ConnectMessage.line(String(cString: PQresultErrorMessage(result)))
        return PostgresError(state, message, operation: operation, constraint: field("n", of: result))
    }

    /// A field of an error, by PostgreSQL's letter for it (postgres_ext.h).
    private func field(_ letter: Unicode.Scalar, of result: OpaquePointer) -> String? {
        PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
    }

    private func refusedToSend(_ operation: String) -> PostgresError {
        if PQstatus(raw) == CONNECTION_BAD { return lost(operation) }
        let message = ConnectMessage.line(String(cString: PQerrorMessage(raw)))
        return PostgresError(.other("libpq"), message, operation: operation)
    }

    /// The connection is gone; says so from now on.
    func lost(_ operation: String) -> PostgresError {
        isBroken = true
        let message = ConnectMessage.line(String(cString: PQerrorMessage(raw)))
        return PostgresError(
            .connection, message.isEmpty ? "the connection is closed" : message, operation: operation)
    }

    private func tooLarge(_ operation: String) -> PostgresError {
        PostgresError(
            .tooLarge,
            "more than \(PostgresDriverLimits.rows) rows or \(PostgresDriverLimits.answerBytes) bytes of answer",
            operation: operation)
    }
}

/// libpq's text about a connection that didn't come about; it has no field for the code.
enum ConnectMessage {
    /// The code, if the server said one, and the message without the code and the place in PostgreSQL's source.
    ///
    /// With several hosts there are several lines; the last that has a code speaks.
    static func read(_ text: String) -> (code: String?, message: String) {
        for line in text.split(separator: "\n").reversed() {
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            guard let index = parts.indices.first(where: { isCode(parts[$0]) }) else { continue }
            let message = parts[(index + 1)...].joined(separator: ":").drop { $0 == " " }
            return (String(parts[index].drop { $0 == " " }), String(message))
        }
        return (nil, line(text))
    }

    /// The text in one line.
    static func line(_ text: String) -> String {
        text.split { $0.isNewline || $0 == "\t" }.joined(separator: "; ")
    }

    /// Five digits and capitals; every code has a digit, which the severity before it has not.
    private static func isCode(_ part: Substring) -> Bool {
        let code = part.drop { $0 == " " }
        return code.utf8.count == 5 && part.count > 5 && code.contains { $0.isNumber }
            && code.allSatisfy { $0.isASCII && ($0.isNumber || $0.isUppercase) }
    }
}
