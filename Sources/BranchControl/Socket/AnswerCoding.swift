import Foundation

/// Answers as lines of JSON and back.
enum AnswerCoding {
    /// The line, without its end.
    static func line(of answer: Result<ControlAnswer, ControlRefusal>) -> [UInt8] {
        do {
            switch answer {
            case .success(.status(let report)): return try encode(report)
            case .success(.token(let report)): return try encode(report)
            case .success(.tokens(let reports)): return try encode(reports)
            case .success(.plan(let report)): return try encode(report)
            case .success(.clock(let text)): return try encode(text)
            case .success(.enrolled(let report)): return try encode(report)
            case .success(.setupCode(let report)): return try encode(report)
            case .success(.audit(let reports)): return try encode(reports)
            case .failure(let refusal):
                return Array(try JSONEncoder.control.encode(AnswerLine<String>(ok: false, error: refusal)))
            }
        } catch {
            return Array(
                #"{"error":{"code":"unavailable","message":"no answer could be written"},"ok":false,"v":1}"#.utf8)
        }
    }

    private static func encode(_ value: some Codable) throws -> [UInt8] {
        Array(try JSONEncoder.control.encode(AnswerLine(ok: true, result: value)))
    }

    /// The answer to a request.
    /// - Throws: `ControlFailure`: what the daemon refused, or a line that is no answer.
    static func answer(of line: [UInt8], to request: ControlRequest) throws(ControlFailure) -> ControlAnswer {
        switch request {
        case .status: .status(try decode(line))
        case .createToken, .revokeToken: .token(try decode(line))
        case .listTokens: .tokens(try decode(line))
        case .apply: .plan(try decode(line))
        case .confirmClock: .clock(try decode(line))
        case .enrol: .enrolled(try decode(line))
        case .setupCode: .setupCode(try decode(line))
        case .audit: .audit(try decode(line))
        }
    }

    private static func decode<Value: Codable>(_ line: [UInt8]) throws(ControlFailure) -> Value {
        let read: AnswerLine<Value>
        do {
            read = try JSONDecoder.control.decode(AnswerLine<Value>.self, from: Data(line))
        } catch {
            throw .broken("the daemon's answer is not understood; are both programs of the same version?")
        }
        if let error = read.error { throw .refused(error) }
        guard let result = read.result else { throw .broken("the daemon's answer is empty") }
        return result
    }
}
