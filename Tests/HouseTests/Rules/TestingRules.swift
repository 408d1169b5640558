extension Rule {
    static let testing: [Rule] = [
        Rule(name: "a unit test never sleeps", covers: unitTests) { file in
            file.code.indices.dropLast().filter { index in
                guard file.code[index].isWord(in: ["sleep", "usleep", "nanosleep"]), file.code[index + 1].isMark("(")
                else { return false }
                guard index > 1, file.code[index - 1].isMark(".") else {
                    return index == 0 || !file.code[index - 1].isWord("func")
                }
                // A test clock's own sleep is how time is driven; the process's clocks are not to be waited for.
                return file.code[index - 2].isWord(in: ["Task", "Thread"]) || file.code[index - 2].isMark(")")
            }.map { Breach(line: file.code[$0].line, message: "drive a test clock, or wait for the event itself") }
        },
        Rule(name: "tests are written with Swift Testing") {
            $0.area == "Tests"
        } check: { file in
            Imports(file).filter { $0.module == "XCTest" }.map { Breach(line: $0.line, message: "use Testing") }
        },
        Rule(name: "tests see a target as other targets do") {
            $0.area == "Tests"
        } check: { file in
            file.code.filter { $0.isWord("testable") }
                .map { Breach(line: $0.line, message: "`package` access is enough") }
        },
        Rule(name: "a test is not switched off") {
            $0.area == "Tests"
        } check: { file in
            file.code.indices.dropFirst().dropLast().filter { index in
                file.code[index].isWord("disabled") && file.code[index - 1].isMark(".")
                    && file.code[index + 1].isMark("(")
            }.map { Breach(line: file.code[$0].line, message: "mend it or take it out") }
        },
    ]
}
