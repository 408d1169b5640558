import Foundation

/// The pages and what they load, read once at the start: pages by name, everything else under one content hash.
///
/// `pages/admin.html` is the page `admin`. Every other file is an asset. A page names assets under `/assets/-/`, which
/// becomes `/assets/<hash>/` with one hash over all assets; they name each other by relative paths. So assets may be
/// kept for ever, and a new version has new addresses.
package struct Site: Sendable {
    /// Pages by name, such as `admin`.
    package let pages: [String: SiteFile]
    /// Assets by their path in the site, such as `core/api.js`.
    package let assets: [String: SiteFile]
    /// The hash in the assets' addresses: 16 hex digits.
    package let hash: String

    /// Why a folder can't be served.
    package struct Unusable: Error, CustomStringConvertible, Sendable {
        /// One sentence for the technician.
        package let description: String
    }

    /// A site without pages.
    package static let none = Site(pages: [:], assets: [:], hash: "0000000000000000")

    /// The site that comes with the program, or the one in `root`.
    ///
    /// - Parameter root: another folder to serve, or nil.
    /// - Throws: ``Unusable`` if the folder can't be read, holds a file of an unknown kind, or is larger than
    ///   ``Limits/siteBytes``.
    package static func load(root: String? = nil) throws(Unusable) -> Site {
        let folder = root.map { URL(fileURLWithPath: $0) } ?? Bundle.module.url(forResource: "Site", withExtension: nil)
        guard let folder else { throw Unusable(description: "the pages that belong to the program are missing") }
        let files = try files(in: folder)
        let assets = files.filter { !$0.key.hasPrefix("pages/") }
        let ordered = assets.sorted { $0.key < $1.key }
        let hash = ContentHash.text(of: ordered.flatMap { Array($0.key.utf8) + [0] + $0.value + [0] })
        var site = (pages: [String: SiteFile](), assets: [String: SiteFile]())
        for (path, bytes) in files {
            guard let type = MediaType.of(path) else {
                throw Unusable(description: "\(folder.path) holds \(path), whose kind isn't known")
            }
            if path.hasPrefix("pages/") {
                let html = String(decoding: bytes, as: UTF8.self).replacing("/assets/-/", with: "/assets/\(hash)/")
                let name = path.dropFirst("pages/".count).dropLast(".html".count)
                site.pages[String(name)] = SiteFile(Array(html.utf8), mediaType: type)
            } else {
                site.assets[path] = SiteFile(bytes, mediaType: type)
            }
        }
        return Site(pages: site.pages, assets: site.assets, hash: hash)
    }

    /// Every file by its path below the folder. Hidden ones are left out.
    private static func files(in folder: URL) throws(Unusable) -> [String: [UInt8]] {
        let base = folder.resolvingSymlinksInPath().path + "/"
        guard
            let walk = FileManager.default.enumerator(
                at: folder.resolvingSymlinksInPath(), includingPropertiesForKeys: [.isRegularFileKey],
                options: [.skipsHiddenFiles])
        else { throw Unusable(description: "the pages in \(folder.path) can't be read") }
        var files: [String: [UInt8]] = [:]
        var total = 0
        for case let url as URL in walk {
            let path = url.resolvingSymlinksInPath().path
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            guard path.hasPrefix(base), let data = FileManager.default.contents(atPath: path) else {
                throw Unusable(description: "\(url.path) can't be read, or lies outside the pages' folder")
            }
            total += data.count
            guard total <= Limits.siteBytes else {
                throw Unusable(description: "\(folder.path) has more than \(Limits.siteBytes) bytes")
            }
            files[String(path.dropFirst(base.count))] = Array(data)
        }
        return files
    }
}

/// Bounds of the site.
package enum Limits {
    /// Bytes of all files together; they are kept in memory.
    package static let siteBytes = 8 * 1_024 * 1_024
}
