import Foundation
import Glibc

/// A started program; its end is collected by ``result()`` or ``wait()``.
///
/// It begins with the descriptors it is given and no others.
struct ChildProcess: Sendable {
  let identifier: pid_t

  /// The descriptor under which a program finds the folder it is given.
  static let folderDescriptor: Int32 = 3

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - arguments: the path of the program and its arguments.
  ///   - input, output: descriptors that become its standard input, and its standard output and error.
  ///   - folder: a descriptor that becomes ``folderDescriptor``.
  ///   - ownGroup: whether it leaves the group that the terminal sends Ctrl-C to.
  init(
    _ arguments: [String], input: Int32, output: Int32, folder: Int32? = nil, ownGroup: Bool = false
  ) throws(EmbeddedPostgresError) {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    // Copies with high numbers, which giving out the low ones cannot overwrite.
    let given = ([input, output] + (folder.map { [$0] } ?? [])).map { fcntl($0, F_DUPFD_CLOEXEC, 64) }
    defer { for copy in given { close(copy) } }
    unsafe posix_spawn_file_actions_adddup2(&actions, given[0], 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, given[1], 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, given[1], 2)
    if folder != nil { unsafe posix_spawn_file_actions_adddup2(&actions, given[2], Self.folderDescriptor) }
    for other in Self.openDescriptors() where other >= Self.folderDescriptor + (folder == nil ? 0 : 1) {
      unsafe posix_spawn_file_actions_addclose(&actions, other)
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    Self.restoreSignals(&attributes, ownGroup: ownGroup)
    var identifier: pid_t = 0
    var words = unsafe arguments.map { unsafe strdup($0) }
    unsafe words.append(nil)
    defer { for index in unsafe words.indices { unsafe free(words[index]) } }
    let result = unsafe posix_spawn(&identifier, arguments[0], &actions, &attributes, words, environ)
    guard result == 0 else {
      throw EmbeddedPostgresError("\(arguments[0]) cannot be started: \(unsafe String(cString: strerror(result)))")
    }
    self.identifier = identifier
  }

  /// The descriptors of this process; closing one that is closed by then is no error (glibc).
  private static func openDescriptors() -> [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { Int32($0) }
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

  /// Whether it ended with status 0, nil while it runs; collects it once it has ended.
  func result() -> Bool? {
    var status: Int32 = 0
    let answer = unsafe waitpid(identifier, &status, WNOHANG)
    return answer == 0 ? nil : answer == identifier && status == 0
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
