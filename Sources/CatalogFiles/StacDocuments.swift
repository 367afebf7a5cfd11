import Foundation
import StacModel

/// The STAC documents of one text: an item, a collection, or a list of either.
struct StacDocuments {
  private(set) var entries: [CatalogEntry] = []
  private(set) var skipped = 0
  private(set) var refused: [String] = []
  private let path: String

  init(text: [UInt8], path: String) {
    self.path = path
    do {
      take(try JSONParser.parse(text))
    } catch {
      refused.append(error.description)
    }
  }

  private mutating func take(_ json: JSONValue) {
    guard let object = json.object else {
      skipped += 1
      return
    }
    if let features = object["features"]?.array, object["type"]?.string == "FeatureCollection" {
      return take(features)
    }
    if let collections = object["collections"]?.array { return take(collections) }
    guard object["stac_version"] != nil else {
      skipped += 1
      return
    }
    switch object["type"]?.string {
    case "Feature": item(object)
    case "Collection": collection(object)
    default: skipped += 1
    }
  }

  private mutating func take(_ list: [JSONValue]) {
    for json in list { take(json) }
  }

  private mutating func item(_ object: JSONObject) {
    do {
      let item = try Item(.object(resolved(object)))
      guard let collection = item.collectionID ?? collectionByLink(object) else {
        return refused.append("\(item.id): the item names no collection, in its collection member or by a link")
      }
      entries.append(.item(item.inCollection(collection)))
    } catch {
      refused.append("\(object["id"]?.string ?? "an item without id"): \(error)")
    }
  }

  private mutating func collection(_ object: JSONObject) {
    do {
      entries.append(.collection(try Collection(.object(resolved(object)))))
    } catch {
      refused.append("\(object["id"]?.string ?? "a collection without id"): \(error)")
    }
  }

  /// A link to another STAC file as a link to the document in the catalog, relative to the address it will have there;
  /// nil where the link leads elsewhere.
  private func withCatalogHref(_ link: JSONValue, from source: JSONObject) -> JSONValue? {
    guard var object = link.object, let href = object["href"]?.string, href.hasSuffix(".json"),
      !href.contains("://"), let target = document(at: href), target["stac_version"] != nil,
      let id = target["id"]?.string
    else { return nil }
    let path: String
    switch (target["type"]?.string, target["collection"]?.string ?? collectionByLink(target)) {
    case ("Collection", _): path = CatalogAddress.segment(id)
    case ("Feature", let collection?):
      path = "\(CatalogAddress.segment(collection))/items/\(CatalogAddress.segment(id))"
    default: return nil
    }
    // From /collections/{id}/items/{id} it is two levels up to /collections, from /collections/{id} none.
    object["href"] = .string((source["type"]?.string == "Feature" ? "../../" : "./") + path)
    return .object(object)
  }

  /// The identifier in the file that the link with rel `collection` leads to.
  private func collectionByLink(_ object: JSONObject) -> String? {
    guard let href = object.links.first(where: { $0.rel == "collection" })?.href, !href.contains("://") else {
      return nil
    }
    return document(at: href)?["id"]?.string
  }

  /// The JSON object in the file that a relative href leads to.
  private func document(at href: String) -> JSONObject? {
    let file = URL(fileURLWithPath: href, relativeTo: URL(fileURLWithPath: path)).standardizedFileURL.path
    return FileManager.default.contents(atPath: file).flatMap { try? JSONParser.parse(Array($0)) }?.object
  }

  /// The document with absolute hrefs, and without the links that only hold a static catalog together.
  private func resolved(_ object: JSONObject) -> JSONObject {
    var object = object
    if let assets = object["assets"]?.object {
      object["assets"] = .object(
        JSONObject(assets.members.map { .init(name: $0.name, value: withAbsoluteHref($0.value)) }))
    }
    if let links = object["links"]?.array {
      let kept = links.filter { !Self.structural.contains($0.object?["rel"]?.string ?? "") }
      object["links"] = .array(kept.map { withCatalogHref($0, from: object) ?? withAbsoluteHref($0) })
    }
    return object
  }

  private static let structural = LinkRelation.ownedByServer.union(["item", "child"])

  private func withAbsoluteHref(_ json: JSONValue) -> JSONValue {
    guard var object = json.object, let href = object["href"]?.string, let absolute = absolute(href) else {
      return json
    }
    object["href"] = .string(absolute)
    return .object(object)
  }

  /// A `file:` URL for a relative or absolute path, nil for what is a URL or an image reference already.
  private func absolute(_ href: String) -> String? {
    guard href.hasPrefix("./") || href.hasPrefix("../") || href.hasPrefix("/") || isPlainPath(href) else { return nil }
    let url = URL(fileURLWithPath: href, relativeTo: URL(fileURLWithPath: path))
    return url.standardizedFileURL.absoluteString
  }

  /// Whether an href without `./` is a relative path: nothing before its first slash looks like a scheme or a registry
  /// host, and the file exists.
  private func isPlainPath(_ href: String) -> Bool {
    guard !href.isEmpty, !href.contains(":"), !href.hasPrefix("#") else { return false }
    let url = URL(fileURLWithPath: href, relativeTo: URL(fileURLWithPath: path))
    return FileManager.default.fileExists(atPath: url.path)
  }
}
