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
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw EmbeddedPostgresError("the lock file \(path) cannot be opened: \(systemMessage())")
    }
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

/// What the system says about the last failure.
func systemMessage() -> String { unsafe String(cString: strerror(errno)) }
