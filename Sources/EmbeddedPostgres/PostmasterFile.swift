import Foundation
import Glibc

/// What `postmaster.pid` says of a running cluster (src/include/utils/pidfile.h).
struct PostmasterFile {
  let process: pid_t
  let socketDirectory: String
  let isReady: Bool

  /// Reads the file of a cluster; nil where there is none or it is not complete yet.
  init?(cluster: String) {
    guard let text = try? String(contentsOfFile: cluster + "/postmaster.pid", encoding: .utf8) else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard let first = lines.first, let process = pid_t(first), process > 0 else { return nil }
    self.process = process
    socketDirectory = lines.count > 4 ? lines[4] : ""
    isReady = lines.count > 7 && lines[7] == "ready"
  }

  /// Whether the process lives and is a PostgreSQL whose working directory is the cluster.
  func isAlive(in cluster: String) -> Bool {
    guard kill(process, 0) == 0 || errno == EPERM else { return false }
    let name = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
    guard name?.trimmingCharacters(in: .whitespacesAndNewlines) == "postgres" else { return false }
    var working = stat()
    var expected = stat()
    guard unsafe stat("/proc/\(process)/cwd", &working) == 0, unsafe stat(cluster, &expected) == 0 else { return true }
    return working.st_ino == expected.st_ino && working.st_dev == expected.st_dev
  }
}
