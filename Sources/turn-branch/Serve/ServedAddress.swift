import BranchControl
import BranchStore
import Foundation
import Logging
import NIOCore
import Synchronization

/// The address that is served, told on standard output once it is known.
final class ServedAddress: Sendable {
    /// Guards the address between the listener and those who ask for status.
    private let address = Mutex<String?>(nil)

    var text: String? { address.withLock { $0 } }

    func announce(_ address: SocketAddress, isSecure: Bool) {
        let ip = address.ipAddress ?? "127.0.0.1"
        let text = "\(isSecure ? "https" : "http")://\(ip.contains(":") ? "[\(ip)]" : ip):\(address.port ?? 0)"
        self.address.withLock { $0 = text }
        FileHandle.standardOutput.write(Data("listening on \(text)\n".utf8))
    }

    /// The address to type into a browser: of one interface where the branch listens on all.
    private var reachable: String? {
        guard let text, text.contains("//0.0.0.0:") || text.contains("//[::]:") else { return text }
        // Without the list the technician sees what is bound, and knows the box's address.
        let addresses = ((try? System.enumerateDevices()) ?? []).compactMap { $0.address?.ipAddress }
        guard let own = addresses.first(where: { $0.contains(".") && !$0.hasPrefix("127.") }) else { return text }
        return text.replacing("0.0.0.0", with: own).replacing("[::]", with: own)
    }

    /// As long as nobody can sign in, each start tells a new code on standard output, which only the box shows.
    func announceSetup(of store: BranchStore, logger: Logger) async {
        do {
            guard try await store.setupState().isNew else { return }
            let report = try await AccessVerbs.setupCode(in: store, address: reachable)
            FileHandle.standardOutput.write(Data((report.lines.joined(separator: "; ") + "\n").utf8))
        } catch {
            logger.error("No set-up code could be made", metadata: ["error": "\(error)"])
        }
    }
}
