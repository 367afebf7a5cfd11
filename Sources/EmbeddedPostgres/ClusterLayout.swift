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

  /// Makes the data directory where there is none.
  ///
  /// - Parameter path: absolute; its symbolic links are followed.
  init(making path: String) throws(EmbeddedPostgresError) {
    try Self.makeFolders(path)
    guard let real = unsafe realpath(path, nil) else {
      throw EmbeddedPostgresError("the data directory \(path) cannot be used: \(systemMessage())")
    }
    defer { unsafe free(real) }
    dataDirectory = unsafe String(cString: real)
    guard (Status(path: dataDirectory)?.isDirectory) == true else {
      throw EmbeddedPostgresError("the data directory \(path) is a file, not a folder")
    }
  }

  /// The layout of a data directory that may not exist.
  init(dataDirectory: String) { self.dataDirectory = dataDirectory }

  private static func makeFolders(_ path: String) throws(EmbeddedPostgresError) {
    if unsafe mkdir(path, 0o755) == 0 || errno == EEXIST || errno == EISDIR { return }
    let parent = (path as NSString).deletingLastPathComponent
    if errno == ENOENT, !parent.isEmpty, parent != path {
      try makeFolders(parent)
      if unsafe mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    }
    throw EmbeddedPostgresError("the data directory \(path) cannot be made: \(systemMessage())")
  }

  /// The major version of the cluster, nil where there is no cluster yet.
  func clusterMajor() throws(EmbeddedPostgresError) -> Int? {
    let file = cluster + "/PG_VERSION"
    if let text = try? String(contentsOfFile: file, encoding: .utf8),
      let major = Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
    {
      return major
    }
    if unsafe access(file, R_OK) != 0, errno == EACCES {
      throw EmbeddedPostgresError("the cluster \(cluster) belongs to another user; run gnomon as that user")
    }
    guard unsafe rmdir(cluster) == 0 || errno == ENOENT else {
      throw EmbeddedPostgresError("\(cluster) is there but is not a PostgreSQL cluster; move it away")
    }
    return nil
  }

  /// The user PostgreSQL runs as: this process's, but for root, which PostgreSQL refuses, the owner of the cluster that is
  /// there, or `postgres`.
  func clusterUser() throws(EmbeddedPostgresError) -> ClusterUser {
    let existing = FileIdentity(path: cluster)
    guard geteuid() == 0 else {
      guard existing == nil || existing?.owner == geteuid() else {
        throw EmbeddedPostgresError("the cluster \(cluster) belongs to another user; run gnomon as that user")
      }
      return ClusterUser(id: geteuid(), group: getegid())
    }
    if let existing {
      guard existing.owner != 0 else {
        throw EmbeddedPostgresError(
          "the cluster \(cluster) belongs to root, as whom PostgreSQL refuses to run; give it to its user: "
            + "chown -R postgres: \(cluster)")
      }
      return ClusterUser(id: existing.owner, group: existing.group)
    }
    guard let entry = unsafe getpwnam("postgres") else {
      throw EmbeddedPostgresError(
        "PostgreSQL refuses to run as root and there is no user postgres; install postgresql-15, which makes one")
    }
    return unsafe ClusterUser(id: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
  }

  /// Megabytes that are free for the data directory; nil where that cannot be known.
  var freeMegabytes: Int? {
    var status = statvfs()
    guard unsafe statvfs(dataDirectory, &status) == 0 else { return nil }
    return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize) / 1_000_000)
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
    if errno != EEXIST { throw EmbeddedPostgresError("the folder \(path) cannot be made: \(systemMessage())") }
    // What root finds in its own folder is of an earlier data directory with the same inode, of another user.
    if geteuid() == 0, owner.id != 0, Status(path: path)?.isDirectory == true {
      unsafe _ = chown(path, owner.id, owner.group)
    }
    guard let status = Status(path: path), status.isDirectory, status.owner == owner.id, status.mode & 0o022 == 0 else {
      throw EmbeddedPostgresError("the folder \(path) for the socket is not ours alone; remove it")
    }
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
