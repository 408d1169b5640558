import Foundation

/// Where a data directory's control socket is.
package enum ControlAddress {
    /// `turn.sock` in the data directory, unless another path is given.
    package static func path(in directory: String, override: String? = nil) -> String {
        override ?? directory + "/turn.sock"
    }

    /// Whether the kernel takes a path of this length.
    static func fits(_ path: String) -> Bool { path.utf8.count <= ControlLimits.socketPath }
}

/// Who is at the other end of a Unix socket, as SO_PEERCRED tells: Linux's `struct ucred`.
struct PeerIdentity: Sendable {
    var pid: Int32 = 0
    var uid: UInt32 = .max
    var gid: UInt32 = .max

    /// The process's own user and root may control the branch, nobody else.
    var mayControl: Bool { uid == 0 || uid == geteuid() }
}
