import Foundation
import Glibc

/// An advisory lock on a file (flock), held until it is closed or the process ends, however it ends.
struct FileLock: ~Copyable, Sendable {
  private let descriptor: Int32

  /// How a lock is shared.
  enum Mode {
    case shared, exclusive
  }

  /// Takes the lock, waiting for it where asked; nil where another process holds it.
  init?(path: String, _ mode: Mode, waiting: Bool = false) throws(EmbeddedPostgresError) {
    let descriptor = try openOwnFile(path, O_RDWR)
    let operation = (mode == .shared ? LOCK_SH : LOCK_EX) | (waiting ? 0 : LOCK_NB)
    while flock(descriptor, operation) != 0 {
      if errno == EINTR { continue }
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Writes who holds the lock into its file.
  borrowing func write(_ text: String) {
    ftruncate(descriptor, 0)
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }
}

/// Opens a file of the data directory, which is made where there is none.
///
/// Where root makes it in a folder of an ordinary user, it belongs to that user, who then can do without root. A symbolic
/// link is refused: in a folder of another user it could lead root anywhere.
func openOwnFile(_ path: String, _ flags: Int32) throws(EmbeddedPostgresError) -> Int32 {
  let descriptor = unsafe open(path, flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
  guard descriptor >= 0 else {
    throw EmbeddedPostgresError("the file \(path) cannot be written: \(systemMessage())")
  }
  if geteuid() == 0, let folder = FileIdentity(path: (path as NSString).deletingLastPathComponent), folder.owner != 0 {
    _ = fchown(descriptor, folder.owner, folder.group)
  }
  return descriptor
}

/// The text of a file of a page at most, read by one system call; nil where it cannot be read.
///
/// For what is asked many times while something starts: Foundation's reading costs a hundred times as much.
func smallFileText(_ path: String) -> String? {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 4_096)
  let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
  return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
}

/// What the system says about the last failure.
func systemMessage() -> String { unsafe String(cString: strerror(errno)) }
