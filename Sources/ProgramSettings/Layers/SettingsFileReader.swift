import Foundation

/// Reads a small text file with a bound, and tells "not there" from "can't be read".
enum SettingsFileReader {
    enum Outcome {
        case missing
        case text(String)
        case unreadable(String)
    }

    static func read(_ path: String, in folder: String, maxBytes: Int) -> Outcome {
        let full = path.hasPrefix("/") ? path : folder + "/" + path
        guard FileManager.default.fileExists(atPath: full) else { return .missing }
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: full))
            let data = try handle.read(upToCount: maxBytes + 1) ?? Data()
            try handle.close()
            guard data.count <= maxBytes else { return .unreadable("is larger than \(maxBytes) bytes") }
            guard let text = String(validating: data, as: UTF8.self) else { return .unreadable("is not UTF-8 text") }
            return .text(text)
        } catch {
            return .unreadable("can't be read: \(error.localizedDescription)")
        }
    }
}
