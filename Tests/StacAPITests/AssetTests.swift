import Foundation
import StacAPI
import StacModel
import TestSupport
import Testing

@Suite("Files and the forms of answers", .ownDatabases)
struct AssetTests {
  @Test("A published file is served whole, in ranges and by HEAD")
  func published() async throws {
    try await LiveServer.run { server in
      let (path, content) = try await server.publish()
      let whole = try await server.client.get(path)
      #expect(whole.status == 200 && whole.body == content)
      #expect(whole.headers["content-type"] == "image/tiff; application=geotiff")
      #expect(whole.headers["accept-ranges"] == "bytes")
      let tag = try #require(whole.headers["etag"])
      let part = try await server.client.get(path, headers: [("Range", "bytes=10-109")])
      #expect(part.status == 206 && part.body == Array(content[10...109]))
      #expect(part.headers["content-range"] == "bytes 10-109/\(content.count)")
      let tail = try await server.client.get(path, headers: [("Range", "bytes=-16"), ("If-Range", tag)])
      #expect(tail.status == 206 && tail.body == Array(content.suffix(16)))
      let stale = try await server.client.get(path, headers: [("Range", "bytes=-16"), ("If-Range", "\"old\"")])
      #expect(stale.status == 200 && stale.body == content)
      let beyond = try await server.client.get(path, headers: [("Range", "bytes=999999-")])
      #expect(beyond.status == 416 && beyond.headers["content-range"] == "bytes */\(content.count)")
      let known = try await server.client.get(path, headers: [("If-None-Match", tag)])
      #expect(known.status == 304 && known.body.isEmpty)
      let head = try await server.client.send("HEAD", path)
      #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] == String(content.count))
      for range in ["bytes=10-109", "bytes=999999-"] {
        let whole = try await server.client.send("HEAD", path, headers: [("Range", range)])
        #expect(whole.status == 200 && whole.headers["content-range"] == nil, "\(range)")
        #expect(whole.headers["content-length"] == String(content.count))
      }
      let sidecar = try await server.client.get(path + ".aux.xml")
      #expect(sidecar.status == 200 && sidecar.text == "<PAMDataset/>")
    }
  }

  @Test("The files of an item go with the item")
  func removal() async throws {
    try await LiveServer.run { server in
      let (path, _) = try await server.publish()
      let folder = server.dataDirectory + "/assets/predictions/m"
      #expect(FileManager.default.fileExists(atPath: folder))
      #expect(try await server.client.send("DELETE", "/collections/predictions/items/m").status == 204)
      #expect(try await server.client.get(path).status == 404)
      #expect(FileManager.default.fileExists(atPath: folder) == false)
    }
  }

