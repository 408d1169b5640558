import QueueDomain
import Yams

/// One mapping of a plan's file, read strictly: every key must be known, every value must be what is allowed there.
struct PlanMapping {
    private let file: String
    /// The mapping's own path, as `queues[2]`; empty at the top.
    private let path: String
    private let node: Node
    private let values: [String: Node]

    /// - Throws: `PlanFault` for what is no mapping, and for keys that nobody knows.
    init(_ node: Node, at path: String, in file: String, allowed: [String]) throws(PlanFault) {
        self.file = file
        self.path = path
        self.node = node
        guard case .mapping(let mapping) = node else {
            let problem = "it must be a mapping of \(allowed.joined(separator: ", "))"
            throw PlanFault(file: file, line: node.mark?.line, key: path.isEmpty ? nil : path, problem: problem)
        }
        var values: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.string, allowed.contains(name) else {
                let shown = key.string ?? "?"
                throw PlanFault(
                    file: file, line: key.mark?.line, key: Self.join(path, shown),
                    problem: "no such key; allowed here: \(allowed.joined(separator: ", "))")
            }
            values[name] = value
        }
        self.values = values
    }

    /// Where a key of this mapping stands.
    func place(of key: String) -> PlanPlace {
        PlanPlace(line: (values[key] ?? node).mark?.line, key: Self.join(path, key))
    }

    /// Where the mapping itself stands.
    var place: PlanPlace { PlanPlace(line: node.mark?.line, key: path) }

    func has(_ key: String) -> Bool { values[key] != nil }

    /// Whether a key says that there is nothing.
    func isNull(_ key: String) -> Bool { values[key].map(isNull) ?? false }

    func text(_ key: String) throws(PlanFault) -> String? {
        guard let value = values[key] else { return nil }
        guard case .scalar(let scalar) = value, !isNull(value) else { throw fault(key, "it must be text") }
        return scalar.string
    }

    func requiredText(_ key: String) throws(PlanFault) -> String {
        guard let text = try text(key) else { throw fault(key, "it is missing") }
        return text
    }

    func bool(_ key: String) throws(PlanFault) -> Bool? {
        guard let value = values[key] else { return nil }
        switch plain(value) {
        case "true": return true
        case "false": return false
        default: throw fault(key, "it must be true or false")
        }
    }

    func integer(_ key: String) throws(PlanFault) -> Int? {
        guard let value = values[key] else { return nil }
        guard let number = plain(value).flatMap({ Int($0) }) else { throw fault(key, "it must be a whole number") }
        return number
    }

    func optionalInteger(_ key: String) throws(PlanFault) -> Patch<Int?> {
        guard let value = values[key] else { return .keep }
        if isNull(value) { return .set(nil) }
        guard let number = plain(value).flatMap({ Int($0) }) else {
            throw fault(key, "it must be a whole number, or null for none")
        }
        return .set(number)
    }

    /// Seconds, given as a number or as text with a unit.
    func seconds(_ key: String) throws(PlanFault) -> Int? {
        guard let value = values[key] else { return nil }
        guard case .scalar(let scalar) = value, let seconds = Self.seconds(scalar.string) else {
            throw fault(key, "it must be seconds, or text such as 90 s, 5 min, 1 h")
        }
        return seconds
    }

    func optionalSeconds(_ key: String) throws(PlanFault) -> Patch<Int?> {
        guard let value = values[key] else { return .keep }
        return isNull(value) ? .set(nil) : .set(try seconds(key))
    }

    /// A list of whole numbers.
    func integers(_ key: String) throws(PlanFault) -> [Int] {
        guard case .sequence(let items)? = values[key] else { throw fault(key, "it must be a list of whole numbers") }
        var numbers: [Int] = []
        for item in items {
            guard let number = plain(item).flatMap({ Int($0) }) else {
                throw fault(key, "it must be a list of whole numbers")
            }
            numbers.append(number)
        }
        return numbers
    }

    /// Texts by names that aren't known beforehand; null is none.
    func texts(_ key: String) throws(PlanFault) -> [String: String]? {
        guard let value = values[key] else { return nil }
        if isNull(value) { return [:] }
        guard case .mapping(let mapping) = value else { throw fault(key, "it must be a mapping of texts, or null") }
        var texts: [String: String] = [:]
        for (name, text) in mapping {
            guard let name = name.string, case .scalar(let scalar) = text, !isNull(text) else {
                throw fault(key, "it must be a mapping of texts, or null")
            }
            texts[name] = scalar.string
        }
        return texts
    }

    /// The items of a list; none where the key is left out.
    func list(_ key: String) throws(PlanFault) -> [(node: Node, path: String)] {
        guard let value = values[key] else { return [] }
        guard case .sequence(let items) = value else { throw fault(key, "it must be a list") }
        return items.enumerated().map { ($1, "\(Self.join(path, key))[\($0 + 1)]") }
    }

    func fault(_ key: String, _ problem: String) -> PlanFault {
        let place = place(of: key)
        return PlanFault(file: file, line: place.line, key: place.key, problem: problem)
    }

    private static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The text of a scalar that is not quoted: `"5"` is text, 5 is a number.
    private func plain(_ value: Node) -> String? {
        guard case .scalar(let scalar) = value, scalar.style == .plain || scalar.style == .any else { return nil }
        return scalar.string
    }

    private func isNull(_ value: Node) -> Bool { ["", "~", "null"].contains(plain(value)) }

    static func seconds(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), number >= 0 else { return nil }
        let factor: Int
        switch text.dropFirst(digits.count).drop(while: { $0 == " " }) {
        case "", "s", "sec": factor = 1
        case "min", "m": factor = 60
        case "h": factor = 3_600
        default: return nil
        }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : seconds
    }
}
