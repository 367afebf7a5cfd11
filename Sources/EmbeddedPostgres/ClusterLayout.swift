import Foundation
import Glibc

/// Where things are below a data directory, and who owns them.
struct ClusterLayout: Sendable {
  /// The data directory, absolute.
  let dataDirectory: String

  /// PGDATA.
  var cluster: String { dataDirectory + "/postgres" }
  /// PGDATA while it is being made.
  var unfinishedCluster: String { dataDirectory + "/postgres.unfinished" }
  /// Held by the process that runs the cluster.
  var ownerLock: String { dataDirectory + "/gnomon.lock" }
  /// Held, shared, by processes that use a cluster another one runs.
  var usersLock: String { dataDirectory + "/users.lock" }
  /// What PostgreSQL says before its own log is open.
  var startLog: String { dataDirectory + "/postgres-start.log" }

  /// Makes the data directory, readable by its owner only.
  func createDataDirectory() throws(EmbeddedPostgresError) {
    if unsafe mkdir(dataDirectory, 0o755) == 0 { return }
    if errno == ENOENT {
      do {
        try FileManager.default.createDirectory(atPath: dataDirectory, withIntermediateDirectories: true)
        return
      } catch {
        throw EmbeddedPostgresError("the data directory \(dataDirectory) cannot be made: \(systemMessage())")
      }
    }
    guard errno == EEXIST, Status(path: dataDirectory)?.isDirectory == true else {
      throw EmbeddedPostgresError("the data directory \(dataDirectory) cannot be made: \(systemMessage())")
    }
  }

  /// The major version of the cluster, nil where there is no cluster yet.
  var clusterMajor: Int? {
    guard let text = try? String(contentsOfFile: cluster + "/PG_VERSION", encoding: .utf8) else { return nil }
    return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// The user PostgreSQL runs as: `postgres` for root, which PostgreSQL refuses, else the user of this process.
  static func clusterUser() throws(EmbeddedPostgresError) -> ClusterUser {
    guard geteuid() == 0 else { return ClusterUser(id: geteuid(), group: getegid()) }
    guard let entry = unsafe getpwnam("postgres") else {
      throw EmbeddedPostgresError(
        "PostgreSQL refuses to run as root and there is no user postgres; install postgresql-15, which makes one")
    }
    return unsafe ClusterUser(id: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
  }

  /// A short folder for the socket, whose path must stay below 108 bytes: named after the data directory's inode, owned
  /// by the cluster's user, closed to others.
  func makeSocketDirectory(for user: ClusterUser) throws(EmbeddedPostgresError) -> String {
    guard let status = Status(path: dataDirectory) else {
      throw EmbeddedPostgresError("the data directory \(dataDirectory) cannot be read: \(systemMessage())")
    }
    let parent = Self.runtimeDirectory()
    try Self.makeFolder(
      parent, mode: geteuid() == 0 ? 0o755 : 0o700, owner: ClusterUser(id: geteuid(), group: getegid()))
    let folder = "\(parent)/\(String(status.device, radix: 36))-\(String(status.inode, radix: 36))"
    try Self.makeFolder(folder, mode: 0o700, owner: user)
    return folder
  }

  private static func runtimeDirectory() -> String {
    if geteuid() == 0 { return "/run/gnomon" }
    if let folder = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"], folder.utf8.count <= 60,
      let status = Status(path: folder), status.isDirectory, status.owner == geteuid()
    {
      return folder + "/gnomon"
    }
    return "/tmp/gnomon-\(geteuid())"
  }

  /// Makes a folder, or accepts one that is a real folder of the owner and closed to other writers.
  private static func makeFolder(
    _ path: String, mode: mode_t, owner: ClusterUser
  ) throws(EmbeddedPostgresError) {
    if unsafe mkdir(path, mode) == 0 {
      guard unsafe chmod(path, mode) == 0, unsafe chown(path, owner.id, owner.group) == 0 else {
        throw EmbeddedPostgresError("the folder \(path) cannot be given to its owner: \(systemMessage())")
      }
      return
    }
    guard errno == EEXIST, let status = Status(path: path), status.isDirectory, status.owner == owner.id,
      status.mode & 0o022 == 0
    else { throw EmbeddedPostgresError("the folder \(path) for the socket is not ours alone; remove it") }
  }
}

/// The user and group that the cluster's files belong to.
struct ClusterUser: Sendable, Equatable {
  let id: uid_t
  let group: gid_t
}

/// What lstat says of a path; a symbolic link is no directory.
struct Status {
  let isDirectory: Bool
  let owner: uid_t
  let mode: mode_t
  let device: UInt64
  let inode: UInt64

  init?(path: String) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    isDirectory = status.st_mode & S_IFMT == S_IFDIR
    owner = status.st_uid
    mode = status.st_mode & 0o7777
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}
