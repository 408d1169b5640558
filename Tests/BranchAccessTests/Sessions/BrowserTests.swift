import BranchAccess
import Testing

@Suite struct BrowserCookieTests {
    @Test func bothAreFoundAmongOthers() {
        let cookies = BrowserCookies(["a=1; turn_device=d; b=2", "turn_session=s=x"], isSecure: false)
        #expect(cookies.device == "d" && cookies.session == "s=x")
        #expect(!cookies.isEmpty)
    }

    @Test func underTLSOnlyThePrefixedNamesCount() {
        let fields = ["turn_session=plain; __Host-turn_session=tls; __Host-turn_device=d"]
        let secure = BrowserCookies(fields, isSecure: true)
        #expect(secure.session == "tls" && secure.device == "d")
        #expect(BrowserCookies(fields, isSecure: false).session == "plain")
        #expect(BrowserCookies(["turn_device=d"], isSecure: true).isEmpty)
    }

    @Test func aHugeFieldIsNotRead() {
        let huge = "turn_session=s; x=" + String(repeating: "y", count: Limits.cookieBytes)
        #expect(BrowserCookies([huge], isSecure: false).isEmpty)
    }

    @Test func theyAreClosedToScriptsAndToOtherSites() {
        let plain = BrowserCookies.set(session: "s", isSecure: false)
        #expect(plain == "turn_session=s; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict")
        let device = BrowserCookies.set(device: "d", isSecure: true)
        #expect(device == "__Host-turn_device=d; Path=/; Max-Age=34560000; HttpOnly; SameSite=Strict; Secure")
        #expect(BrowserCookies.endSession(isSecure: false).contains("Max-Age=0"))
    }
}

@Suite struct BrowserDirectoryTests {
    private let directory = BrowserDirectory()
    private let deviceSecret = BrowserSecret()
    private let sessionSecret = BrowserSecret()

    private func device(_ kind: DeviceKind, hash: SecretHash? = nil, previous: SecretHash? = nil) -> PairedDevice {
        PairedDevice(
            id: 1, kind: kind, name: "d", counterID: kind == .counter ? 4 : nil, hash: hash ?? deviceSecret.hash,
            previousHash: previous, rotatedAt: 0)
    }

    private func session(_ who: SignedIn, deviceID: Int64? = nil, createdAt: Int64 = 0) -> BrowserSession {
        BrowserSession(
            id: 2, who: who, deviceID: deviceID, hash: sessionSecret.hash, createdAt: createdAt,
            authenticatedAt: createdAt, seenAt: createdAt)
    }

    private func identity(
        device: String? = nil, session: String? = nil, tick: Int64 = 1, isUse: Bool = true
    ) -> BrowserIdentity {
        var parts: [String] = []
        if let device { parts.append("turn_device=\(device)") }
        if let session { parts.append("turn_session=\(session)") }
        let cookies = BrowserCookies([parts.joined(separator: "; ")], isSecure: false)
        return directory.identity(of: cookies, tick: tick, isUse: isUse)
    }

    @Test(arguments: [(DeviceKind.kiosk, Role.kiosk), (.display, .display)])
    func aDeviceIsItsRole(_ kind: DeviceKind, _ role: Role) {
        directory.put(device(kind))
        let principal = identity(device: deviceSecret.text).principal
        #expect(principal?.role == role && principal?.kind == .device && principal?.deviceID == 1)
    }

    @Test func aCounterAloneIsNobodyAndWithItsAgentBoth() {
        directory.put(device(.counter))
        #expect(identity(device: deviceSecret.text).principal == nil)
        directory.put(session(.agent(id: 7, name: "Kim"), deviceID: 1))
        let principal = identity(device: deviceSecret.text, session: sessionSecret.text).principal
        #expect(principal?.role == .agent && principal?.agentID == 7 && principal?.counterID == 4)
    }

    @Test func anAgentAtADeviceWithoutACounterIsNobody() {
        directory.put(
            PairedDevice(
                id: 1, kind: .counter, name: "d", counterID: nil, hash: deviceSecret.hash, previousHash: nil,
                rotatedAt: 0))
        directory.put(session(.agent(id: 7, name: "Kim"), deviceID: 1))
        #expect(identity(device: deviceSecret.text, session: sessionSecret.text).principal == nil)
    }

    @Test func aSessionThatIsBoundToADeviceIsNobodyElsewhere() {
        directory.put(device(.counter))
        directory.put(session(.agent(id: 7, name: "Kim"), deviceID: 1))
        #expect(identity(session: sessionSecret.text).principal == nil)
        directory.remove(device: 1)
        #expect(identity(device: deviceSecret.text, session: sessionSecret.text).principal == nil)
    }

    @Test func aPersonIsThereWithoutADevice() {
        directory.put(session(.person(id: 9, name: "Ada", role: .admin)))
        let principal = identity(session: sessionSecret.text).principal
        #expect(principal?.role == .admin && principal?.personID == 9 && principal?.actorID == 9)
    }

