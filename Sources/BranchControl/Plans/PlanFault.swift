/// What is wrong with a plan's file, and what would be right.
package struct PlanFault: Error, Equatable, Sendable, CustomStringConvertible {
    package var file: String
    /// 1 = the first; nil where the file as a whole is meant.
    package var line: Int?
    /// The key's path, as `queues[2].prefix`; nil where no key is meant.
    package var key: String?
    package var problem: String

    /// One sentence: file, line, key, what is allowed.
    package var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return key.map { "\(place): \($0): \(problem)" } ?? "\(place): \(problem)"
    }
}
