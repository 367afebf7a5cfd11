import Foundation
import Glibc

/// The process between gnomon and its private PostgreSQL: gnomon started once more, with other arguments.
///
/// It enters the cluster's folder, gives up root, makes the cluster where there is none, and keeps PostgreSQL running
/// until its standard input ends, which happens when gnomon ends, however it ends. PostgreSQL is told to find its files
/// in `/proc/self/fd/3`, an open descriptor of the folder that its processes inherit: the link leads to the folder itself,
/// so that no folder above it need be open to its user.
public enum EmbeddedPostgresSupervisor {
  /// The arguments after the subcommand: binaries, folder to work in, socket folder, user id, group id.
  static func arguments(binaries: String, cluster: String, sockets: String, user: ClusterUser) -> [String] {
    [binaries, cluster, sockets, String(user.id), String(user.group)]
  }

  /// Runs until standard input ends; the exit status says whether all went well.
  public static func main(arguments: [String]) -> Int32 {
    guard arguments.count == 5, let user = uid_t(arguments[3]), let group = gid_t(arguments[4]) else {
      return fail("the supervisor is started by gnomon itself")
    }
    // A service manager that stops gnomon may signal every process; gnomon's end is what counts here.
    for number in [SIGINT, SIGTERM, SIGHUP] { _ = signal(number, SIG_IGN) }
    guard unsafe chdir(arguments[1]) == 0 else { return fail("\(arguments[1]) cannot be entered: \(systemMessage())") }
    if geteuid() == 0 {
      guard setgroups(0, nil) == 0, setgid(group) == 0, setuid(user) == 0 else {
        return fail("the user of PostgreSQL cannot be taken on: \(systemMessage())")
      }
    }
    umask(0o077)
    let descriptor = unsafe open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return fail("\(arguments[1]) cannot be opened: \(systemMessage())") }
    // initdb and postgres return to where they began, which must not be below a folder that their user may not enter.
    guard unsafe chdir("/") == 0 else { return fail("/ cannot be entered: \(systemMessage())") }
    let cluster = SupervisedCluster(binaries: arguments[0], sockets: arguments[2], descriptor: descriptor)
    do {
      if unsafe access(cluster.place + "/PG_VERSION", F_OK) != 0 { try cluster.initialize() }
      try cluster.supervise()
      return 0
    } catch {
      return fail(error.description)
    }
  }

  private static func fail(_ message: String) -> Int32 {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    return 1
  }
}
