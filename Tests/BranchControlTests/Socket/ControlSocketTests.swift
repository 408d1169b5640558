import BranchControl
import BranchStore
import Foundation
import NIOCore
import NIOPosix
import QueueDomain
import Testing

@Suite("Control socket", .timeLimit(.minutes(1)))
struct ControlSocketTests {
    @Test("Status travels whole")
    func status() async throws {
        try await ControlSite.with { site in
            _ = try await site.apply("queues: [{name: Loans, prefix: B}]\ncounters: [{name: One, open: true}]")
            let issue = Command(
                actor: Actor(role: .admin), request: .issue(IssueRequest(queueID: QueueID(1))))
            _ = try await site.store.writer.submit(WriteRequest(issue))
            try await site.serving { path in
                guard case .status(let report) = try await ControlClient.call(.status, at: path) else { return }
                #expect(report.version == "test")
                #expect(report.pid == getpid())
                #expect(report.address == "http://127.0.0.1:8080")
                #expect(report.dataDir == site.directory)
                #expect(report.queues.map(\.name) == ["Loans"])
                #expect(report.queues.map(\.waiting) == [1])
                #expect(report.counters.total == 1)
                #expect(report.counters.open == 1)
                #expect(report.openTickets == 1)
                #expect(report.lastSeq == site.store.writer.ring.head)
                #expect(report.schema == Migrations.newest)
                #expect(report.memoryBytes ?? 0 > 1_000_000)
                #expect(!report.faults.contains { $0.code == "not_set_up" })
            }
        }
    }

    @Test("Every verb works over the socket")
    func verbs() async throws {
        try await ControlSite.with { site in
            try await site.serving { path in
                let plan = ControlRequest.PlanText(file: "plan.yaml", yaml: "agents: [{name: Zoë}]")
                guard case .plan(let report) = try await ControlClient.call(.apply(plan), at: path) else { return }
                #expect(report.items.map(\.name) == ["Zoë"])
                let order = ControlRequest.TokenOrder(role: "agent", name: "zoe", agent: 1)
                guard case .token(let made) = try await ControlClient.call(.createToken(order), at: path) else {
                    return
                }
                #expect(made.token?.hasPrefix("turn_agent_") == true)
                #expect(made.agentId == 1)
                guard case .tokens(let tokens) = try await ControlClient.call(.listTokens, at: path) else { return }
                #expect(tokens.map(\.id) == [made.id])
                _ = try await ControlClient.call(.revokeToken("zoe"), at: path)
                guard case .clock(let now) = try await ControlClient.call(.confirmClock, at: path) else { return }
                #expect(now.hasSuffix("Z"))
            }
        }
    }

    @Test("A refusal arrives with its code and sentence, and the exit code of a refusal")
    func refusal() async throws {
        try await ControlSite.with { site in
            try await site.serving { path in
                do throws(ControlFailure) {
                    _ = try await ControlClient.call(.revokeToken("nobody"), at: path)
                    Issue.record("it was revoked")
                } catch {
                    let expected = ControlRefusal(.refused, "no live token has the name or id nobody")
                    #expect(error == .refused(expected))
                    #expect(error.exitStatus == 1)
                }
            }
        }
    }

    @Test("The socket is the owner's alone, and gone after the end")
    func mode() async throws {
        try await ControlSite.with { site in
            try await site.serving { path in
                // The mode is set right after the socket is there; an answered call comes after both.
                _ = try await ControlClient.call(.listTokens, at: path)
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
            #expect(!FileManager.default.fileExists(atPath: ControlAddress.path(in: site.directory)))
        }
    }

    @Test("A socket that a killed process left is replaced")
    func staleSocket() async throws {
        try await ControlSite.with { site in
            let path = ControlAddress.path(in: site.directory)
            let stale = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(unixDomainSocketPath: path).get()
            try await stale.close()
            try await site.serving { path in _ = try await ControlClient.call(.listTokens, at: path) }
        }
    }

    @Test("Where nothing listens the failure says so, with the exit code of unavailability")
    func nothing() async throws {
        do throws(ControlFailure) {
            _ = try await ControlClient.call(.status, at: "/tmp/turn-none/turn.sock")
            Issue.record("somebody answered")
        } catch {
            #expect(error == .nothingListens(path: "/tmp/turn-none/turn.sock"))
            #expect(error.exitStatus == 69)
        }
    }

    @Test("A path that no socket can have is refused")
    func longPath() async throws {
        await #expect(throws: ControlFailure.self) {
            try await ControlClient.call(.status, at: "/tmp/" + String(repeating: "x", count: 103))
        }
    }

