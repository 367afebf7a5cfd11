import Foundation
import Glibc

/// The processes of PostgreSQL whose working directory is a cluster, found in `/proc`.
///
/// They show to root and to their own user. A postmaster that is killed leaves its backends behind: idle ones end at
/// once, busy ones after their query, and no other postmaster starts before.
struct ClusterProcesses {
  private let folder: String

  init(cluster: String) { folder = cluster }

  /// The processes that live now; nil where that cannot be known.
  func find() -> [pid_t]? {
    guard let place = FileIdentity(path: folder),
      let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc"), names.contains("self")
    else { return nil }
    return names.compactMap { pid_t($0) }.filter { process in
      process != getpid() && Self.isPostgres(process) && FileIdentity(path: "/proc/\(process)/cwd") == place
    }
  }

  /// Whether a process is a PostgreSQL, by its name.
  static func isPostgres(_ process: pid_t) -> Bool {
    smallFileText("/proc/\(process)/comm") == "postgres\n"
  }

  /// Ends what an earlier postmaster left behind: waits a moment, asks (SIGQUIT), and at last kills.
  ///
  /// - Returns: whether it is certain that no process is left.
  func end() -> Bool {
    let start = ContinuousClock.now
    var asked = Set<pid_t>()
    while let processes = find() {
      if processes.isEmpty { return true }
      let elapsed = ContinuousClock.now - start
      if elapsed > .seconds(30) { return false }
      if elapsed > .seconds(5) {
        for process in processes { kill(process, SIGKILL) }
      } else if elapsed > .milliseconds(200) {
        for process in processes where asked.insert(process).inserted { kill(process, SIGQUIT) }
      }
      usleep(10_000)
    }
    return false
  }
}

/// What tells one file from all others on this machine, links followed.
struct FileIdentity: Equatable {
  let device: UInt64
  let inode: UInt64
  let owner: uid_t
  let group: gid_t

  /// Nil where the file does not exist or cannot be looked at.
  init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    owner = status.st_uid
    group = status.st_gid
  }

  static func == (one: FileIdentity, other: FileIdentity) -> Bool {
    one.device == other.device && one.inode == other.inode
  }
}
