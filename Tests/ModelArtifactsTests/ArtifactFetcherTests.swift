import Digests
import Foundation
import HTTPClient
import ModelArtifacts
import Testing

@Suite struct ArtifactFetcherTests {
  /// A registry that keeps its files in a folder of this machine.
  private struct Folder: ModelRegistry {
    let path: String

    func knows(_ address: String) -> Bool { address.hasPrefix("folder:") }
    func check(_ place: RegistryPlace) throws(ArtifactError) {
      if place.address.hasSuffix("secret") { throw .registry("that is not told") }
    }
    func location(
      of place: RegistryPlace, reading read: @Sendable (RegistryPlace) async throws(ArtifactError) -> [UInt8]
    ) async throws(ArtifactError) -> RegistryPlace {
      let name = String(place.address.dropFirst("folder:".count))
      // The registry may name whatever place somebody has told it.
      return place.with(name.contains(":") ? name : "\(path)/\(name)")
    }
    func download(of place: RegistryPlace) throws(ArtifactError) -> RegistryDownload? { nil }
  }

  private let folder = NSTemporaryDirectory() + "gnomon-fetcher-" + UUID().uuidString
  private let bytes: [UInt8] = [1, 2, 3, 4]

  private func fetcher(reads: Bool = true) throws -> ArtifactFetcher {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: folder + "/model"))
    return ArtifactFetcher(
      policy: FetchPolicy(allowedHosts: ["allowed.example"]),
      storage: S3Service(
        endpoint: "https://s3.example", region: "r", credentials: nil),
      registry: Folder(path: folder), cache: ArtifactCache(folder: folder + "/kept", capacity: 1_000),
      localFile: { reads && !$0.hasSuffix("shut") ? $0 : nil })
  }

  @Test func `A file in a registry's folder is read where it may be, and no larger than asked for`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let fetcher = try fetcher()
    try await fetcher.fetch("folder:model", to: folder + "/out", checksum: nil, limit: 4)
    #expect(FileManager.default.contents(atPath: folder + "/out") == Data(bytes))
    await #expect(throws: ArtifactError.fetch(.tooLarge(limit: 3))) {
      try await fetcher.fetch("folder:model", to: folder + "/small", checksum: nil, limit: 3)
    }
    await #expect(throws: ArtifactError.self) {
      try await self.fetcher(reads: false).fetch("folder:model", to: folder + "/none", checksum: nil)
    }
    #expect(!FileManager.default.fileExists(atPath: folder + "/none"))
  }

  @Test func `What is kept stands for no address where it was not found`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let fetcher = try fetcher()
    let checksum = try Multihash.sha256(of: bytes)
    try await fetcher.fetch("folder:model", to: folder + "/first", checksum: checksum)
    try Data([9, 9]).write(to: URL(fileURLWithPath: folder + "/other"))
    await #expect(throws: ArtifactError.checksum) {
      try await fetcher.fetch("folder:other", to: folder + "/second", checksum: checksum)
    }
    await #expect(throws: ArtifactError.self) {
      try await fetcher.fetch("folder:nothing", to: folder + "/second", checksum: checksum)
    }
    #expect(!FileManager.default.fileExists(atPath: folder + "/second"))
    // Once the file is there too it is not fetched again.
    try Data(bytes).write(to: URL(fileURLWithPath: folder + "/other"))
    try await fetcher.fetch("folder:other", to: folder + "/second", checksum: checksum)
    try FileManager.default.removeItem(atPath: folder + "/other")
    try await fetcher.fetch("folder:other", to: folder + "/third", checksum: checksum)
    #expect(FileManager.default.contents(atPath: folder + "/third") == Data(bytes))
  }

  @Test func `What is kept is given to nobody who could not have fetched it`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let fetcher = try fetcher()
    let checksum = try Multihash.sha256(of: bytes)
    try await fetcher.fetch("folder:model", to: folder + "/first", checksum: checksum)
    try FileManager.default.removeItem(atPath: folder + "/model")
    try await fetcher.fetch("folder:model", to: folder + "/second", checksum: checksum)
    #expect(FileManager.default.contents(atPath: folder + "/second") == Data(bytes))
    for address in [
      "https://elsewhere.example/x", "s3://bucket/x", "folder:secret", "folder:shut", "folder:s3://bucket/x",
      "folder:https://elsewhere.example/x",
    ] {
      await #expect(throws: ArtifactError.self) {
        try await fetcher.fetch(address, to: folder + "/third", checksum: checksum)
      }
    }
    #expect(!FileManager.default.fileExists(atPath: folder + "/third"))
  }
}

@Suite struct FetchFolderTests {
  @Test func `Folders that a process still holds stay, others go`() throws {
    let parent = NSTemporaryDirectory() + "gnomon-leftovers-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: parent) }
    let held = try FetchFolder(in: parent)
    // One whose process ended has a lock that nobody holds; one without a lock may be just being made, unless it is old.
    let ended = "\(parent)/\(UUID().uuidString)"
    let (young, old) = ("\(parent)/\(UUID().uuidString)", "\(parent)/\(UUID().uuidString)")
    for folder in [ended, young, old, parent + "/artifacts"] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    try Data([1]).write(to: URL(fileURLWithPath: ended + "/0"))
    try Data().write(to: URL(fileURLWithPath: ended + "/lock"))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -90_000)], ofItemAtPath: old)
    #expect(FetchFolder.removeLeftovers(in: parent) == 2)
    let left = Set(try FileManager.default.contentsOfDirectory(atPath: parent))
    let expected = [held.path, young, parent + "/artifacts"].map { String($0.dropFirst(parent.count + 1)) }
    #expect(left == Set(expected))
    #expect(FetchFolder.removeLeftovers(in: parent + "/nowhere") == 0)
    withExtendedLifetime(held) {}
  }

  @Test func `A folder goes with whoever made it`() throws {
    let parent = NSTemporaryDirectory() + "gnomon-folder-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: parent) }
    let path = try FetchFolder(in: parent).path
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
