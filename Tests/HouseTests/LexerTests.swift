import Testing

@Suite("Swift text is cut into tokens as the compiler does")
struct LexerTests {
    @Test(
        "Only a postfix exclamation mark is bound to its left",
        arguments: [
            ("value!", true), ("call()!", true), ("list[0]!.name", true), ("try! read()", true), ("x as! Y", true),
            ("let x: Int!", true), ("let x: [Int]!", true), ("!done", false), ("(!done)", false), ("a != b", false),
            ("if !a && !b {", false), ("a !== b", false), ("#if !DEBUG", false), ("[!a, !b]", false),
        ])
    func exclamationMarks(_ sample: String, _ isPostfix: Bool) {
        let marks = SwiftLexer.tokens(of: sample).filter { $0.isMark("!") }
        #expect(!marks.isEmpty)
        #expect(marks.contains(where: \.isLeftBound) == isPostfix)
    }

    @Test(
        "What stands in a string or a comment is no code",
        arguments: [
            #""a!""#, ##"#"a! "quoted" b!"#"##, "// a!", "/* a! /* b! */ c! */", "\"\"\"\n  a! \"b!\" \n  \"\"\"",
            #""a \" b!""#, "/a!/", "#/a!/#", #""\\""#,
        ])
    func quotedText(_ sample: String) {
        let code = SwiftLexer.tokens(of: "let x = \(sample)\nlet y = 1")
        #expect(!code.contains { $0.isMark("!") })
        #expect(code.contains { $0.isWord("y") && $0.line == 1 + sample.count { $0 == "\n" } + 1 })
    }

    @Test(
        "What stands in an interpolation is code",
        arguments: [#""a \(b!) c""#, ##"#"a \#(b!) c"#"##, #""a \(f("x", (b!))) c""#, "\"\"\"\n \\(b!)\n\"\"\""])
    func interpolation(_ sample: String) {
        let tokens = SwiftLexer.tokens(of: sample)
        #expect(tokens.contains { $0.isMark("!") && $0.isLeftBound })
        #expect(tokens.first?.isInterpolated == true)
    }

    @Test("A raw string does not interpolate without its hashes")
    func rawString() {
        #expect(SwiftLexer.tokens(of: ##"#"a \(b!) c"#"##).count == 1)
    }

    @Test("A raw identifier is one word")
    func rawIdentifier() {
        #expect(
            SwiftLexer.tokens(of: "func `a ticket keeps its number!`()").map(\.kind) == [.word, .word, .mark, .mark])
    }

    @Test("A division is no regular expression")
    func division() {
        #expect(SwiftLexer.tokens(of: "let x = a / b! / c").contains { $0.isMark("!") })
    }

    @Test("Lines are counted through strings and comments")
    func lines() {
        let tokens = SwiftLexer.tokens(of: "/*\n*/ let a = \"\"\"\n\n\"\"\"\nlet b")
        #expect(tokens.last?.line == 5)
        #expect(tokens.first?.lastLine == 2)
    }
}
