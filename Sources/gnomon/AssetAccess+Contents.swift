import Foundation
import ModelArtifacts
import StacAPI

extension AssetAccess {
  /// The bytes of a file that an address names: of this machine, the web, or storage of the S3 kind.
  ///
  /// - Parameter limit: the most bytes that are read.
  func contents(of address: String, limit: Int) async throws -> [UInt8] {
    if let path = files.path(of: address) { return try await Self.read(path, limit) }
    guard fetcher.fetches(address) else {
      throw CommandFailure("it is no file of this machine that can be read, and no address that files are fetched from")
    }
    let folder = try FetchFolder(in: cacheFolder)
    // It goes with what is in it.
    defer { withExtendedLifetime(folder) {} }
    let path = folder.path + "/file"
    do throws(ArtifactError) {
      try await fetcher.fetch(address, to: path, checksum: nil, limit: Int64(limit))
    } catch {
      throw CommandFailure(error.description)
    }
    return try await Self.read(path, limit)
  }

  private static func read(_ path: String, _ limit: Int) async throws -> [UInt8] {
    try await onOwnThread { () throws(CommandFailure) in
      guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.read(upToCount: limit + 1) ?? Data()
      else { throw CommandFailure("it cannot be read") }
      guard data.count <= limit else { throw CommandFailure("it has more than \(limit >> 20) MB") }
      return Array(data)
    }
  }
}
