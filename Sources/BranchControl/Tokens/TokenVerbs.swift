import BranchAccess
import BranchStore
import QueueDomain

/// Makes, lists and revokes tokens.
enum TokenVerbs {
    static func create(
        _ order: ControlRequest.TokenOrder, in store: BranchStore
    ) async throws(ControlRefusal) -> (row: StoredToken, secret: String) {
        guard let role = Role(rawValue: order.role) else {
            let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw ControlRefusal(.invalidRequest, "no role \(order.role.prefix(40)); known are \(known)")
        }
        guard TokenRow.isValidName(order.name) else {
            throw ControlRefusal(
                .invalidRequest,
                "the name must be 1 to \(Limits.tokenNameLength) printable ASCII characters, and not a number")
        }
        guard role == .agent || (order.agent == nil && order.counter == nil) else {
            throw ControlRefusal(.invalidRequest, "only a token of role agent is bound to an agent and a counter")
        }
        let token = AccessToken(role: role)
        let new = NewToken(
            role: role.rawValue, name: order.name, hash: token.hash.bytes, agentID: order.agent,
            counterID: order.counter)
        let made: Result<StoredToken, TokenRefusal>
        do {
            made = try await store.create(new)
        } catch {
            throw ControlRefusal(error)
        }
        switch made {
        case .success(let row): return (row, token.text)
        case .failure(let refusal): throw ControlRefusal(.refused, sentence(refusal, order))
        }
    }

    private static func sentence(_ refusal: TokenRefusal, _ order: ControlRequest.TokenOrder) -> String {
        switch refusal {
        case .nameTaken: "a token \(order.name) exists or existed; names are used once"
        case .nameInvalid: "the name must be 1 to \(BranchName.lengths.upperBound) characters"
        case .agentUnknown: "there is no agent \(order.agent ?? 0)"
        case .counterUnknown: "there is no counter \(order.counter ?? 0)"
        case .tooMany: "there are \(StoreLimits.tokens) tokens already"
        }
    }

    static func list(in store: BranchStore) async throws(ControlRefusal) -> [TokenReport] {
        do {
            return try await store.tokens().map { TokenReport($0) }
        } catch {
            throw ControlRefusal(error)
        }
    }

    static func revoke(_ nameOrID: String, in store: BranchStore) async throws(ControlRefusal) -> StoredToken {
        let revoked: StoredToken?
        do {
            revoked = try await store.revokeToken(nameOrID)
        } catch {
            throw ControlRefusal(error)
        }
        guard let revoked else { throw ControlRefusal(.refused, "no live token has the name or id \(nameOrID)") }
        return revoked
    }
}
