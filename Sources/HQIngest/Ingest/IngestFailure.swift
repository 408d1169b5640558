/// Why a transaction was given up, where PostgreSQL itself saw nothing wrong.
enum IngestFailure: Error, Equatable, CustomStringConvertible {
    /// The shard belongs to another ingest by now.
    case leaseLost
    /// Rows were not as many as they must be: another ingest was faster.
    case overtaken
    /// A row that can't be read.
    case damaged(String)

    var description: String {
        switch self {
        case .leaseLost: "a shard is leased to another ingest"
        case .overtaken: "another ingest has moved a cursor"
        case .damaged(let what): "the database holds \(what)"
        }
    }
}
