import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix

/// Compresses answers that are worth it for clients that take gzip.
enum Compression {
  private static let smallest = 1_024

  /// Replaces a JSON body by its gzip where the client prefers or takes it.
  static func apply(to response: inout Response, headers: HTTPFields) async {
    guard let type = response.headers.first(where: { $0.name == .contentType })?.value, isJSON(type) else { return }
    if response.headers.contains(.vary) {
      response.headers[.vary]? += ", Accept-Encoding"
    } else {
      response.headers.append(HTTPField(name: .vary, value: "Accept-Encoding"))
    }
    guard headers.contains(.acceptEncoding), let length = response.body.contentLength, length >= smallest,
      acceptsGzip(headers),
      response.headers[.acceptRanges] == nil, let plain = try? await response.body.collected(),
      let compressed = try? await compressed(plain), compressed.count < length
    else { return }
    response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: compressed))
    response.headers[.contentEncoding] = "gzip"
  }

  /// Compresses where it may take its time: little here, much on the pool of threads that may block.
  private static func compressed(_ plain: [UInt8]) async throws -> [UInt8] {
    guard plain.count > 32 << 10 else { return try Gzip.compress(plain) }
    return try await NIOThreadPool.singleton.runIfActive { try Gzip.compress(plain) }
  }

  private static func isJSON(_ type: String) -> Bool {
    type.utf8.prefix { $0 != UInt8(ascii: ";") }.suffix(4).elementsEqual("json".utf8)
  }

  static func acceptsGzip(_ headers: HTTPFields) -> Bool {
    headers.contains(.acceptEncoding) && acceptsGzip(headers[values: .acceptEncoding])
  }

  /// Whether gzip is named, or `*` is and gzip is not, with a quality above 0.
  static func acceptsGzip(_ values: [String]) -> Bool {
    var wildcard = false
    for element in values.joined(separator: ",").split(separator: ",") {
      let parts = element.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
      guard let coding = parts.first else { continue }
      let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
      if coding == "gzip" || coding == "x-gzip" { return quality > 0 }
      if coding == "*" { wildcard = quality > 0 }
    }
    return wildcard
  }
}
