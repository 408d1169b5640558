/// Whether somebody still is who they were, for connections and waits that outlast a request.
package struct LiveAccess: Sendable {
    private let tokens: TokenDirectory
    private let browsers: BrowserDirectory
    private let tick: @Sendable () -> Int64

    /// - Parameters:
    ///   - tokens: the programs.
    ///   - browsers: devices and people.
    ///   - tick: the branch's milliseconds, which never go back.
    package init(tokens: TokenDirectory, browsers: BrowserDirectory, tick: @escaping @Sendable () -> Int64) {
        self.tokens = tokens
        self.browsers = browsers
        self.tick = tick
    }

    /// Whether the token, device or session is live now.
    package func includes(_ principal: Principal) -> Bool {
        switch principal.kind {
        case .token: tokens.isLive(tokenID: principal.tokenID)
        case .device, .session: browsers.isLive(principal, tick: tick())
        }
    }

    /// Tell when somebody may have lost a permission. Sessions also end by time, which nothing tells.
    package var changes: [AsyncStream<Void>] { [tokens.changes(), browsers.changes()] }
}
