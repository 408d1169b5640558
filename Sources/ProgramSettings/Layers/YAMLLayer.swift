import Yams

/// The settings file of a start.
package enum SettingsFile: Sendable, Equatable {
    /// The default file: it may be missing.
    case standard(String)

    /// The file that somebody named: it must exist.
    case named(String)

    var path: String {
        switch self {
        case .standard(let path), .named(let path): path
        }
    }
}

extension SettingsLayer {
    /// The layer of the YAML file.
    static func yaml(_ file: SettingsFile, in folder: String, table: SettingsTable) -> SettingsLayer {
        let whole = SettingOrigin.file(path: file.path, line: nil)
        var layer = SettingsLayer(name: file.path)
        switch SettingsFileReader.read(file.path, in: folder, maxBytes: Limits.fileBytes) {
        case .missing:
            if case .named = file { layer.note(nil, .unreadable("doesn't exist"), at: whole) }
        case .unreadable(let sentence):
            layer.note(nil, .unreadable(sentence), at: whole)
        case .text(let text):
            do {
                guard let root = try Yams.compose(yaml: text) else { break }
                var walk = YAMLWalk(path: file.path, table: table, layer: layer)
                walk.section(root, name: "", depth: 0)
                layer = walk.layer
            } catch let error as YamlError {
                layer.note(nil, .unreadable(error.sentence), at: .file(path: file.path, line: error.line))
            } catch {
                layer.note(nil, .unreadable("is not YAML: \(error)"), at: whole)
            }
        }
        return layer
    }
}

/// Walks through the sections of a settings file and compares each path with the table.
///
/// Values are taken as the text that stands in the file, not as YAML would read it: `04:00` is a time of day and not
/// the number 240, and `yes` is decided by the key's kind.
private struct YAMLWalk {
    let path: String
    let table: SettingsTable
    var layer: SettingsLayer
    private var entries = 0
    private var seen: Set<String> = []

    init(path: String, table: SettingsTable, layer: SettingsLayer) {
        self.path = path
        self.table = table
        self.layer = layer
    }

    mutating func section(_ node: Node, name: String, depth: Int) {
        guard !node.isNothing else { return }
        guard let mapping = node.mapping else {
            let what = name.isEmpty ? nil : name
            layer.note(what, .unreadable("must be a section of keys, not a single value or a list"), at: origin(node))
            return
        }
        guard depth < Limits.fileDepth else {
            layer.note(name, .unreadable("is nested too deeply"), at: origin(node))
            return
        }
        for (key, value) in mapping {
            entries += 1
            guard entries <= Limits.fileEntries else {
                let sentence = "holds more than \(Limits.fileEntries) entries"
                if entries == Limits.fileEntries + 1 { layer.note(nil, .unreadable(sentence), at: origin(key)) }
                return
            }
            guard let word = key.scalar?.string else {
                layer.note(nil, .unreadable("has a key that isn't plain text"), at: origin(key))
                continue
            }
            entry(value, name: name.isEmpty ? word : "\(name).\(word)", at: origin(key), depth: depth)
        }
    }

    private mutating func entry(_ node: Node, name: String, at place: SettingOrigin, depth: Int) {
        if let definition = table.byName[name] {
            guard seen.insert(name).inserted else {
                layer.note(name, .unreadable("stands in the file twice"), at: place)
                return
            }
            guard let text = node.settingText else {
                layer.note(name, .unreadable("has no value; allowed: \(definition.allowed)"), at: place)
                return
            }
            layer.take(text, for: definition, as: name, from: place)
        } else if table.isSection(name) {
            section(node, name: name, depth: depth + 1)
        } else {
            layer.note(name, .unknownKey(nearest: table.nearestKey(to: name)), at: place)
        }
    }

    private func origin(_ node: Node) -> SettingOrigin {
        .file(path: path, line: node.mark?.line)
    }
}

extension Node {
    /// Whether nothing was written: `server:` with every key below it commented out.
    fileprivate var isNothing: Bool {
        guard let scalar, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }

    fileprivate var settingText: SettingText? {
        if isNothing { return nil }
        if let scalar { return .one(scalar.string) }
        guard let sequence else { return nil }
        let texts = sequence.compactMap { $0.isNothing ? nil : $0.scalar?.string }
        return texts.count == sequence.count ? .many(texts) : nil
    }
}

extension YamlError {
    fileprivate var line: Int? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: nil
        }
    }

    /// The library's own description repeats the file, so the sentence is made of the parts.
    fileprivate var sentence: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
            "is not YAML: \(problem)"
        case .reader(let problem, _, _, _):
            "is not YAML: \(problem)"
        case .duplicatedKeysInMapping(let names, _):
            "holds a key twice: \(names.joined(separator: ", "))"
        default:
            "is not YAML"
        }
    }
}
