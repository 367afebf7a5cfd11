import FoundationEssentials
import Glibc
import StacModel

/// The folders whose files may be read, after every symbolic link is followed.
public struct LocalFiles: Sendable {
  /// Absolute paths.
  public let roots: [String]

  public init(roots: [String]) { self.roots = roots }

  /// The real path of a regular file that an asset's href names; nil where it is none below the roots.
  ///
  /// - Parameter href: an absolute path, or a `file:` URL of this machine, decoded once.
  public func path(of href: String) -> String? {
    guard let path = Self.absolutePath(href), let real = Self.realPath(path),
      roots.contains(where: { isBelow(real, $0) }), Self.status(real) != nil
    else { return nil }
    return real
  }

  /// Size, time (nanoseconds since 1970) and number of whatever an href names on this machine, so that a change is noticed; nil
  /// where there is nothing. It is cheap, and looks at no root, since nobody is told of it.
  public func stamp(of href: String) -> (size: Int64, time: Int64, number: UInt64)? {
    guard let path = Self.absolutePath(href) else { return nil }
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    let time = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    return (Int64(status.st_size), time, UInt64(status.st_ino))
  }

  private func isBelow(_ path: String, _ root: String) -> Bool {
    guard let root = Self.realPath(root) else { return false }
    return root == "/" || path.hasPrefix(root + "/")
  }

  private static func absolutePath(_ href: String) -> String? {
    if href.hasPrefix("/") { return href.utf8.contains(0) ? nil : href }
    guard href.lowercased().hasPrefix("file://") else { return nil }
    let rest = href.dropFirst("file://".count)
    let host = rest.prefix { $0 != "/" }
    guard host.isEmpty || host.lowercased() == "localhost", !rest.contains("?"), !rest.contains("#") else { return nil }
    return PercentCoding.decodeKeepingUnicode(rest.dropFirst(host.count))
  }

  /// realpath(3): follows links and takes out dots; nil where something is missing.
  static func realPath(_ path: String) -> String? {
    guard let pointer = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(pointer) }  // pairs with realpath
    return unsafe String(validatingCString: pointer)
  }

  /// Size and age of a regular file; nil for anything else.
  static func status(_ path: String) -> FileStatus? {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? UInt64,
      let modified = attributes[.modificationDate] as? Date, let number = attributes[.systemFileNumber] as? UInt64
    else { return nil }
    let microseconds = Int64(modified.timeIntervalSince1970 * 1_000_000)
    return FileStatus(size: Int(size), microseconds: microseconds, number: number)
  }

  /// The names in a folder; empty where there is none.
  static func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }
}

/// What identifies a file's content.
struct FileStatus: Sendable {
  let size: Int
  /// When it was changed, in microseconds since 1970.
  let microseconds: Int64
  let number: UInt64

  /// A strong validator: files that are published are never changed in place.
  var entityTag: String { "\"\(String(number, radix: 16))-\(size)-\(microseconds)\"" }
}
