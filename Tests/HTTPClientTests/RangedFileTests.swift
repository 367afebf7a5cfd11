import Foundation
import HTTPClient
import Synchronization
import Testing

@Suite("Reading files in ranges", .timeLimit(.minutes(1)))
final class RangedFileTests {
  private let server: LocalServer
  private let folder = NSTemporaryDirectory() + "ranges-\(UUID().uuidString)"
  /// What the server has.
  private static let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 251) }
  private static let block = 1 << 16

  init() throws {
    server = try LocalServer()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func open(
    _ path: String, policy: FetchPolicy? = nil, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(FetchError) -> RangedFile {
    let address = server.root + path
    return try RangedFile(in: folder, policy: policy ?? self.policy(), isCancelled: isCancelled) { address }
  }

  private func policy(maximumBytes: Int64 = 1 << 30, totalSeconds: Int = 20) -> FetchPolicy {
    FetchPolicy(
      allowedHosts: ["127.0.0.1:\(server.port)"], addressCheck: .any, maximumBytes: maximumBytes,
      totalSeconds: totalSeconds)
  }

  private static func read(_ file: RangedFile, _ range: Range<Int>) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xEE, count: range.count)
    let count = try bytes.withUnsafeMutableBytes { try file.read(at: Int64(range.lowerBound), into: $0) }
    return Array(bytes.prefix(count))
  }

  /// First and last bytes of the ranges the server was asked for, and the conditions.
  private func asked() async throws -> [(range: ClosedRange<Int>, tag: String?, date: String?)] {
    let path = folder + "/asked"
    _ = try await RemoteFetcher(policy: policy()).fetch(server.root + "/asked", to: path)
    let list = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [[Any]] ?? []
    return list.compactMap { entry in
      guard let first = entry[0] as? Int, let last = entry[1] as? Int else { return nil }
      return (first...last, entry[2] as? String, entry[3] as? String)
    }
  }

  @Test("Only the blocks that are read are fetched, neighbours together, each once, all of one version")
  func blocks() async throws {
    let file = try open("/ranges?plain")
    #expect(file.byteCount == 3_000_000)
    #expect(file.head == Array(Self.content[..<Self.block]))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    let middle = 20 * Self.block - 5..<23 * Self.block + 5
    #expect(try Self.read(file, middle) == Array(Self.content[middle]))
    #expect(try Self.read(file, middle) == Array(Self.content[middle]))
    #expect(try Self.read(file, 10..<20) == Array(Self.content[10..<20]))
    #expect(try Self.read(file, 2_999_990..<3_000_020) == Array(Self.content[2_999_990...]))
    #expect(try Self.read(file, 3_000_000..<3_000_001).isEmpty)
    let ranges = try await asked()
    #expect(
      ranges.map(\.range) == [
        0...(Self.block - 1), 19 * Self.block...(24 * Self.block - 1), 45 * Self.block...2_999_999,
      ])
    #expect(ranges.map(\.tag) == [nil, "\"v1\"", "\"v1\""])
    #expect(file.traffic.requests == 3)
    #expect(file.traffic.bytes == Int64(6 * Self.block + 3_000_000 % Self.block))
  }

  @Test("Ranges asked for together are few requests, over small gaps and of bounded size")
  func merging() async throws {
    let file = try open("/ranges?plain")
    let wanted = [4, 5, 8, 12, 30].map { Int64($0 * Self.block)..<Int64($0 * Self.block + 1) }
    try file.fetch(wanted)
    let ranges = try await asked().map(\.range).dropFirst().sorted { $0.lowerBound < $1.lowerBound }
    #expect(
      ranges == [4...8, 12...12, 30...30].map { $0.lowerBound * Self.block...(($0.upperBound + 1) * Self.block - 1) })
  }

  @Test("Many threads at once get the same bytes, and no block is fetched twice")
  func threads() async throws {
    let file = try open("/ranges?plain")
    let expected = Self.content
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for index in 0..<16 {
        group.addTask {
          try await onThread {
            let start = index * 150_000
            return try Self.read(file, start..<(start + 600_000)) == Array(expected[start..<(start + 600_000)])
          }
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
    let ranges = try await asked().map(\.range).sorted { $0.lowerBound < $1.lowerBound }
    for (first, second) in zip(ranges, ranges.dropFirst()) { #expect(first.upperBound < second.lowerBound) }
  }

  @Test("A server that fails now and then is asked again; a redirect is followed within the policy")
  func patience() async throws {
    let file = try open("/ranges?flaky")
    #expect(try Self.read(file, 1_000_000..<1_000_009) == Array(Self.content[1_000_000..<1_000_009]))
    let moved = try open("/to?/ranges")
    #expect(try Self.read(moved, 2_000_000..<2_000_009) == Array(Self.content[2_000_000..<2_000_009]))
    // The second range goes where the first one was found.
    #expect(moved.traffic.requests == 3)
    let elsewhere = "/to?http://localhost:\(server.port)/ranges"
    #expect(throws: FetchError.hostNotAllowed("localhost:\(server.port)")) { try open(elsewhere) }
  }

  @Test("A server that only dates its files is told the date")
  func dates() async throws {
    let file = try open("/ranges?dated")
    #expect(try Self.read(file, 1_000_000..<1_000_009) == Array(Self.content[1_000_000..<1_000_009]))
    #expect(try await asked().map(\.date) == [nil, "Thu, 01 Jan 2026 00:00:00 GMT"])
  }

  @Test(
    "Wrong ranges, cut bodies and another version are errors for every reader, never other bytes",
    arguments: [
      ("refused", FetchError.changed), ("tag", .changed), ("size", .changed), ("shifted", .wrongRange),
      ("placeless", .wrongRange), ("packed", .wrongRange), ("long", .wrongRange), ("cut", .truncated),
      ("ended", .truncated), ("lost", .noRanges),
    ])
  func failures(mode: String, expected: FetchError) throws {
    let file = try open("/ranges?" + mode)
    #expect(throws: expected) { try Self.read(file, 1_000_000..<1_100_000) }
    #expect(file.failure == expected)
    // Also what has been fetched before is part of a file that is none any more.
    #expect(throws: expected) { try Self.read(file, 0..<10) }
  }

  @Test(
    "A file is had whole only, where its server gives no ranges or names no version",
    arguments: ["none", "versionless"])
  func noRanges(mode: String) throws {
    #expect(throws: FetchError.noRanges) { try open("/ranges?" + mode) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test("Bytes, seconds and hosts are held against the policy, and nothing is fetched after a cancellation")
  func policies() throws {
    let small = try open("/ranges?plain", policy: policy(maximumBytes: 200_000))
    #expect(throws: FetchError.tooLarge(limit: 200_000)) { try Self.read(small, 1_000_000..<1_500_000) }
    let slow = try open("/ranges?stalls", policy: policy(totalSeconds: 1))
    #expect(throws: FetchError.self) { try Self.read(slow, 1_000_000..<1_000_001) }
    #expect(throws: FetchError.hostNotAllowed("127.0.0.1:\(server.port)")) {
      try open("/ranges?plain", policy: FetchPolicy(allowedHosts: ["127.0.0.1"]))
    }
    let flag = Flag()
    let file = try open("/ranges?plain", isCancelled: { flag.isSet })
    flag.set()
    #expect(throws: FetchError.cancelled) { try Self.read(file, 1_000_000..<1_000_001) }
  }
}

/// Runs work that blocks on a thread of its own.
private func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Result { try work() }) }.start()
  }
}

private final class Flag: Sendable {
  private let value = Mutex(false)
  var isSet: Bool { value.withLock { $0 } }
  func set() { value.withLock { $0 = true } }
}
