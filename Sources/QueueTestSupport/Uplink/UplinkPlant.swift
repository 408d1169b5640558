/// A mistake that the simulation is to catch: it is made by the model around the publisher and the classifier.
package enum UplinkPlant: String, CaseIterable, Sendable {
    /// The branch believes Redis's OK.
    case ackFromRedis
    /// Head office acknowledges before it commits.
    case ackBeforeCommit
    /// Nobody compares chains: every link is the same.
    case noChain
    /// Entries have no generation in their ids.
    case noGeneration
    /// Head office doesn't say which life it is in, and what it says only ever counts upward.
    case noIncarnation
}
