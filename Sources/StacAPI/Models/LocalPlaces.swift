import MLMExtension
import StacModel

/// Tells files of one machine that only lie elsewhere from other files: a model that is registered from another checkout is the
/// same model.
///
/// Two local files are the same where their assets name the same `file:checksum`, and where there is none, where they lie in
/// the same place as seen from the model file, which has one.
struct LocalPlaces {
  private let stored: JSONObject
  /// What stands before the model file's path in both documents, up to where the two paths are the same.
  private var checkout: (stored: String, new: String)?

  /// - Parameters:
  ///   - stored: the document as it is stored.
  ///   - new: the one that is to take its place.
  init(stored: Item, new: Item) {
    self.stored = stored.document
    guard let old = stored.modelAsset, let model = new.modelAsset, Self.isSameFile(old, model),
      let from = Self.path(of: old.href), let to = Self.path(of: model.href)
    else { return }
    checkout = Self.difference(from, to)
  }

  /// The new document with the stored addresses of the files that only lie elsewhere.
  func settling(_ new: JSONObject) -> JSONObject {
    var object = new
    if let assets = new["assets"]?.object {
      let known = Dictionary(stored.assets.map { (Array($0.key.utf8), $0) }) { first, _ in first }
      object["assets"] = .object(
        JSONObject(
          assets.members.map { member in
            guard let asset = member.value.object.map({ Asset(key: member.name, json: $0) }),
              let old = known[Array(member.name.utf8)], isSamePlace(old, asset)
            else { return member }
            return .init(name: member.name, value: Self.with(old.href, in: asset.json))
          }))
    }
    if let links = new["links"]?.array { object["links"] = .array(links.map(settling)) }
    return object
  }

  private func settling(_ link: JSONValue) -> JSONValue {
    guard let json = link.object, let place = Self.path(of: Link(json: json).href).flatMap(moved) else { return link }
    let old = stored.links.first { $0.rel == Link(json: json).rel && Self.path(of: $0.href) == place }
    return old.map { Self.with($0.href, in: json) } ?? link
  }

  private func isSamePlace(_ old: Asset, _ new: Asset) -> Bool {
    guard let from = Self.path(of: old.href), let to = Self.path(of: new.href) else { return false }
    if Self.isSameFile(old, new) { return true }
    return old.checksum == nil && new.checksum == nil && moved(to) == from
  }

  /// Where a path of the new document was in the stored one; nil where it is not of the same checkout.
  private func moved(_ path: String) -> String? {
    guard let checkout, path.hasPrefix(checkout.new) else { return nil }
    return checkout.stored + path.dropFirst(checkout.new.count)
  }

  private static func with(_ href: String, in json: JSONObject) -> JSONValue {
    var json = json
    json["href"] = .string(href)
    return .object(json)
  }

  private static func isSameFile(_ one: Asset, _ other: Asset) -> Bool {
    guard let checksum = one.checksum, let second = other.checksum else { return false }
    return checksum.lowercased() == second.lowercased()
  }

  /// The path that a local href names, nil of every other.
  private static func path(of href: String) -> String? {
    if href.hasPrefix("/") { return href }
    return href.hasPrefix("file:///") ? PercentCoding.decode(href.dropFirst("file://".count)) : nil
  }

  /// The folders in which two paths begin to be the same, with a slash at the end.
  private static func difference(_ one: String, _ other: String) -> (stored: String, new: String)? {
    var (one, other) = (one.split(separator: "/"), other.split(separator: "/"))
    var isCommon = false
    while let last = one.last, last == other.last {
      one.removeLast()
      other.removeLast()
      isCommon = true
    }
    guard isCommon else { return nil }
    func folder(_ names: [Substring]) -> String { "/" + names.map { $0 + "/" }.joined() }
    return (folder(one), folder(other))
  }
}
