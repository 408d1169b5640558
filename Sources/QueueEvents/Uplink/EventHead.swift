/// What head office reads of an event beside its number: the members it keeps in columns of their own.
///
/// The body stays opaque otherwise, so that a branch may be newer than head office.
package struct EventHead: Equatable, Sendable {
    package let seq: Int64
    package let uid: EventUID
    /// The event's `event`.
    package let type: String
    /// The version of the type's shape.
    package let shapeVersion: Int
    /// Milliseconds since 1970, by the branch's clock.
    package let at: Int64

    /// Reads them from a stored body.
    /// - Throws: `FrameError` when the body is no JSON object or one of them is missing or wrong.
    package init(_ body: [UInt8]) throws(FrameError) {
        do throws(FieldError) {
            let fields = try JSONFields(body)
            seq = try fields.id("seq")
            let uid = try fields.text("uid", minLength: 1, maxLength: 26)
            guard uid.utf8.count == 26 else { throw .notAllowed("uid", "26 characters") }
            self.uid = EventUID(text: uid)
            type = try fields.text("event", minLength: 1, maxLength: 64)
            shapeVersion = try fields.int("tv", in: 1...Int(Int16.max))
            guard let at = UTCText.milliseconds(try fields.text("at", maxLength: 40)) else {
                throw .notAllowed("at", "an RFC 3339 time")
            }
            self.at = at
        } catch {
            throw FrameError("an event that can't be read: \(error.message)")
        }
    }
}
