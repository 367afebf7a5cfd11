import Glibc

/// A POSIX semaphore that begins at 0.
///
/// `@unchecked Sendable`: POSIX lets any thread post and wait; the memory lives as long as this object.
@safe
final class Semaphore: @unchecked Sendable {
  private let handle: UnsafeMutablePointer<sem_t>

  init() {
    unsafe handle = .allocate(capacity: 1)
    unsafe handle.initialize(to: sem_t())
    // It can fail only for a value or a kind of sharing that is not asked for here.
    _ = unsafe sem_init(handle, 0, 0)
  }

  deinit {
    _ = unsafe sem_destroy(handle)
    unsafe handle.deallocate()
  }

  /// Lets one waiting thread go on, or the next that comes.
  func post() { _ = unsafe sem_post(handle) }

  /// Blocks until there was a post; a signal of the system does not end it.
  func wait() {
    while unsafe sem_wait(handle) != 0, errno == EINTR {}
  }
}
