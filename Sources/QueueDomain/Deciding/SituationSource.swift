/// Where a situation is loaded from: SQLite in the branch, memory in the simulation.
///
/// Each call is one index probe or a bounded number of them. A conformance suite runs the same commands against
/// every implementation and compares rows and events.
package protocol SituationSource {
    associatedtype Failure: Error

    func branch() throws(Failure) -> Branch
    /// The id that the next new row of a kind gets; reading it draws nothing.
    func nextTicketID() throws(Failure) -> TicketID
    func nextQueueID() throws(Failure) -> QueueID
    func nextCounterID() throws(Failure) -> CounterID
    func nextAgentID() throws(Failure) -> AgentID

    /// Open or ended.
    func ticket(_ id: TicketID) throws(Failure) -> Ticket?
    func before(_ id: TicketID) throws(Failure) -> TicketBefore?
    func queue(_ id: QueueID) throws(Failure) -> Queue?
    func counter(_ id: CounterID) throws(Failure) -> Counter?
    func agent(_ id: AgentID) throws(Failure) -> Agent?

    /// The called or serving ticket of a counter.
    func current(at counter: CounterID) throws(Failure) -> Ticket?
    /// First of the queue's own line by (rank, id).
    func head(of queue: QueueID) throws(Failure) -> Ticket?
    /// First of the counter's own line by (rank, id).
    func head(ofLineAt counter: CounterID) throws(Failure) -> Ticket?
    /// The one behind a waiting ticket in the line that it stands in.
    func follower(of ticket: Ticket) throws(Failure) -> Ticket?
    /// The counter's own line in calling order, at most `limit`.
    func line(at counter: CounterID, limit: Int) throws(Failure) -> [Ticket]
    /// How many open tickets a token holds, counted up to `limit`.
    func heldCount(by token: TokenID, limit: Int) throws(Failure) -> Int
    /// Whether an open ticket has the number, or one has that ended after `tick`.
    func isTaken(_ number: TicketNumber, endedAfter tick: Int64) throws(Failure) -> Bool
    /// Whether an open ticket has the number.
    func isOpen(_ number: TicketNumber) throws(Failure) -> Bool
    /// How many open tickets there are in a queue, counted up to `limit`.
    func openCount(in queue: QueueID, limit: Int) throws(Failure) -> Int

    func queue(prefix: String) throws(Failure) -> QueueID?
    func queue(name: String) throws(Failure) -> QueueID?
    func counter(name: String) throws(Failure) -> CounterID?
    func agent(name: String) throws(Failure) -> AgentID?
    /// The open or paused counter of an agent.
    func counter(of agent: AgentID) throws(Failure) -> CounterID?
    func counters(serving queue: QueueID) throws(Failure) -> [Counter]
    func queueCount() throws(Failure) -> Int
    func counterCount() throws(Failure) -> Int
    func agentCount() throws(Failure) -> Int
}
