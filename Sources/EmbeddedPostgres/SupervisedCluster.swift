import Foundation
import Glibc

/// A cluster as its supervisor makes it and keeps it running.
struct SupervisedCluster {
  let binaries: String
  let sockets: String
  /// An open descriptor of the folder, PGDATA.
  let descriptor: Int32

  /// PGDATA as this process reaches it.
  var place: String { "/proc/self/fd/\(descriptor)" }
  /// PGDATA as the processes of the cluster reach it.
  private let folder = "/proc/self/fd/\(ChildProcess.folderDescriptor)"

  /// How often PostgreSQL may fail to start before it was ever ready: twice, as a process of an earlier gnomon may have
  /// been in the way of the first attempt.
  private static let firstAttempts = 2

  /// Makes the cluster and the database.
  func initialize() throws(EmbeddedPostgresError) {
    let null = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(null) }
    let initdb = try ChildProcess(
      [
        binaries + "/initdb", "-D", folder, "--username=gnomon", "--auth=trust", "--encoding=UTF8",
        "--locale=C.UTF-8", "--data-checksums",
      ], input: null, output: 2, folder: descriptor)
    guard try finish(initdb) else { throw EmbeddedPostgresError("initdb failed") }
    try writeConfiguration()
    try createDatabase()
  }

  private func writeConfiguration() throws(EmbeddedPostgresError) {
    do {
      try EmbeddedPostgres.configuration.write(toFile: place + "/gnomon.conf", atomically: true, encoding: .utf8)
      let main = try String(contentsOfFile: place + "/postgresql.conf", encoding: .utf8)
      try (main + "\ninclude_if_exists 'gnomon.conf'\n").write(
        toFile: place + "/postgresql.conf", atomically: true, encoding: .utf8)
    } catch {
      throw EmbeddedPostgresError("the configuration of PostgreSQL cannot be written: \(error.localizedDescription)")
    }
  }

  /// Single-user mode needs no socket and no password.
  private func createDatabase() throws(EmbeddedPostgresError) {
    let ends = try makePipe()
    let statement = Array("CREATE DATABASE gnomon\n".utf8)
    _ = unsafe statement.withUnsafeBytes { unsafe write(ends.write, $0.baseAddress, $0.count) }
    close(ends.write)
    defer { close(ends.read) }
    let single = try ChildProcess(
      [binaries + "/postgres", "--single", "-D", folder, "postgres"], input: ends.read, output: 2, folder: descriptor)
    guard try finish(single) else { throw EmbeddedPostgresError("the database gnomon cannot be made") }
  }

  /// Waits for a program's end, and ends it where gnomon ends before it.
  private func finish(_ program: ChildProcess) throws(EmbeddedPostgresError) -> Bool {
    while true {
      if let result = program.result() { return result }
      if inputEnds(within: 20) {
        kill(program.identifier, SIGTERM)
        program.wait()
        throw EmbeddedPostgresError("gnomon ended while the cluster was made")
      }
    }
  }

  /// Runs PostgreSQL until standard input ends; again where it ends by itself, unless it never started.
  func supervise() throws(EmbeddedPostgresError) {
    let null = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(null) }
    var wasReady = false
    var failures = 0
    while true {
      clearTheWay()
      let postgres = try ChildProcess(
        [binaries + "/postgres", "-D", folder, "-c", "listen_addresses=", "-p", "5432", "-k", sockets],
        input: null, output: 2, folder: descriptor)
      switch watch(postgres) {
      case .stopped: return
      case .endedAfterBeingReady: (wasReady, failures) = (true, 1)
      case .endedBefore: failures += 1
      }
      guard wasReady || failures < Self.firstAttempts else {
        throw EmbeddedPostgresError("PostgreSQL ended before it was ready")
      }
      if inputEnds(within: Int32(min(failures * 100, 5_000))) { return }
    }
  }

  /// How a PostgreSQL ended.
  private enum Ending {
    /// It was told to, as standard input ended.
    case stopped
    case endedAfterBeingReady
    case endedBefore
  }

  private func watch(_ postgres: ChildProcess) -> Ending {
    var isReady = false
    var nextTidying = ContinuousClock.now
    while postgres.result() == nil {
      if inputEnds(within: isReady ? 100 : 20) {
        kill(postgres.identifier, SIGINT)  // fast shutdown
        postgres.wait()
        return .stopped
      }
      if !isReady, let file = PostmasterFile(cluster: place), file.isReady, file.process == postgres.identifier {
        isReady = true
      }
      if ContinuousClock.now > nextTidying {
        removeOldLogs()
        nextTidying += .seconds(60)
      }
    }
    return isReady ? .endedAfterBeingReady : .endedBefore
  }

  /// Ends what a killed PostgreSQL left behind, then removes its pid files: their numbers may be another process's now,
  /// as in a container that starts again.
  private func clearTheWay() {
    guard ClusterProcesses(cluster: place).end() else { return }
    unsafe unlink(place + "/postmaster.pid")
    unsafe unlink(sockets + "/.s.PGSQL.5432.lock")
  }

  /// Keeps the newest logs; their names sort by time.
  private func removeOldLogs() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place + "/log")) ?? []
    let logs = names.filter { $0.hasPrefix("postgresql-") && $0.hasSuffix(".log") }.sorted()
    for name in logs.dropLast(EmbeddedPostgres.keptLogs) { unsafe unlink(place + "/log/" + name) }
  }

  /// Waits for the end of standard input, for some milliseconds at most.
  private func inputEnds(within milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&descriptor, 1, milliseconds) > 0 else { return false }
    var byte: UInt8 = 0
    return unsafe read(0, &byte, 1) <= 0
  }
}

/// A pipe whose ends no started program inherits.
func makePipe() throws(EmbeddedPostgresError) -> (read: Int32, write: Int32) {
  var ends: [Int32] = [0, 0]
  guard unsafe pipe(&ends) == 0 else { throw EmbeddedPostgresError("no pipe: \(systemMessage())") }
  for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  return (ends[0], ends[1])
}
