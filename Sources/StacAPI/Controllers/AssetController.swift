import HTTPTypes
import Hummingbird
import StacModel
import StacStore

/// `/collections/{c}/items/{i}/assets/{key}`: the files this server has made, and local files below the asset roots.
struct AssetController {
  let configuration: APIConfiguration
  let store: any CatalogStore

  func answer(
    _ request: APIRequest, item reference: ItemReference, key: String, origin: RequestOrigin
  ) async throws -> Response {
    _ = try request.parameters([])
    let stored = try await store.required(reference)
    guard let object = try JSONParser.parse(stored.document.bytes).object else { throw missing(key) }
    let asset = object.assets.first { $0.key == key }
    guard let path = path(of: asset, item: reference, key: key), let status = LocalFiles.status(path) else {
      throw missing(key)
    }
    return try await file(
      path, status, type: asset?.type ?? Self.type(of: key), request: request, context: APIContext(origin))
  }

  private func missing(_ key: String) -> APIError { APIError(.notFound, "There is no file for the asset '\(key)'") }

  /// A published file, else the local file that the asset's href names.
  private func path(of asset: Asset?, item: ItemReference, key: String) -> String? {
    let published = PublishedFiles(dataDirectory: configuration.dataDirectory)
    if let path = published.file(of: item, key: key),
      let real = LocalFiles(roots: [published.folder]).path(of: path)
    {
      return real
    }
    let files = LocalFiles(roots: [published.folder] + configuration.assetRoots)
    return asset.flatMap { files.path(of: $0.href) }
  }

  private static func type(of name: String) -> String {
    if name.hasSuffix(".xml") { return "application/xml" }
    return name.hasSuffix(".json") ? "application/json" : "application/octet-stream"
  }

  private func file(
    _ path: String, _ status: FileStatus, type: String, request: APIRequest, context: APIContext
  ) async throws -> Response {
    let tag = status.entityTag
    var headers: HTTPFields = [.acceptRanges: "bytes", .eTag: tag, .cacheControl: "no-cache"]
    if let known = request.headers[.ifNoneMatch], Self.matches(known, tag) {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = Self.isFieldValue(type) ? type : "application/octet-stream"
    headers[.contentTypeOptions] = "nosniff"
    let mayBePart = request.headers[.ifRange].map { $0 == tag } ?? true
    switch ByteRange(mayBePart ? request.headers[.range] : nil, size: status.size) {
    case .unsatisfiable:
      var error = APIError(.rangeNotSatisfiable, "The file has \(status.size) bytes")
      error.fileSize = status.size
      throw error
    case .part(let range):
      headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(status.size)"
      return Response(
        status: .partialContent, headers: headers,
        body: try await FileIO().loadFile(path: path, range: range, context: context))
    case .whole:
      return Response(status: .ok, headers: headers, body: try await FileIO().loadFile(path: path, context: context))
    }
  }

  private static func matches(_ header: String, _ tag: String) -> Bool {
    header.split(separator: ",").contains { part in
      let known = part.drop { $0 == " " }
      return known == "*" || known == tag || known == "W/" + tag
    }
  }

  private static func isFieldValue(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { 0x20...0x7E ~= $0 }
  }
}
