import Foundation
import Glibc

/// The supervisor of a cluster as its parent sees it.
struct RunningSupervisor: Sendable {
  let socketDirectory: String
  private let process: ChildProcess
  /// The end of the pipe whose closing tells the supervisor to stop.
  private let lifeline: Int32

  /// What a new cluster with PostGIS takes on the disk, in megabytes, with some room.
  private static let neededMegabytes = 120
  /// How long PostgreSQL may take until it is ready, recovery of what was not yet in its files included.
  private static let patience: Duration = .seconds(300)

  /// Starts the supervisor and waits until PostgreSQL is ready.
  init(layout: ClusterLayout) throws(EmbeddedPostgresError) {
    let major = try layout.clusterMajor()
    let user = try layout.clusterUser()
    let installation = try PostgresInstallation.find(major: major)
    guard installation.hasPostGIS else {
      throw EmbeddedPostgresError(
        "PostGIS is not installed; install it with: apt-get install postgresql-\(installation.major)-postgis-3")
    }
    socketDirectory = try layout.makeSocketDirectory(for: user)
    if major == nil { try Self.prepareNewCluster(layout, for: user) }
    let folder = major == nil ? layout.unfinishedCluster : layout.cluster
    (process, lifeline) = try Self.spawn(
      EmbeddedPostgresSupervisor.arguments(
        binaries: installation.binaries, cluster: folder, sockets: socketDirectory, user: user), log: layout.startLog)
    do throws(EmbeddedPostgresError) {
      try waitUntilReady(in: folder, layout: layout)
      if major == nil, unsafe rename(layout.unfinishedCluster, layout.cluster) != 0 {
        throw EmbeddedPostgresError("\(layout.cluster) cannot be made: \(systemMessage())")
      }
    } catch {
      stop()
      throw error
    }
  }

  /// A folder that only the cluster's user may enter; what an earlier, killed attempt left is removed.
  private static func prepareNewCluster(
    _ layout: ClusterLayout, for user: ClusterUser
  ) throws(EmbeddedPostgresError) {
    let path = layout.unfinishedCluster
    let deadline = ContinuousClock.now + .seconds(5)  // for the end of that attempt's initdb
    while true {
      try? FileManager.default.removeItem(atPath: path)
      if unsafe mkdir(path, 0o700) == 0 { break }
      guard errno == EEXIST, ContinuousClock.now < deadline else {
        throw EmbeddedPostgresError("the folder \(path) cannot be made: \(systemMessage())")
      }
      usleep(20_000)
    }
    if let free = layout.freeMegabytes, free < neededMegabytes {
      throw EmbeddedPostgresError(
        "the disk of \(layout.dataDirectory) has \(free) MB free; a new database needs \(neededMegabytes) MB")
    }
    guard unsafe chown(path, user.id, user.group) == 0 else {
      throw EmbeddedPostgresError("the folder \(path) cannot be given to its owner: \(systemMessage())")
    }
  }

  private static func spawn(
    _ arguments: [String], log: String
  ) throws(EmbeddedPostgresError) -> (ChildProcess, lifeline: Int32) {
    let output = try openOwnFile(log, O_WRONLY | O_TRUNC)
    defer { close(output) }
    let ends = try makePipe()
    defer { close(ends.read) }
    do throws(EmbeddedPostgresError) {
      let child = try ChildProcess(
        ["/proc/self/exe", "postgres-supervisor"] + arguments, input: ends.read, output: output, ownGroup: true)
      return (child, ends.write)
    } catch {
      close(ends.write)
      throw error
    }
  }

  /// Waits for the word that PostgreSQL writes into its pid file when it takes connections.
  private func waitUntilReady(in folder: String, layout: ClusterLayout) throws(EmbeddedPostgresError) {
    let deadline = ContinuousClock.now + Self.patience
    while !Self.isReady(folder) {
      if process.result() != nil {
        throw EmbeddedPostgresError(StartFailure(layout: layout, cluster: folder).sentence)
      }
      guard ContinuousClock.now < deadline else {
        throw EmbeddedPostgresError("PostgreSQL is not ready after \(Self.patience); see \(folder)/log")
      }
      usleep(2_000)
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
    _ = unsafe rmdir(socketDirectory)  // where PostgreSQL has left nothing in it
  }
}
