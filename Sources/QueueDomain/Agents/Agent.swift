/// A staff member, without the name, which is personal data kept by the store.
package struct Agent: Equatable, Sendable {
    package let id: AgentID
    package var isActive: Bool
    package var version: Int64

    package init(id: AgentID, isActive: Bool = true, version: Int64 = 1) {
        self.id = id
        self.isActive = isActive
        self.version = version
    }
}
