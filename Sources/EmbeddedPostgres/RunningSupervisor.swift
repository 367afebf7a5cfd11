import Foundation
import Glibc

/// The supervisor of a cluster as its parent sees it.
struct RunningSupervisor: Sendable {
  let socketDirectory: String
  private let process: ChildProcess
  /// The end of the pipe whose closing tells the supervisor to stop.
  private let lifeline: Int32

  /// Starts the supervisor and waits until PostgreSQL is ready.
  init(layout: ClusterLayout) throws(EmbeddedPostgresError) {
    let user = try ClusterLayout.clusterUser()
    let installation = try PostgresInstallation.find(major: layout.clusterMajor)
    guard installation.hasPostGIS else {
      throw EmbeddedPostgresError(
        "PostGIS is not installed; install it with: apt-get install postgresql-\(installation.major)-postgis-3")
    }
    socketDirectory = try layout.makeSocketDirectory(for: user)
    let isNew = layout.clusterMajor == nil
    if isNew { try Self.makeFolder(layout.unfinishedCluster, for: user) }
    let folder = isNew ? layout.unfinishedCluster : layout.cluster
    (process, lifeline) = try Self.spawn(
      EmbeddedPostgresSupervisor.arguments(
        binaries: installation.binaries, cluster: folder, sockets: socketDirectory, user: user), log: layout.startLog)
    do throws(EmbeddedPostgresError) {
      try waitUntilReady(in: folder, log: layout.startLog)
      if isNew, unsafe rename(layout.unfinishedCluster, layout.cluster) != 0 {
        throw EmbeddedPostgresError("\(layout.cluster) cannot be made: \(systemMessage())")
      }
    } catch {
      stop()
      throw error
    }
  }

  /// A folder that only the cluster's user may enter; what an earlier, killed attempt left is removed.
  private static func makeFolder(_ path: String, for user: ClusterUser) throws(EmbeddedPostgresError) {
    try? FileManager.default.removeItem(atPath: path)
    guard unsafe mkdir(path, 0o700) == 0, unsafe chown(path, user.id, user.group) == 0 else {
      throw EmbeddedPostgresError("the folder \(path) cannot be made: \(systemMessage())")
    }
  }

  private static func spawn(
    _ arguments: [String], log: String
  ) throws(EmbeddedPostgresError) -> (ChildProcess, lifeline: Int32) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw EmbeddedPostgresError("no pipe: \(systemMessage())") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let output = unsafe open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard output >= 0 else {
      close(ends[1])
      throw EmbeddedPostgresError("\(log) cannot be written: \(systemMessage())")
    }
    defer { close(output) }
    let child = try ChildProcess(
      ["/proc/self/exe", "postgres-supervisor"] + arguments, input: ends[0], output: output, ownGroup: true)
    return (child, ends[1])
  }

  /// Waits for the word that PostgreSQL writes into its pid file when it takes connections.
  private func waitUntilReady(in folder: String, log: String) throws(EmbeddedPostgresError) {
    let deadline = ContinuousClock.now + .seconds(120)
    while !Self.isReady(folder) {
      if process.hasEnded() || ContinuousClock.now > deadline {
        let lines = ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n")
        throw EmbeddedPostgresError(
          "PostgreSQL does not start: \(lines.suffix(3).joined(separator: " ")) (all of it in \(log))")
      }
      usleep(5_000)
    }
  }

  /// A file that a killed PostgreSQL left behind may say ready too: its process must live.
  private static func isReady(_ folder: String) -> Bool {
    guard let file = PostmasterFile(cluster: folder) else { return false }
    return file.isReady && file.isAlive(in: folder)
  }

  /// Ends PostgreSQL and waits for its end.
  func stop() {
    close(lifeline)
    process.wait()
  }
}
