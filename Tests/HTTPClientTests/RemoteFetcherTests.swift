import Foundation
import HTTPClient
import Testing

@Suite("Fetching files", .timeLimit(.minutes(1)))
struct RemoteFetcherTests {
  private let server: LocalServer
  private let folder = NSTemporaryDirectory() + "fetch-\(UUID().uuidString)"
  private var path: String { folder + "/file" }

  init() throws {
    server = try LocalServer()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func policy(maximumBytes: Int64 = 1 << 20, totalSeconds: Int = 20) -> FetchPolicy {
    FetchPolicy(
      allowedHosts: ["127.0.0.1:\(server.port)"], addressCheck: .any, maximumBytes: maximumBytes,
      totalSeconds: totalSeconds)
  }

  private func fails(_ address: String, _ policy: FetchPolicy, with expected: FetchError) async throws {
    await #expect(throws: expected) { try await RemoteFetcher(policy: policy).fetch(address, to: path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test("A file arrives whole, also over a redirect, and replaces an older one")
  func success() async throws {
    try Data("old".utf8).write(to: URL(filePath: path))
    for address in [server.root + "/file", server.root + "/to?/file"] {
      let file = try await RemoteFetcher(policy: policy()).fetch(address, to: path)
      #expect(file.byteCount == 256_000)
      #expect(file.mediaType == "image/tiff")
      #expect(file.finalURL == server.root + "/file")
      #expect(try Data(contentsOf: URL(filePath: path)) == Data((0..<256_000).map { UInt8(truncatingIfNeeded: $0) }))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
  }

  @Test("What a host is told of who asks is told to no other place")
  func headers() async throws {
    func told(_ address: String) async throws -> String {
      let headers = ["Authorization": "Bearer secret"]
      _ = try await RemoteFetcher(policy: policy()).fetch(address, to: path, headers: headers)
      return try String(contentsOf: URL(filePath: path), encoding: .utf8)
    }
    #expect(try await told(server.root + "/echo").contains("Bearer secret"))
    #expect(try await !told(server.root + "/to?/echo").contains("Bearer secret"))
    await #expect(throws: FetchError.malformedURL) {
      try await RemoteFetcher(policy: policy()).fetch(server.root + "/echo", to: path, headers: ["A": "b\r\nC: d"])
    }
  }

  @Test("A loopback server is refused by its address, named as number or as localhost")
  func privateAddress() async throws {
    let closed = FetchPolicy(allowedHosts: ["127.0.0.1:\(server.port)", "localhost:\(server.port)"])
    try await fails(server.root + "/file", closed, with: .addressNotAllowed(host: "127.0.0.1"))
    let byName = "http://localhost:\(server.port)/file"
    try await fails(byName, closed, with: .addressNotAllowed(host: "localhost"))
  }

  @Test("Each redirect is held against the list again")
  func redirects() async throws {
    try await fails(
      server.root + "/to?http://169.254.169.254/latest", policy(), with: .hostNotAllowed("169.254.169.254"))
    try await fails(server.root + "/to?file:///etc/passwd", policy(), with: .schemeNotAllowed("file"))
    try await fails(server.root + "/loop", policy(), with: .tooManyRedirects(limit: 5))
  }

  @Test("A file that is cut, too large, missing or late leaves nothing behind")
  func faults() async throws {
    try await fails(server.root + "/short", policy(), with: .truncated)
    try await fails(server.root + "/file", policy(maximumBytes: 255_999), with: .tooLarge(limit: 255_999))
    try await fails(server.root + "/endless", policy(maximumBytes: 1_000_000), with: .tooLarge(limit: 1_000_000))
    try await fails(server.root + "/missing", policy(), with: .status(404))
    try await fails(server.root + "/silent", policy(totalSeconds: 1), with: .tooSlow)
    let unnamed = FetchPolicy(allowedHosts: ["no-such-host.invalid"], addressCheck: .any)
    try await fails("http://no-such-host.invalid/", unnamed, with: .unresolvable(host: "no-such-host.invalid"))
  }

  @Test("A cancelled task ends its transfer")
  func cancellation() async throws {
    let (fetcher, address, path) = (
      RemoteFetcher(policy: policy(maximumBytes: 1 << 50)), server.root + "/endless", path
    )
    let task = Task { try await fetcher.fetch(address, to: path) }
    task.cancel()
    await #expect(throws: FetchError.cancelled) { try await task.value }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test("A folder that is not there is told as the file's fault")
  func noFolder() async throws {
    await #expect {
      try await RemoteFetcher(policy: policy()).fetch(server.root + "/file", to: folder + "/a/b")
    } throws: {
      if case FetchError.file = $0 { true } else { false }
    }
  }
}
