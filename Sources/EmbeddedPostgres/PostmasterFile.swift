import Foundation
import Glibc

/// What `postmaster.pid` says of a running cluster (src/include/utils/pidfile.h).
struct PostmasterFile {
  let process: pid_t
  let socketDirectory: String
  let isReady: Bool

  /// Reads the file of a cluster; nil where there is none or it is not complete yet.
  init?(cluster: String) {
    guard let text = smallFileText(cluster + "/postmaster.pid") else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard let first = lines.first, let process = pid_t(first), process > 0 else { return nil }
    self.process = process
    socketDirectory = lines.count > 4 ? lines[4] : ""
    isReady = lines.count > 7 && lines[7] == "ready"
  }

  /// Whether the process lives and is a PostgreSQL whose working directory is the cluster.
  ///
  /// Where the working directory may not be looked at (root in a container), the process's name has to do.
  func isAlive(in cluster: String) -> Bool {
    guard kill(process, 0) == 0 || errno == EPERM, ClusterProcesses.isPostgres(process) else { return false }
    guard let working = FileIdentity(path: "/proc/\(process)/cwd"), let expected = FileIdentity(path: cluster) else {
      return true
    }
    return working == expected
  }
}
