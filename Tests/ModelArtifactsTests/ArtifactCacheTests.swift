import Digests
import Foundation
import ModelArtifacts
import Testing

@Suite struct ArtifactCacheTests {
  private static func folder() throws -> String {
    let path = NSTemporaryDirectory() + "gnomon-cache-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  private static func file(_ folder: String, _ name: String, _ bytes: [UInt8]) throws -> String {
    let path = "\(folder)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func `What is kept is found by its content until others need the room`() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let cache = ArtifactCache(folder: folder + "/kept", capacity: 250)
    var digests: [[UInt8]] = []
    for number in UInt8(0)..<4 {
      let bytes = [UInt8](repeating: number, count: 100)
      digests.append(try SHA256.hash(bytes))
      cache.keep(try Self.file(folder, "in\(number)", bytes), digest: digests[Int(number)], from: "a")
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: Double(number) - 1_000)],
        ofItemAtPath: "\(folder)/kept/\(Hexadecimal.encode(digests[Int(number)]))")
    }
    for number in 0..<2 { #expect(!cache.link(digests[number], from: "a", to: "\(folder)/out\(number)")) }
    #expect(cache.link(digests[3], from: "a", to: folder + "/out3"))
    #expect(!cache.link(digests[3], from: "elsewhere", to: folder + "/out4"))
    #expect(FileManager.default.contents(atPath: folder + "/out3") == Data(repeating: 3, count: 100))
    // What is larger than all the room is not kept, and drives nothing out.
    let large = [UInt8](repeating: 9, count: 300)
    cache.keep(try Self.file(folder, "large", large), digest: try SHA256.hash(large), from: "a")
    #expect(!cache.link(try SHA256.hash(large), from: "a", to: folder + "/outLarge"))
    #expect(cache.link(digests[2], from: "a", to: folder + "/out2"))
    // Two files, and for each where it was found.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/kept").count == 4)
  }

  @Test func `A file that was damaged on the disk is not given out`() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let cache = ArtifactCache(folder: folder + "/kept", capacity: 1_000)
    let digest = try SHA256.hash([1, 2, 3])
    cache.keep(try Self.file(folder, "in", [1, 2, 3]), digest: digest, from: "a")
    try FileManager.default.removeItem(atPath: "\(folder)/kept/\(Hexadecimal.encode(digest))")
    _ = try Self.file(folder + "/kept", Hexadecimal.encode(digest), [4])
    #expect(!cache.link(digest, from: "a", to: folder + "/out"))
    #expect(!FileManager.default.fileExists(atPath: folder + "/out"))
  }
}
