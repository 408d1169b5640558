import QueueEvents
import Testing

struct JSONFieldsTests {
    private enum Place: String, CaseIterable {
        case arrival, first, last
    }

    private func fields(_ text: String) throws(FieldError) -> JSONFields {
        try JSONFields(Array(text.utf8))
    }

    private func message(_ text: String, _ read: (JSONFields) throws(FieldError) -> Void) -> String? {
        do throws(FieldError) {
            try read(try fields(text))
            return nil
        } catch {
            return error.message
        }
    }

    @Test func aTicketBodyIsReadFieldByField() throws {
        let body = try fields(#"{"queue_id":3,"customer_name":"Ada","priority":10,"later":{"x":1}}"#)
        #expect(try body.id("queue_id") == 3)
        #expect(try body.text("customer_name", maxLength: 200) == "Ada")
        #expect(try body.optionalInt("priority", in: 1...10) == 10)
        #expect(try body.optionalInt("estimated_time", in: 0...86_400) == nil)
    }

    @Test func nullIsTheSameAsLeftOut() throws {
        let body = try fields(#"{"a":null}"#)
        #expect(try body.optionalText("a", maxLength: 1) == nil)
        #expect(try body.optionalInt("a", in: 0...1) == nil)
        #expect(try body.optionalID("a") == nil)
        #expect(try body.optionalBool("a") == nil)
        #expect(try body.optionalChoice("a", of: Place.self) == nil)
        #expect(try body.optionalFields("a") == nil)
        #expect(try body.optionalFieldsList("a", maxCount: 1) == nil)
    }

    @Test(arguments: [#"{}"#, #"{"queue_id":null}"#])
    func aRequiredFieldThatIsMissingIsNamedWithItsRule(text: String) {
        #expect(
            message(text) { b throws(FieldError) in _ = try b.id("queue_id") }
                == "queue_id is required and must be a positive integer")
    }

    @Test(arguments: ["0", "11", "1.5", "\"1\"", "true", "[]", "1e30", "-9223372036854775808"])
    func anIntegerOutOfItsRangeIsNamedWithItsRule(value: String) {
        let found = message("{\"priority\":\(value)}") { b throws(FieldError) in
            _ = try b.optionalInt("priority", in: 1...10)
        }
        #expect(found == "priority must be an integer between 1 and 10")
    }

    @Test(arguments: [("1", 1), ("10", 10), ("1.0", 1), ("1e1", 10)])
    func anIntegerMayStandAtTheEndsOfItsRange(value: String, expected: Int) throws {
        #expect(try fields("{\"priority\":\(value)}").int("priority", in: 1...10) == expected)
    }

    @Test(arguments: ["0", "-1", "1.5", "\"7\"", "9223372036854775808"])
    func anIDIsAPositiveInteger(value: String) {
        #expect(
            message("{\"id\":\(value)}") { b throws(FieldError) in _ = try b.id("id") }
                == "id must be a positive integer")
    }

    @Test func theLengthOfATextCountsScalarsAndEndsAtItsBounds() throws {
        #expect(try fields(#"{"t":"éé"}"#).text("t", maxLength: 2) == "éé")
        #expect(try fields(#"{"t":"😀😀"}"#).text("t", minLength: 2, maxLength: 2) == "😀😀")
        #expect(try fields(#"{"t":""}"#).text("t", maxLength: 2) == "")
        let rule = "t must be text of 1 to 2 characters"
        #expect(
            message(#"{"t":"abc"}"#) { b throws(FieldError) in _ = try b.text("t", minLength: 1, maxLength: 2) } == rule
        )
        #expect(
            message(#"{"t":""}"#) { b throws(FieldError) in _ = try b.text("t", minLength: 1, maxLength: 2) } == rule)
        #expect(
            message(#"{"t":"😀"}"#) { b throws(FieldError) in _ = try b.text("t", minLength: 2, maxLength: 3) } != nil)
        #expect(
            message(#"{"t":5}"#) { b throws(FieldError) in _ = try b.text("t", maxLength: 2) }
                == "t must be text of at most 2 characters")
    }

    @Test func aChoiceIsOneOfItsNames() throws {
        #expect(try fields(#"{"place":"first"}"#).choice("place", of: Place.self) == .first)
        let rule = #"place must be one of "arrival", "first", "last""#
        #expect(
            message(#"{"place":"First"}"#) { b throws(FieldError) in _ = try b.choice("place", of: Place.self) } == rule
        )
        #expect(
            message(#"{"place":1}"#) { b throws(FieldError) in _ = try b.optionalChoice("place", of: Place.self) }
                == rule)
    }

    @Test func listsEndAtTheirBoundAndHoldObjectsOnly() throws {
        #expect(try fields(#"{"list":[{},{}]}"#).optionalFieldsList("list", maxCount: 2)?.count == 2)
        let rule = "list must be a list of at most 2 objects"
        for text in [#"{"list":[{},{},{}]}"#, #"{"list":[{},2]}"#, #"{"list":{}}"#] {
            #expect(message(text) { b throws(FieldError) in _ = try b.optionalFieldsList("list", maxCount: 2) } == rule)
        }
    }

    @Test func aFieldInsideAnotherIsNamedByItsWholePath() throws {
        let inside = message(#"{"completes":{"id":5}}"#) { b throws(FieldError) in
            _ = try b.optionalFields("completes")?.int("version", in: 1...9)
        }
        #expect(inside == "completes.version is required and must be an integer between 1 and 9")
        let listed = message(#"{"tiers":[{"a":1},{"a":"x"}]}"#) { b throws(FieldError) in
            for tier in try b.optionalFieldsList("tiers", maxCount: 3) ?? [] { _ = try tier.id("a") }
        }
        #expect(listed == "tiers[1].a must be a positive integer")
        #expect(
            message(#"{"completes":[]}"#) { b throws(FieldError) in _ = try b.optionalFields("completes") }
                == "completes must be an object")
    }

    @Test func trueAndFalseAreNoNumbers() throws {
        #expect(try fields(#"{"a":true}"#).bool("a"))
        #expect(
            message(#"{"a":1}"#) { b throws(FieldError) in _ = try b.optionalBool("a") } == "a must be true or false")
    }

    @Test func aBodyThatIsNoObjectIsSaidSo() {
        #expect(throws: FieldError.self) { try fields("[]") }
        #expect(message("5") { _ in } == "the body must be a JSON object")
        #expect(message("") { _ in } == "the body is not valid JSON: the text ends inside a value at byte 0")
        #expect(
            message(#"{"a":1,"a":2}"#) { _ in } == #"the body is not valid JSON: the key "a" occurs twice at byte 7"#)
        #expect(JSONFields.none == (try? fields("{}")))
    }
}
