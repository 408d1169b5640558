import Foundation

extension ControlAnswer {
    /// The answer as one line of JSON, for programs.
    package var json: String {
        switch self {
        case .status(let report): JSONLine.text(of: report)
        case .token(let report): JSONLine.text(of: report.shown)
        case .tokens(let reports): JSONLine.text(of: reports)
        case .plan(let report): JSONLine.text(of: report)
        case .clock(let now): JSONLine.text(of: ["now": now])
        case .enrolled(let report): JSONLine.text(of: report)
        case .setupCode(let report): JSONLine.text(of: report)
        case .audit(let reports): JSONLine.text(of: reports)
        }
    }

    /// The answer's lines for people, for standard output.
    package var lines: [String] {
        switch self {
        case .status(let report): report.lines
        case .token(let report): [report.token ?? report.line]
        case .tokens(let reports): reports.map(\.line)
        case .plan(let report): report.lines
        case .clock(let now): ["the clock is believed again: \(now)"]
        case .enrolled(let report): [report.line]
        case .setupCode(let report): report.lines
        case .audit(let reports): reports.map(\.line)
        }
    }
}

extension Absence {
    /// As one line of JSON, for programs.
    package var json: String { JSONLine.text(of: self) }
}

private enum JSONLine {
    static func text(of value: some Encodable) -> String {
        // These values are plain text and numbers, which always encode.
        let bytes = try? JSONEncoder.control.encode(value)
        return String(decoding: bytes ?? Data("{}".utf8), as: UTF8.self)
    }
}

extension TokenReport {
    /// What `token create` and `token revoke` tell.
    fileprivate struct Shown: Encodable {
        var id: Int64
        var role: String
        var name: String
        var agentId: Int64?
        var counterId: Int64?
        var token: String?
        var revokedAt: String?
    }

    fileprivate var shown: Shown {
        Shown(
            id: id, role: role, name: name, agentId: agentId, counterId: counterId, token: token,
            revokedAt: revokedAt)
    }
}
