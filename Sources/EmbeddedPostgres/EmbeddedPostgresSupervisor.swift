import Foundation
import Glibc

/// The process between gnomon and its private PostgreSQL: gnomon started once more, with other arguments.
///
/// It enters the cluster's folder, gives up root, makes the cluster where there is none, and keeps PostgreSQL running
/// until its standard input ends, which happens when gnomon ends, however it ends. PostgreSQL is told to find its files
/// in `/proc/self/fd/N`, an open descriptor of the folder that its processes inherit: the link leads to the folder itself,
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
    guard unsafe chdir(arguments[1]) == 0 else { return fail("\(arguments[1]) cannot be entered: \(systemMessage())") }
    if geteuid() == 0 {
      guard setgroups(0, nil) == 0, setgid(group) == 0, setuid(user) == 0 else {
        return fail("the user of PostgreSQL cannot be taken on: \(systemMessage())")
      }
    }
    umask(0o077)
    do {
      let descriptor = unsafe open(".", O_RDONLY | O_DIRECTORY)
      guard descriptor >= 0 else { return fail("\(arguments[1]) cannot be opened: \(systemMessage())") }
      let cluster = SupervisedCluster(
        binaries: arguments[0], sockets: arguments[2], folder: "/proc/self/fd/\(descriptor)")
      if unsafe access("PG_VERSION", F_OK) != 0 { try cluster.initialize() }
      return try cluster.supervise()
    } catch {
      return fail(error.description)
    }
  }

  private static func fail(_ message: String) -> Int32 {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    return 1
  }
}

/// The cluster in the working directory.
private struct SupervisedCluster {
  let binaries: String
  let sockets: String
  /// PGDATA as the processes of the cluster reach it.
  let folder: String

  /// How often PostgreSQL may end by itself within a minute before the supervisor gives up.
  private static let patience = 60

  /// Makes the cluster and the database.
  func initialize() throws(EmbeddedPostgresError) {
    let null = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(null) }
    let initdb = try ChildProcess(
      [
        binaries + "/initdb", "-D", folder, "--username=gnomon", "--auth=trust", "--encoding=UTF8",
        "--locale=C.UTF-8", "--data-checksums",
      ], input: null, output: 2)
    guard initdb.wait() else { throw EmbeddedPostgresError("initdb failed") }
    try writeConfiguration()
    try createDatabase()
  }

  private func writeConfiguration() throws(EmbeddedPostgresError) {
    do {
      try EmbeddedPostgres.configuration.write(toFile: "gnomon.conf", atomically: true, encoding: .utf8)
      let main = try String(contentsOfFile: "postgresql.conf", encoding: .utf8)
      try (main + "\ninclude_if_exists 'gnomon.conf'\n").write(
        toFile: "postgresql.conf", atomically: true, encoding: .utf8)
    } catch {
      throw EmbeddedPostgresError("the configuration of PostgreSQL cannot be written: \(systemMessage())")
    }
  }

  /// Single-user mode needs no socket and no password.
  private func createDatabase() throws(EmbeddedPostgresError) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw EmbeddedPostgresError("no pipe: \(systemMessage())") }
    let statement = Array("CREATE DATABASE gnomon\n".utf8)
    _ = unsafe statement.withUnsafeBytes { unsafe write(ends[1], $0.baseAddress, $0.count) }
    close(ends[1])
    defer { close(ends[0]) }
    let single = try ChildProcess(
      [binaries + "/postgres", "--single", "-D", folder, "postgres"], input: ends[0], output: 2)
    guard single.wait() else { throw EmbeddedPostgresError("the database gnomon cannot be made") }
  }

  /// Runs PostgreSQL, again where it ends by itself, until standard input ends.
  func supervise() throws(EmbeddedPostgresError) -> Int32 {
    let null = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(null) }
    var ends: [ContinuousClock.Instant] = []
    while true {
      let postgres = try ChildProcess(
        [binaries + "/postgres", "-D", folder, "-c", "listen_addresses=", "-k", sockets], input: null, output: 2)
      while !postgres.hasEnded() {
        if inputEnds(within: 100) {
          kill(postgres.identifier, SIGINT)  // fast shutdown
          postgres.wait()
          return 0
        }
      }
      // After a kill, backends may still hold the shared memory for a moment: PostgreSQL then refuses, and is tried again.
      ends.append(ContinuousClock.now)
      ends.removeAll { ContinuousClock.now - $0 > .seconds(60) }
      guard ends.count < Self.patience else { throw EmbeddedPostgresError("PostgreSQL keeps ending; see its log") }
      if inputEnds(within: Int32(min(ends.count * 100, 1_000))) { return 0 }
    }
  }

  /// Waits for the end of standard input, for some milliseconds at most.
  private func inputEnds(within milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&descriptor, 1, milliseconds) > 0 else { return false }
    var byte: UInt8 = 0
    return unsafe read(0, &byte, 1) <= 0
  }
}
