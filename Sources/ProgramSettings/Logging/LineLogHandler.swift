import Foundation
package import Logging

/// Log lines on standard error: for people `time level label: message key=value …`, for machines one JSON object.
package struct LineLogHandler: LogHandler {
    private let label: String
    private let format: LogFormat
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]

    package init(label: String, format: LogFormat, level: Logger.Level) {
        self.label = label
        self.format = format
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line to standard error.
    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let line: String
        switch format {
        case .text: line = text(event, all)
        case .json: line = json(event, all)
        }
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    private func text(_ event: LogEvent, _ all: Logger.Metadata) -> String {
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.oneLine("\($0.value)"))" }.joined()
        return "\(Self.now()) \(event.level.rawValue) \(label): \(Self.oneLine("\(event.message)"))\(pairs)"
    }

    private func json(_ event: LogEvent, _ all: Logger.Metadata) -> String {
        var object = all.mapValues { "\($0)" }
        object["at"] = Self.now()
        object["level"] = event.level.rawValue
        object["label"] = label
        object["message"] = "\(event.message)"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings always encode.
        let data = (try? encoder.encode(object)) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    private static func now() -> String {
        Date.now.formatted(
            .iso8601.year().month().day().dateTimeSeparator(.standard).time(includingFractionalSeconds: true))
    }

    private static func oneLine(_ text: String) -> String {
        text.replacingOccurrences(of: "\n", with: " ").replacingOccurrences(of: "\r", with: " ")
    }
}
