#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The process's limit on open descriptors: every connection costs one.
package enum DescriptorLimit {
    /// Raises the soft limit to the hard one. A program calls it once at its start.
    ///
    /// - Returns: the soft limit afterwards; also when the system refused to raise it.
    @discardableResult
    package static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return fallback }
        if limit.rlim_cur < limit.rlim_max {
            let soft = limit.rlim_cur
            limit.rlim_cur = limit.rlim_max
            if setrlimit(resource, &limit) != 0 { limit.rlim_cur = soft }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// The soft limit as it is now.
    package static var current: Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return fallback }
        return Int(clamping: limit.rlim_cur)
    }

    /// Connections that the process can afford beside the descriptors it has open already, at most `wanted`.
    package static func affordableConnections(wanted: Int) -> Int {
        let free = current - openDescriptors() - Limits.spareDescriptors
        return min(wanted, max(Limits.fewestConnections, free))
    }

    /// Number of descriptors open now; 0 where the system does not tell.
    package static func openDescriptors() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var entries = 0
        while readdir(folder) != nil { entries += 1 }
        // The two dot entries and the descriptor of the folder itself do not count.
        return max(0, entries - 3)
    }

    /// What POSIX promises at least, for a system that does not answer.
    private static let fallback = 256

    #if canImport(Glibc)
        private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #else
        private static var resource: Int32 { RLIMIT_NOFILE }
    #endif
}
