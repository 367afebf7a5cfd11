import Foundation
import Glibc

/// A started program; its end is collected by ``hasEnded()`` or ``wait()``.
struct ChildProcess: Sendable {
  let identifier: pid_t

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - arguments: the path of the program and its arguments.
  ///   - input, output: descriptors that become its standard input, and its standard output and error.
  ///   - ownGroup: whether it leaves the group that the terminal sends Ctrl-C to.
  init(
    _ arguments: [String], input: Int32, output: Int32, ownGroup: Bool = false
  ) throws(EmbeddedPostgresError) {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    Self.restoreSignals(&attributes, ownGroup: ownGroup)
    var identifier: pid_t = 0
    var words = unsafe arguments.map { unsafe strdup($0) }
    unsafe words.append(nil)
    defer { unsafe words.forEach { unsafe free($0) } }
    let result = unsafe posix_spawn(&identifier, arguments[0], &actions, &attributes, words, environ)
    guard result == 0 else {
      throw EmbeddedPostgresError("\(arguments[0]) cannot be started: \(unsafe String(cString: strerror(result)))")
    }
    self.identifier = identifier
  }

  /// The child begins with every signal unblocked and with its usual effect.
  private static func restoreSignals(_ attributes: inout posix_spawnattr_t, ownGroup: Bool) {
    var none = sigset_t()
    var all = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    var flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    if ownGroup { flags |= POSIX_SPAWN_SETPGROUP }
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
  }

  /// Whether it has ended; collects it if so.
  func hasEnded() -> Bool {
    var status: Int32 = 0
    return unsafe waitpid(identifier, &status, WNOHANG) != 0
  }

  /// Waits for its end; true where it ended with status 0.
  @discardableResult
  func wait() -> Bool {
    var status: Int32 = 0
    while unsafe waitpid(identifier, &status, 0) < 0 {
      guard errno == EINTR else { return false }
    }
    return status == 0
  }
}
