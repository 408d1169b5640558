import BranchControl
import BranchServer
import BranchStore
import QueueDomain

extension ConfigurationExchange {
    /// By the same plans that `turn-branch apply` takes.
    static func plans(of store: BranchStore) -> ConfigurationExchange {
        ConfigurationExchange(
            text: { () throws(Refusal) in
                do throws(StoreError) {
                    return try await ConfigurationFile.text(of: store)
                } catch {
                    throw .unavailable(error.description)
                }
            },
            take: { yaml, actor, dryRun throws(Refusal) in
                do throws(ControlRefusal) {
                    let report = try await ConfigurationFile.take(
                        yaml, named: "configuration.yaml", by: actor, dryRun: dryRun, in: store)
                    return report.items.map(Change.init)
                } catch {
                    throw Refusal(error)
                }
            })
    }
}

extension ConfigurationExchange.Change {
    fileprivate init(_ item: PlanReport.Item) {
        let action =
            switch item.action {
            case .created: "create"
            case .changed: "change"
            case .opened: "open"
            case .unchanged: "unchanged"
            }
        self.init(action: action, kind: item.kind.rawValue, name: item.name, fields: item.fields)
    }
}

extension ConfigurationExchange.Refusal {
    fileprivate init(_ refusal: ControlRefusal) {
        switch refusal.code {
        case .invalidRequest, .invalidPlan: self = .invalid(refusal.message)
        case .refused: self = .refused(refusal.message)
        case .unavailable, .locked: self = .unavailable(refusal.message)
        }
    }
}
