import Containers
import HTTPClient
import Testing

@Suite struct ImageReferenceTests {
  private static let digest = "sha256:" + String(repeating: "0a", count: 32)
  private static let wide = "sha512:" + String(repeating: "0a", count: 64)

  @Test(arguments: [
    ("python", "docker.io/library/python"), ("python:3.11", "docker.io/library/python:3.11"),
    ("a/b", "docker.io/a/b"), ("ghcr.io/a/b/c:v1.0", "ghcr.io/a/b/c:v1.0"), ("localhost/a", "localhost/a"),
    ("localhost:5000/a:b", "localhost:5000/a:b"), ("127.0.0.1:5000/a__b/c.d-e", "127.0.0.1:5000/a__b/c.d-e"),
    ("[::1]:5000/a", "[::1]:5000/a"), ("docker://a/b:c", "docker.io/a/b:c"), ("oci://r.example/a", "r.example/a"),
    ("index.docker.io/x", "docker.io/library/x"), ("Registry.Example/a", "Registry.Example/a"),
    ("a--b/c", "docker.io/a--b/c"), ("r.example/a@\(wide)", "r.example/a@\(wide)"),
    ("r.example:80/a:t@\(digest)", "r.example:80/a:t@\(digest)"),
  ])
  func `References are taken apart as registries do`(_ text: String, _ whole: String) {
    #expect(ImageReference(text)?.description == whole)
  }

  @Test(arguments: [
    "", ":tag", "A", "a/B", "a:", "a@", "a@sha256:12", "a@\(digest.uppercased())", "a//b", "/a", "a/", "a b", "-a",
    "a-",
    "a_-b", "a...b", "r.example:port/a", "a:\(String(repeating: "t", count: 129))", "https://r.example/a", "a@x@y",
    "é", "r.example/\(String(repeating: "a", count: 256))", "../a", "a:t@sha256:\(String(repeating: "g", count: 64))",
  ])
  func `What is no reference is none`(_ text: String) {
    #expect(ImageReference(text) == nil)
  }

  @Test func `A registry that is not allowed is not asked`() async throws {
    let image = try #require(ImageReference("registry.invalid/a@\(Self.digest)"))
    let found = await ImageRegistry(policy: FetchPolicy()).find(image)
    #expect(found.state == .refused && found.reason == "fetching from registry.invalid is not allowed")
    let open = FetchPolicy(allowedHosts: ["registry.invalid"], connectSeconds: 3)
    #expect(await ImageRegistry(policy: open).find(image).state == .unreachable)
    let local = try #require(ImageReference("127.0.0.1:9/a"))
    let closed = await ImageRegistry(policy: FetchPolicy(allowedHosts: ["127.0.0.1:9"])).find(local)
    #expect(closed.state == .refused && closed.reason?.contains("not public") == true)
  }
}