    @Test(
        "What is no request is answered as such, and the connection goes on",
        arguments: [
            "", "{}", "nonsense", #"{"v":2,"verb":"status"}"#, #"{"v":1,"verb":"format.disk"}"#,
            #"{"v":1,"verb":"token.create"}"#, #"{"v":1,"verb":"apply","plan":{"file":1}}"#, "\u{0}\u{0}",
        ])
    func malformed(_ line: String) async throws {
        try await ControlSite.with { site in
            try await site.serving { path in
                let answers = try await exchange([line, #"{"v":1,"verb":"token.list"}"#], at: path)
                #expect(answers.count == 2)
                #expect(answers.first?.contains(#""code":"invalid_request""#) == true, "\(answers)")
                #expect(answers.last == #"{"ok":true,"result":[],"v":1}"#)
            }
        }
    }

    @Test("A line over the bound ends the connection without an answer")
    func overlong() async throws {
        try await ControlSite.with { site in
            try await site.serving { path in
                let line = String(repeating: "x", count: ControlLimits.requestBytes + 1)
                let answers = try? await exchange([line], at: path)
                #expect(answers?.isEmpty ?? true)
                _ = try await ControlClient.call(.listTokens, at: path)
            }
        }
    }

    @Test("An answer up to the bound is read, one byte more is none", arguments: [0, 1])
    func longAnswer(_ excess: Int) async throws {
        let answer = #"{"ok":true,"result":[],"v":1}"#
        let padding = String(repeating: " ", count: ControlLimits.answerBytes + excess - answer.utf8.count)
        let path = NSTemporaryDirectory() + "turn-\(UUID().uuidString.prefix(8)).sock"
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let greeting = Greeting(bytes: ByteBuffer(string: answer + padding + "\n"))
                    try channel.pipeline.syncOperations.addHandler(greeting)
                }
            }
        try await server.executeThenClose { _ in
            do throws(ControlFailure) {
                guard case .tokens(let tokens) = try await ControlClient.call(.listTokens, at: path) else { return }
                #expect(excess == 0 && tokens.isEmpty)
            } catch {
                #expect(excess == 1 && error.exitStatus != 0, "\(error)")
            }
        }
    }

    @Test("A client that says nothing is let go when its time is over")
    func silent() async throws {
        try await ControlSite.with { site in
            try await site.serving(requestTime: .milliseconds(10)) { path in
                let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(unixDomainSocketPath: path).get()
                try await channel.closeFuture.get()
            }
        }
    }

    @Test("At the bound of connections the next one is closed, and there is room again when one ends")
    func connections() async throws {
        try await ControlSite.with { site in
            try await site.serving { path in
                var open: [any Channel] = []
                for _ in 0..<ControlLimits.connections { open.append(try await answeredConnection(at: path)) }
                await #expect(throws: ControlFailure.self) { try await ControlClient.call(.listTokens, at: path) }
                for channel in open { try await channel.close() }
                while (try? await ControlClient.call(.listTokens, at: path)) == nil { await Task.yield() }
            }
        }
    }

    @Test("A connection has as many requests as its bound; then it ends, and another one is served")
    func requests() async throws {
        try await ControlSite.with { site in
            try await site.serving { path in
                let line = #"{"v":1,"verb":"token.list"}"#
                let lines = Array(repeating: line, count: ControlLimits.requestsPerConnection)
                #expect(try await exchange(lines, at: path).count == lines.count)
                // One more is not answered: the connection ends after the others' answers.
                let more = try? await exchange(lines + [line], at: path)
                #expect((more?.count ?? lines.count) == lines.count)
                _ = try await ControlClient.call(.listTokens, at: path)
            }
        }
    }

    /// A connection that was answered once, so it counts.
    private func answeredConnection(at path: String) async throws -> any Channel {
        let answered = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Void.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(AnswerSignal(answered)) }
            .connect(unixDomainSocketPath: path).get()
        try await channel.writeAndFlush(ByteBuffer(string: #"{"v":1,"verb":"token.list"}"# + "\n"))
        try await answered.futureResult.get()
        return channel
    }

    /// Sends lines as they are and gives back the answers' lines.
    private func exchange(_ lines: [String], at path: String) async throws -> [String] {
        let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await connection.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: lines.map { $0 + "\n" }.joined()))
            var text = ""
            for try await part in inbound {
                text += String(buffer: part)
                if text.count(where: { $0 == "\n" }) == lines.count { break }
            }
            return text.split(separator: "\n").map(String.init)
        }
    }
}

/// Tells that something came.
private final class AnswerSignal: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let answered: EventLoopPromise<Void>

    init(_ answered: EventLoopPromise<Void>) { self.answered = answered }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { answered.succeed() }

    func channelInactive(context: ChannelHandlerContext) { answered.fail(ChannelError.eof) }
}

/// Says the same to everybody who comes.
private final class Greeting: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let bytes: ByteBuffer

    init(bytes: ByteBuffer) { self.bytes = bytes }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }
}
