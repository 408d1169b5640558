import BranchAccess
import Testing

struct AccessTableTests {
    /// Columns: admin, supervisor, agent, worker, kiosk, display, metrics, and somebody who isn't signed in.
    /// `+` may, `-` may not (403), `?` must sign in (401).
    private static let expectation: [Operation: String] = [
        .issueTicket: "+++++--?",
        .listWaiting: "+++++++?",
        .listTickets: "++++---?",
        .readTicket: "++++---?",
        .patchTicket: "+++----?",
        .callTicket: "+++----?",
        .recallTicket: "+++----?",
        .startTicket: "+++----?",
        .completeTicket: "+++----?",
        .noShowTicket: "+++----?",
        .requeueTicket: "+++----?",
        .parkTicket: "+++----?",
        .resumeTicket: "+++----?",
        .transferTicket: "+++----?",
        .cancelTicket: "+++----?",
        .abandonTicket: "+++----?",
        .undoTicket: "+++----?",
        .reinstateTicket: "++-----?",
        .setStatus: "++++---?",
        .updateTicket: "++++---?",
        .reserve: "++++---?",
        .callNext: "+++----?",
        .openCounter: "+++----?",
        .closeCounter: "+++----?",
        .pauseCounter: "+++----?",
        .listQueues: "+++++++?",
        .listCounters: "+++++++?",
        .listAgents: "++-----?",
        .createQueue: "+------?",
        .patchQueue: "+------?",
        .deleteQueue: "+------?",
        .createCounter: "+------?",
        .patchCounter: "+------?",
        .deleteCounter: "+------?",
        .createAgent: "+------?",
        .patchAgent: "+------?",
        .deleteAgent: "+------?",
        .readBranch: "+++++++?",
        .patchBranch: "+------?",
        .exportConfiguration: "+------?",
        .importConfiguration: "+------?",
        .readEvents: "++++---?",
        .webSocket: "+++++++?",
        .readPublicTicket: "++++++++",
        .leavePublic: "++++++++",
        .undoPublic: "++++++++",
        .letAheadPublic: "++++++++",
        .livez: "++++++++",
        .readyz: "++++++++",
        .openAPI: "++++++++",
        .readSession: "++++++++",
        .signIn: "++++++++",
        .signOut: "++++++++",
        .changeSecret: "++++++++",
        .recover: "++++++++",
        .readSetup: "++++++++",
        .beginSetup: "++++++++",
        .continueSetup: "+------?",
        .listPeople: "+------?",
        .createPerson: "+------?",
        .patchPerson: "+------?",
        .deletePerson: "+------?",
        .pairDevice: "++++++++",
        .reportDevice: "++++++++",
        .readPairing: "+------?",
        .approveDevice: "+------?",
        .denyDevice: "+------?",
        .listDevices: "++-----?",
        .patchDevice: "+------?",
        .deleteDevice: "+------?",
        .readAudit: "+------?",
        .readStatus: "++-----?",
        .readPage: "++++++++",
        .readAsset: "++++++++",
    ]

    @Test(arguments: Operation.allCases)
    func everyOperationIsForItsRolesAndNobodyElse(operation: Operation) {
        let callers: [Role?] = [.admin, .supervisor, .agent, .worker, .kiosk, .display, .metrics, nil]
        let found = callers.map { role in
            switch AccessTable.decide(operation, role: role) {
            case .allowed: "+"
            case .forbidden: "-"
            case .unauthenticated: "?"
            }
        }
        #expect(found.joined() == Self.expectation[operation])
    }

    @Test func publicLinksAreDecidedByTheLink() {
        let byLink = Operation.allCases.filter { AccessTable.audience(of: $0) == .link }
        #expect(byLink == [.readPublicTicket, .leavePublic, .undoPublic, .letAheadPublic])
    }

    @Test func rolesIncludeEachOtherOnlyAlongTheStaffLine() {
        let pairs = Role.allCases.flatMap { one in Role.allCases.filter(one.includes).map { "\(one) \($0)" } }
        #expect(
            Set(pairs) == [
                "admin admin", "admin supervisor", "admin agent", "supervisor supervisor", "supervisor agent",
                "agent agent", "worker worker", "kiosk kiosk", "display display", "metrics metrics",
            ])
    }

    @Test func staffSeeNamesAndNobodyElseDoes() {
        #expect(Role.allCases.filter { $0.view == .staff } == [.admin, .supervisor, .agent, .worker])
    }
}

struct PrincipalTests {
    private func principal(_ role: Role, agent: Int64? = nil, counter: Int64? = nil) -> Principal {
        Principal(tokenID: 1, role: role, name: "n", agentID: agent, counterID: counter)
    }

    @Test func aBoundTokenActsAtItsOwnCounterNamedOrNot() throws {
        let bound = principal(.agent, agent: 7, counter: 2)
        #expect(try bound.counter(asked: nil) == 2)
        #expect(try bound.counter(asked: 2) == 2)
        #expect(throws: OtherCounter(bound: 2, asked: 3)) { try bound.counter(asked: 3) }
    }

    @Test func aTokenThatIsNotBoundActsWhereItSays() throws {
        #expect(try principal(.agent).counter(asked: 3) == 3)
        #expect(try principal(.worker).counter(asked: nil) == nil)
    }

    @Test(arguments: [Role.admin, .supervisor])
    func supervisorsActAtAnyCounterAndStampNoAgent(role: Role) throws {
        let caller = principal(role, agent: 7, counter: 2)
        #expect(try caller.counter(asked: 3) == 3)
        #expect(caller.stampedAgentID == nil)
        #expect(principal(.agent, agent: 7).stampedAgentID == 7)
    }
}
