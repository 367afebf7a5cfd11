import Foundation
import StacModel

/// What relative hrefs of a document are resolved against.
enum DocumentBase: Sendable {
  /// The absolute path of its file.
  case file(String)
  /// Its absolute URL.
  case web(String)
  /// The absolute path of its file, and the absolute URL that the file will have where it is read.
  case published(file: String, address: String)
  /// Nothing: hrefs stay as they are.
  case nothing

  /// Whether a document may have hrefs that are to be resolved, asked of its text.
  func mayResolve(_ document: JSONMembers) -> Bool {
    if case .nothing = self { return false }
    return document["assets"]?.object?.contains { Self.mayBeRelative($0.value) } == true
      || document["links"]?.array?.contains { Self.mayBeRelative($0) } == true
  }

  private static func mayBeRelative(_ json: JSONView) -> Bool {
    guard let href = json.object?["href"], href.isString else { return false }
    return !href.hasPrefix("https://") && !href.hasPrefix("s3://") && href.string?.contains("://") != true
  }

  /// The document with absolute hrefs; the same where all are absolute already.
  func resolving(_ object: JSONObject) -> JSONObject {
    if case .nothing = self { return object }
    var object = object
    if let assets = object["assets"]?.object, assets.members.contains(where: { Self.mayBeRelative($0.value) }) {
      object["assets"] = .object(
        JSONObject(assets.members.map { .init(name: $0.name, value: withAbsoluteHref($0.value)) }))
    }
    if let links = object["links"]?.array, links.contains(where: Self.mayBeRelative) {
      // What only holds a static catalog together goes; the server has links of its own for that.
      let kept = links.filter { !LinkRelation.ownedByServer.contains($0.object?["rel"]?.string ?? "") }
      object["links"] = .array(kept.map { withCatalogHref($0, from: object) ?? withAbsoluteHref($0) })
    }
    return object
  }

  /// The identifier in the document that the link with rel `collection` leads to.
  func collectionByLink(_ object: JSONObject) -> String? {
    guard let href = object.links.first(where: { $0.rel == "collection" })?.href, !href.contains("://") else {
      return nil
    }
    return localDocument(at: href)?["id"]?.string
  }

  private static func mayBeRelative(_ json: JSONValue) -> Bool {
    guard let href = json.object?["href"]?.string else { return false }
    return !href.contains("://")
  }

  private func withAbsoluteHref(_ json: JSONValue) -> JSONValue {
    guard var object = json.object, let href = object["href"]?.string, let absolute = absolute(href) else {
      return json
    }
    object["href"] = .string(absolute)
    return .object(object)
  }

  /// A URL for a relative href or an absolute path, nil for what is a URL or an image reference already.
  private func absolute(_ href: String) -> String? {
    guard href.hasPrefix("./") || href.hasPrefix("../") || href.hasPrefix("/") || isPlainPath(href) else { return nil }
    switch self {
    case .file(let path): return Self.fileAddress(href, path)
    case .web(let address): return WebAddress.resolve(href, against: address)
    // Only what is relative is elsewhere too.
    case .published(let path, let address):
      return href.hasPrefix("/") ? Self.fileAddress(href, path) : WebAddress.resolve(href, against: address)
    case .nothing: return nil
    }
  }

  private static func fileAddress(_ href: String, _ path: String) -> String {
    URL(fileURLWithPath: href, relativeTo: URL(fileURLWithPath: path)).standardizedFileURL.absoluteString
  }

  /// The path of the document's file, nil where it was not read from one.
  private var path: String? {
    switch self {
    case .file(let path), .published(let path, _): path
    case .web, .nothing: nil
    }
  }

  /// Whether an href without `./` is a relative path: nothing in it looks like a scheme or a registry's tag, and where
  /// files are read, the file exists.
  private func isPlainPath(_ href: String) -> Bool {
    guard !href.isEmpty, !href.contains(":"), !href.hasPrefix("#") else { return false }
    guard let path else { return true }
    let url = URL(fileURLWithPath: href, relativeTo: URL(fileURLWithPath: path))
    return FileManager.default.fileExists(atPath: url.path)
  }

  /// A link to another STAC file as a link to the document in the catalog, relative to the address it will have there;
  /// nil where the link leads elsewhere.
  private func withCatalogHref(_ link: JSONValue, from source: JSONObject) -> JSONValue? {
    guard var object = link.object, let href = object["href"]?.string, href.hasSuffix(".json"),
      !href.contains("://"), let target = localDocument(at: href), target["stac_version"] != nil,
      let id = target["id"]?.string
    else { return nil }
    let path: String
    switch (target["type"]?.string, target["collection"]?.string ?? collectionByLink(target)) {
    case ("Collection", _): path = PercentCoding.encode(id)
    case ("Feature", let collection?):
      path = "\(PercentCoding.encode(collection))/items/\(PercentCoding.encode(id))"
    default: return nil
    }
    // From /collections/{id}/items/{id} it is two levels up to /collections, from /collections/{id} none.
    object["href"] = .string((source["type"]?.string == "Feature" ? "../../" : "./") + path)
    return .object(object)
  }

  /// The JSON object in the file that a relative href leads to.
  private func localDocument(at href: String) -> JSONObject? {
    guard let path else { return nil }
    let file = URL(fileURLWithPath: href, relativeTo: URL(fileURLWithPath: path)).standardizedFileURL.path
    return FileManager.default.contents(atPath: file).flatMap { try? JSONParser.parse(Array($0)) }?.object
  }
}