    @Test func aSessionEndsAfterThirtyIdleMinutes() {
        directory.put(session(.person(id: 9, name: "Ada", role: .admin)))
        let last = Limits.idleSession - 1
        #expect(identity(session: sessionSecret.text, tick: last, isUse: false).principal != nil)
        #expect(identity(session: sessionSecret.text, tick: Limits.idleSession).principal == nil)
        // Use moves the end.
        #expect(identity(session: sessionSecret.text, tick: last).principal != nil)
        #expect(identity(session: sessionSecret.text, tick: last + last).principal != nil)
    }

    @Test func noUseKeepsItBeyondTwelveHours() {
        directory.put(session(.person(id: 9, name: "Ada", role: .admin)))
        var tick: Int64 = 0
        while tick < Limits.longestSession {
            #expect(identity(session: sessionSecret.text, tick: tick).principal != nil)
            tick += Limits.idleSession / 2
        }
        #expect(identity(session: sessionSecret.text, tick: Limits.longestSession).principal == nil)
        #expect(directory.takeUse(tick: Limits.longestSession).ended == [2])
    }

    @Test func anOldSecretIsGoodUntilItIsForgotten() {
        let old = BrowserSecret()
        directory.put(device(.kiosk, previous: old.hash))
        #expect(identity(device: old.text).principal?.role == .kiosk)
        #expect(identity(device: deviceSecret.text).principal?.role == .kiosk)
        directory.put(device(.kiosk))
        #expect(identity(device: old.text).principal == nil)
    }

    @Test func revokingIsToldToWhoeverFollows() async {
        directory.put(device(.display))
        let changes = directory.changes()
        let principal = identity(device: deviceSecret.text).principal
        directory.remove(device: 1)
        var iterator = changes.makeAsyncIterator()
        #expect(await iterator.next() != nil)
        #expect(principal.map { directory.isLive($0, tick: 1) } == false)
    }

    @Test func whatIsNoSecretIsNobody() {
        directory.put(device(.kiosk))
        for text in ["", "x", deviceSecret.text + "A", String(deviceSecret.text.dropLast()) + "!"] {
            #expect(identity(device: text).device == nil)
        }
    }
}

@Suite struct PairingDeskTests {
    @Test func anApprovedDeviceGetsItsSecretOnce() throws {
        var desk = PairingDesk()
        let (deviceCode, code) = try desk.begin(.kiosk, from: "10.0.0.1", now: 0)
        #expect(desk.pending(code, now: 1)?.kind == .kiosk)
        #expect(desk.ask(deviceCode, now: 1) == .pending)
        desk.approve(code, secret: "s", deviceID: 5)
        #expect(desk.pending(code, now: 2) == nil)
        #expect(desk.ask(deviceCode, now: 3_000) == .approved(secret: "s", deviceID: 5))
        #expect(desk.ask(deviceCode, now: 6_000) == .unknown)
        #expect(desk.count == 0)
    }

    @Test func aDeniedOneIsTold() throws {
        var desk = PairingDesk()
        let (deviceCode, code) = try desk.begin(.kiosk, from: "a", now: 0)
        let isDenied = desk.deny(code, now: 1)
        #expect(isDenied)
        #expect(desk.ask(deviceCode, now: 1) == .denied)
        let isDeniedAgain = desk.deny(code, now: 1)
        #expect(!isDeniedAgain)
    }

    @Test func aCodeEndsAfterTenMinutes() throws {
        var desk = PairingDesk()
        let (deviceCode, code) = try desk.begin(.display, from: "a", now: 0)
        #expect(desk.pending(code, now: Limits.pairingAge - 1) != nil)
        #expect(desk.pending(code, now: Limits.pairingAge) == nil)
        #expect(desk.ask(deviceCode, now: Limits.pairingAge) == .unknown)
    }

    @Test func whoAsksTooOftenIsToldToWait() throws {
        var desk = PairingDesk()
        let (deviceCode, _) = try desk.begin(.display, from: "a", now: 0)
        #expect(desk.ask(deviceCode, now: 0) == .pending)
        #expect(desk.ask(deviceCode, now: 10) == .tooFast(retryAfter: Limits.pairingInterval))
        #expect(desk.ask(deviceCode, now: Limits.pairingInterval) == .pending)
    }

    @Test func asManyWaitAsTheBoundsSay() throws {
        var desk = PairingDesk()
        for _ in 0..<Limits.pairingsPerAddress { _ = try desk.begin(.kiosk, from: "a", now: 0) }
        #expect(throws: PairingDesk.Refusal.tooMany) { try desk.begin(.kiosk, from: "a", now: 0) }
        for index in Limits.pairingsPerAddress..<Limits.pairings {
            _ = try desk.begin(.kiosk, from: "address \(index)", now: 0)
        }
        #expect(throws: PairingDesk.Refusal.tooMany) { try desk.begin(.kiosk, from: "b", now: 0) }
        _ = try desk.begin(.kiosk, from: "a", now: Limits.pairingAge)
        #expect(desk.count == 1)
    }
}
