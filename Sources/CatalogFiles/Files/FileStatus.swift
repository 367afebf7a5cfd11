import Glibc

/// What the system knows of a path, links followed (`stat(2)`).
struct FileStatus {
  let isFile: Bool
  let isFolder: Bool
  /// In bytes.
  let size: Int
  /// When its content was last changed, in seconds since 1970.
  let changed: Double

  /// Nil where there is nothing, or nothing that may be seen.
  init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    let kind = status.st_mode & S_IFMT
    (isFile, isFolder) = (kind == S_IFREG, kind == S_IFDIR)
    size = Int(status.st_size)
    changed = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
  }
}
