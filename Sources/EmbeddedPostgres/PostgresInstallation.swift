import Foundation

/// The programs of an installed PostgreSQL.
public struct PostgresInstallation: Sendable, Equatable {
  /// Folder of `postgres` and `initdb`.
  public let binaries: String
  /// The major version: 15.
  public let major: Int

  /// What is supported, newest tested first.
  static let majors = [15, 16, 17, 18]

  /// The installed version that a cluster of the given major needs, or the best for a new cluster.
  ///
  /// - Throws: ``EmbeddedPostgresError`` naming the package that is missing.
  public static func find(major: Int? = nil) throws(EmbeddedPostgresError) -> PostgresInstallation {
    for candidate in major.map({ [$0] }) ?? majors {
      let folder = "/usr/lib/postgresql/\(candidate)/bin"
      if FileManager.default.isExecutableFile(atPath: folder + "/postgres"),
        FileManager.default.isExecutableFile(atPath: folder + "/initdb")
      {
        return PostgresInstallation(binaries: folder, major: candidate)
      }
    }
    let wanted = major ?? 15
    throw EmbeddedPostgresError(
      "PostgreSQL \(wanted) is not installed; install it with: apt-get install postgresql-\(wanted) "
        + "postgresql-\(wanted)-postgis-3")
  }

  /// Whether the files of the PostGIS extension are installed for this version.
  public var hasPostGIS: Bool {
    FileManager.default.fileExists(atPath: "/usr/share/postgresql/\(major)/extension/postgis.control")
  }
}
