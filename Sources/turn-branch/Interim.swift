import ArgumentParser
import BranchAccess
import BranchStore
import Foundation
import QueueDomain
import Yams

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "token", subcommands: [TokenCreateCommand.self])
}

struct TokenCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create")
    @OptionGroup var data: DataOptions
    @Option var role: String
    @Option var name: String
    @Option var agent: Int64?
    @Option var counter: Int64?
    @Flag var json = false

    func run() async throws {
        let lock = try DataLock.acquire(in: data.directory)
        let store = try BranchStore.open(directory: data.directory, lock: lock)
        guard let role = Role(rawValue: role) else { throw ValidationError("unknown role") }
        let token = AccessToken(role: role)
        let new = NewToken(
            role: role.rawValue, name: name, hash: token.hash.bytes, agentID: agent, counterID: counter)
        switch try await store.create(new) {
        case .success(let row):
            print("{\"id\":\(row.id),\"role\":\"\(row.role)\",\"name\":\"\(row.name)\",\"token\":\"\(token.text)\"}")
        case .failure(let refusal):
            complain("\(refusal)")
            throw ProgramExit.refused
        }
        await store.close()
    }
}

struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "apply")
    @OptionGroup var data: DataOptions
    @Argument var file: String
    @Flag var offline = false

    func run() async throws {
        let lock = try DataLock.acquire(in: data.directory)
        let store = try BranchStore.open(directory: data.directory, lock: lock)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        guard let root = try Yams.load(yaml: text) as? [String: Any] else { return }
        let admin = Actor(role: .admin)
        func submit(_ request: Command.Request) async throws -> [Fact] {
            if case .done(let result) = try await store.writer.submit(WriteRequest(Command(actor: admin, request: request))) {
                return result.facts
            }
            return []
        }
        func seconds(_ value: Any?) -> Int? {
            if let number = value as? Int { return number }
            guard let text = value as? String, let number = Int(text.prefix { $0.isNumber }) else { return nil }
            return text.hasSuffix("min") ? number * 60 : number
        }
        if let branch = root["branch"] as? [String: Any] {
            _ = try await submit(
                .edit(.changeBranch(name: branch["name"] as? String ?? "Branch", timeZone: branch["time_zone"] as? String ?? "UTC")))
        }
        var ids: [String: QueueID] = [:]
        for queue in root["queues"] as? [[String: Any]] ?? [] {
            var settings = QueueSettings(name: queue["name"] as? String ?? "", prefix: queue["prefix"] as? String ?? "")
            settings.lastNumber = queue["last_number"] as? Int ?? settings.lastNumber
            settings.targetWait = seconds(queue["target_wait"])
            settings.autoStart = queue["auto_start"] as? Bool ?? false
            settings.undoWindow = seconds(queue["undo_window"]) ?? 15
            settings.cap = queue["cap"] as? Int
            if case .queue(let fact)? = try await submit(.edit(.createQueue(settings))).first, let made = fact.after {
                ids[settings.name] = made.id
                ids[settings.prefix] = made.id
            }
        }
        for agent in root["agents"] as? [[String: Any]] ?? [] {
            _ = try await submit(.edit(.createAgent(name: agent["name"] as? String ?? "", isActive: true)))
        }
        for counter in root["counters"] as? [[String: Any]] ?? [] {
            var settings = CounterSettings(name: counter["name"] as? String ?? "")
            settings.automatic = counter["automatic"] as? Bool ?? false
            for served in counter["queues"] as? [[String: Any]] ?? [] {
                guard let id = ids[served["queue"] as? String ?? ""] else { continue }
                settings.serves.append(
                    ServedQueue(queueID: id, tier: served["tier"] as? Int ?? 1, helpAfter: seconds(served["help_after"]) ?? 0))
            }
            if case .counter(let fact)? = try await submit(.edit(.createCounter(settings))).first, let made = fact.after,
                counter["open"] as? Bool == true
            {
                _ = try await submit(.counter(made.id, .open(nil)))
            }
        }
        await store.close()
    }
}
