import Foundation
import StacModel

/// Finds out what the documents at an address are.
public enum WebSource {
  /// The source at a URL: another STAC API, one of its collections, a page of items, or a static catalog.
  ///
  /// - Throws: ``SourceFailure`` where the address cannot be fetched or holds something else.
  public static func at(
    _ address: String, allowedHosts: Set<String>, limits: BatchLimits
  ) async throws -> any DocumentSource {
    let fetcher = DocumentFetcher(root: address, allowedHosts: allowedHosts)
    let root: (object: JSONObject, address: String)
    do {
      root = try await fetcher.object(at: address)
    } catch let refusal as DocumentFetcher.Refusal {
      throw SourceFailure("\(WebAddress.plain(address)) cannot be loaded: \(refusal)")
    }
    let object = root.object
    func link(_ relations: String...) -> String? {
      object.links.first { relations.contains($0.rel) }.flatMap { WebAddress.resolve($0.href, against: root.address) }
    }
    func pages(_ kind: APIPages.Root) -> APIPages {
      APIPages(address: root.address, root: kind, fetcher: fetcher, limits: limits)
    }
    switch object["type"]?.string {
    case "Catalog":
      guard object["conformsTo"] != nil, let collections = link("data") else { break }
      return pages(.api(collections: collections))
    case "Collection":
      guard let items = link("items") else { break }
      return pages(.collection(object, items: items))
    case "FeatureCollection": return pages(.page)
    case "Feature": break
    default:
      guard object["collections"] != nil else {
        throw SourceFailure(
          "\(WebAddress.plain(address)) holds no STAC catalog, collection, item or page of items; name the first document "
            + "of a static catalog (catalog.json) or of an API")
      }
      return pages(.api(collections: root.address))
    }
    return CatalogWalk(root: root.address, fetcher: fetcher, limits: limits)
  }

  /// The static catalog whose first document is a file; nil where the file is another kind of document.
  public static func staticCatalog(atFile path: String, limits: BatchLimits) -> CatalogWalk? {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    guard url.pathExtension.lowercased() == "json",
      let data = FileManager.default.contents(atPath: url.path), data.count < 64 << 20,
      let object = (try? JSONParser.parse([UInt8](data)))?.object,
      ["Catalog", "Collection"].contains(object["type"]?.string),
      object.links.contains(where: { $0.rel == "child" || $0.rel == "item" })
    else { return nil }
    let root = url.absoluteString
    return CatalogWalk(root: root, fetcher: DocumentFetcher(root: root, allowedHosts: []), limits: limits)
  }
}
