import Foundation
import Glibc

/// A private PostgreSQL cluster below a data directory: a unix socket and no TCP, started and stopped with its user.
///
/// Thread: every function blocks; call it off the cooperative pool.
public struct EmbeddedPostgres: ~Copyable, Sendable {
  /// A URL for libpq and psql.
  public let connectionURL: String

  private let layout: ClusterLayout
  private var supervisor: RunningSupervisor?
  private let ownerLock: FileLock?
  private let usersLock: FileLock?

  /// Settings for a small server; durable as PostgreSQL is by default.
  static let configuration = """
    # Written by gnomon when the cluster was made; edit it as you like.
    shared_buffers = 128MB
    max_connections = 50
    max_wal_size = 1GB
    random_page_cost = 1.1
    jit = off
    timezone = 'UTC'
    log_timezone = 'UTC'
    logging_collector = on
    log_directory = 'log'
    # gnomon keeps the newest 20 logs with such names
    log_filename = 'postgresql-%Y-%m-%d_%H%M%S.log'
    log_rotation_age = 1d
    log_rotation_size = 10MB

    """

  /// How many of PostgreSQL's logs stay.
  static let keptLogs = 20

  /// Runs the cluster of a data directory, which is made where there is none, for this process alone to own.
  ///
  /// - Parameters:
  ///   - dataDirectory: an absolute path.
  ///   - command: what this process does, for the message that a second one gets: "serve".
  /// - Throws: ``EmbeddedPostgresError`` where another process runs it, or it cannot be run.
  public static func start(
    dataDirectory: String, command: String
  ) throws(EmbeddedPostgresError) -> EmbeddedPostgres {
    let layout = try ClusterLayout(making: dataDirectory)
    guard let lock = try FileLock(path: layout.ownerLock, .exclusive) else {
      let owner = (try? String(contentsOfFile: layout.ownerLock, encoding: .utf8)) ?? ""
      throw EmbeddedPostgresError(
        "the data directory \(dataDirectory) is in use by another gnomon (\(owner.isEmpty ? "starting" : owner)); "
          + "stop it, or name another --data-dir")
    }
    return try owned(layout, lock, command: command)
  }

  /// Uses the cluster of a data directory: the one that another process runs, or one that is run until ``stop()``.
  public static func attach(
    dataDirectory: String, command: String
  ) throws(EmbeddedPostgresError) -> EmbeddedPostgres {
    let layout = try ClusterLayout(making: dataDirectory)
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      if let lock = try FileLock(path: layout.ownerLock, .exclusive) {
        return try owned(layout, lock, command: command)
      }
      // Under the shared lock the owner cannot stop the cluster; whether it still runs is looked at after taking it.
      if let users = try FileLock(path: layout.usersLock, .shared), let file = PostmasterFile(cluster: layout.cluster),
        file.isReady, file.isAlive(in: layout.cluster)
      {
        return EmbeddedPostgres(
          connectionURL: url(socketDirectory: file.socketDirectory), layout: layout, supervisor: nil, ownerLock: nil,
          usersLock: users)
      }
      usleep(20_000)
    }
    throw EmbeddedPostgresError("the PostgreSQL that another gnomon starts in \(dataDirectory) does not become ready")
  }

  /// The URL of the cluster that runs on a data directory now, nil where none does.
  public static func runningConnectionURL(dataDirectory: String) -> String? {
    let layout = ClusterLayout(dataDirectory: dataDirectory)
    guard let file = PostmasterFile(cluster: layout.cluster), file.isAlive(in: layout.cluster) else { return nil }
    return url(socketDirectory: file.socketDirectory)
  }

  private static func url(socketDirectory: String) -> String {
    "postgresql:///gnomon?host=\(socketDirectory)&port=5432&user=gnomon"
  }

  private static func owned(
    _ layout: ClusterLayout, _ lock: consuming FileLock, command: String
  ) throws(EmbeddedPostgresError) -> EmbeddedPostgres {
    lock.write("\(command), process \(getpid())")
    try stopOrphan(in: layout.cluster)
    try stopOrphan(in: layout.unfinishedCluster)
    let supervisor = try RunningSupervisor(layout: layout)
    return EmbeddedPostgres(
      connectionURL: url(socketDirectory: supervisor.socketDirectory), layout: layout, supervisor: supervisor,
      ownerLock: lock, usersLock: nil)
  }

  /// Ends a PostgreSQL whose gnomon was killed; its supervisor is about to do the same.
  private static func stopOrphan(in cluster: String) throws(EmbeddedPostgresError) {
    guard let file = PostmasterFile(cluster: cluster), file.isAlive(in: cluster) else { return }
    kill(file.process, SIGINT)
    let deadline = ContinuousClock.now + .seconds(60)
    while file.isAlive(in: cluster) {
      guard ContinuousClock.now < deadline else {
        throw EmbeddedPostgresError("the PostgreSQL of an earlier gnomon, process \(file.process), does not end")
      }
      usleep(5_000)
    }
  }

  /// Stops the cluster where this process runs it, once other commands have let go of it.
  ///
  /// - Parameter waitingForUsers: whether commands that use the cluster may finish first.
  public consuming func stop(waitingForUsers: Bool = true) {
    guard let supervisor else { return }
    let users = waitingForUsers ? try? FileLock(path: layout.usersLock, .exclusive, waiting: true) : nil
    supervisor.stop()
    // A supervisor that was killed has left its PostgreSQL running.
    try? Self.stopOrphan(in: layout.cluster)
    _ = consume users
  }
}
