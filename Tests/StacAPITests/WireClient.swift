import Foundation
import Glibc
import StacModel

/// An answer as it came over the wire.
struct Answer: Sendable {
  let status: Int
  /// Header fields, names in lower case; values of one name joined by commas.
  let headers: [String: String]
  let body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }

  /// The body as a JSON object.
  func object() throws -> JSONObject {
    guard let object = try JSONParser.parse(body).object else { throw WireError(description: "no object: \(text)") }
    return object
  }

  func code() throws -> String? { try object()["code"]?.string }

  /// The links of the body with a relation.
  func links(_ rel: String) throws -> [Link] { try object().links.filter { $0.rel == rel } }
}

struct WireError: Error { let description: String }

/// Sends bytes to a port of this machine and reads until the other side closes, on threads of its own.
struct WireClient: Sendable {
  let port: Int

  /// Sends a request with `Host` and `Connection: close`, unless the header fields say otherwise.
  func send(
    _ method: String, _ target: String, headers: [(String, String)] = [], body: [UInt8]? = nil
  ) async throws -> Answer {
    var fields = headers
    if !fields.contains(where: { $0.0 == "Host" }) { fields.append(("Host", "127.0.0.1:\(port)")) }
    fields.append(("Connection", "close"))
    if let body, !fields.contains(where: { $0.0 == "Content-Length" }) {
      fields.append(("Content-Length", String(body.count)))
    }
    let head = "\(method) \(target) HTTP/1.1\r\n" + fields.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n"
    return try Self.parse(await exchange(Array(head.utf8) + (body ?? [])))
  }

  func get(_ target: String, headers: [(String, String)] = []) async throws -> Answer {
    try await send("GET", target, headers: headers)
  }

  /// Sends a JSON document.
  func send(
    _ method: String, _ target: String, _ json: JSONValue, headers: [(String, String)] = []
  ) async throws -> Answer {
    try await send(
      method, target, headers: [("Content-Type", "application/json")] + headers, body: JSONSerializer.bytes(json))
  }

  /// Sends bytes and gives back what comes until the end.
  func exchange(_ bytes: [UInt8]) async throws -> [UInt8] {
    let port = port
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try Self.exchange(bytes, port: port) }) }
    }
  }

  private static func exchange(_ bytes: [UInt8], port: Int) throws -> [UInt8] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var timeout = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw WireError(description: "connect: \(errno)") }
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      // A server may refuse a body before it has read all of it.
      guard count > 0 else { break }
      sent += count
    }
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 { received += buffer[..<count] }
    return received
  }

  static func parse(_ bytes: [UInt8]) throws -> Answer {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
      throw WireError(description: "no answer: \(String(decoding: bytes.prefix(200), as: UTF8.self))")
    }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw WireError(description: lines[0])
    }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let sides = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      headers[sides[0].lowercased(), default: ""] +=
        (headers[sides[0].lowercased()] == nil ? "" : ", ") + (sides.count == 2 ? sides[1] : "")
    }
    return Answer(status: status, headers: headers, body: Array(bytes[end.upperBound...]))
  }
}