  @Test("Only files below the data directory's assets and the asset roots are served")
  func policy() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gnomon-roots-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let root = folder.appendingPathComponent("root")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    try Data("inside".utf8).write(to: root.appendingPathComponent("a b.txt"))
    try Data("outside".utf8).write(to: folder.appendingPathComponent("secret.txt"))
    try FileManager.default.createSymbolicLink(
      at: root.appendingPathComponent("link.txt"), withDestinationURL: folder.appendingPathComponent("secret.txt"))
    let assets: JSONValue = [
      "inside": ["href": .string(root.appendingPathComponent("a b.txt").absoluteString)],
      "plain": ["href": .string(root.path + "/a b.txt")],
      "link": ["href": .string(root.path + "/link.txt")], "dots": ["href": .string(root.path + "/../secret.txt")],
      "encoded": ["href": .string("file://" + root.path + "/%2E%2E/secret.txt")],
      "elsewhere": ["href": .string("file://elsewhere" + root.path + "/a%20b.txt")],
      "folder": ["href": .string(root.path)], "passwd": ["href": "/etc/passwd"], "vsi": ["href": "/vsimem/a"],
      "remote": ["href": "https://example.org/a.tif"], "relative": ["href": "./a b.txt"],
    ]
    try await LiveServer.configured { $0.assetRoots = [root.path] }.run { server in
      _ = try await server.client.send("POST", "/collections", Documents.collection("a"))
      _ = try await server.client.send("POST", "/collections/a/items", Documents.item("i", assets: assets))
      for key in ["inside", "plain"] {
        #expect(try await server.client.get("/collections/a/items/i/assets/\(key)").text == "inside", "\(key)")
      }
      for key in ["link", "dots", "encoded", "elsewhere", "folder", "passwd", "vsi", "remote", "relative", "absent"] {
        #expect(try await server.client.get("/collections/a/items/i/assets/\(key)").status == 404, "\(key)")
      }
      #expect(try await server.client.get("/collections/a/items/i/assets/..%2F..%2Fetc%2Fpasswd").status == 404)
    }
  }

  @Test("Answers are compressed for clients that take gzip, by their quality values")
  func compression() async throws {
    try await LiveServer.run { server in
      for (accept, expected) in [
        ("gzip", true), ("deflate, gzip;q=0.5", true), ("*", true), ("gzip;q=0", false), ("identity", false),
        ("*, gzip;q=0", false), ("br", false),
      ] {
        let answer = try await server.client.get("/api", headers: [("Accept-Encoding", accept)])
        #expect((answer.headers["content-encoding"] == "gzip") == expected, "\(accept)")
        #expect(answer.headers["vary"] == "Accept, Accept-Encoding")
        #expect(answer.body.starts(with: [0x1F, 0x8B]) == expected, "\(accept)")
      }
    }
  }

  @Test("A large page is compressed too")
  func largePages() async throws {
    try await LiveServer.run { server in
      _ = try await server.client.send("POST", "/collections", Documents.collection("a"))
      let items = (1...2_000).map { Documents.item("item-\($0)") }
      let posted = try await server.client.send(
        "POST", "/collections/a/items", ["type": "FeatureCollection", "features": .array(items)])
      #expect(posted.status == 201)
      let target = "/search?limit=2000"
      let plain = try await server.client.get(target)
      let compressed = try await server.client.get(target, headers: [("Accept-Encoding", "gzip")])
      #expect(plain.body.count > 1 << 20)
      #expect(compressed.headers["content-encoding"] == "gzip")
      #expect(compressed.body.count * 5 < plain.body.count)
      #expect(try plain.object()["numberReturned"]?.integer == 2_000)
    }
  }

  @Test("A compressed body is read, and one that holds too much is refused")
  func compressedBodies() async throws {
    try await LiveServer.run { server in
      let json = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")]
      // `{"limit":1}`
      let small = try #require(Data(base64Encoded: "H4sIAAAAAAACA6tWysnMzSxRsjKsBQDuRjmKCwAAAA=="))
      #expect(try await server.client.send("POST", "/search", headers: json, body: Array(small)).status == 200)
      let plain = try await server.client.get("/api", headers: [("Accept-Encoding", "gzip")])
      let echoed = try await server.client.send("POST", "/search", headers: json, body: plain.body)
      #expect(try echoed.code() == "invalid-parameter", "the body is JSON, but no search")
    }
    try await LiveServer.configured { $0.limits.queryBody = 32_000 }.run { server in
      let json = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")]
      let compressed = try await server.client.get("/api", headers: [("Accept-Encoding", "gzip")]).body
      try #require(compressed.count < 32_000)
      #expect(try await server.client.send("POST", "/search", headers: json, body: compressed).status == 413)
    }
  }

  @Test("HEAD answers as GET does, without the body")
  func head() async throws {
    try await LiveServer.run { server in
      let get = try await server.client.get("/conformance")
      let head = try await server.client.send("HEAD", "/conformance")
      #expect(head.status == 200 && head.body.isEmpty)
      #expect(head.headers["content-length"] == get.headers["content-length"])
    }
  }
}

extension LiveServer {
  /// Stores an item `m` in `predictions` whose asset `class` is a file the server has published.
  fileprivate func publish() async throws -> (path: String, content: [UInt8]) {
    let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let folder = dataDirectory + "/assets/predictions/m"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(content).write(to: URL(fileURLWithPath: folder + "/class.tif"))
    try Data("<PAMDataset/>".utf8).write(to: URL(fileURLWithPath: folder + "/class.tif.aux.xml"))
    _ = try await client.send("POST", "/collections", Documents.collection("predictions"))
    let path = "/collections/predictions/items/m/assets/class"
    let assets: JSONValue = ["class": ["href": .string(path), "type": "image/tiff; application=geotiff"]]
    let answer = try await client.send("POST", "/collections/predictions/items", Documents.item("m", assets: assets))
    #expect(answer.status == 201)
    return (path, content)
  }
}
