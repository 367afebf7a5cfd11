import NIOCore
import StacModel
import StacStore

/// The links from a model to its other versions (version extension), as the catalog finds them.
///
/// A relation that the document has of its own is its author's word, and is left alone.
struct VersionLinks {
  private let links: LinkList

  /// Nil where there is nothing to link to.
  init?(_ stored: StoredDocument, _ base: BaseURL) {
    guard let family = stored.family, family.releases.count > 1 else { return nil }
    let own = Self.relations(of: stored)
    var links = LinkList()
    let found: [(rel: LinkRelation, release: ModelRelease?)] = [
      (.predecessorVersion, family.predecessor(of: stored.id)), (.successorVersion, family.successor(of: stored.id)),
      (.latestVersion, family.latest),
    ]
    for (rel, release) in found where !own.contains(rel.rawValue) {
      guard let release, !release.id.utf8.elementsEqual(stored.id.utf8) else { continue }
      var link = Link(
        rel: rel, href: base.url("collections", stored.collectionID, "items", release.id), type: .geoJSON,
        title: release.version.map { "Version \($0)" })
      link.json[Link.computedMark] = true
      links.add(link)
    }
    guard !links.links.isEmpty else { return nil }
    self.links = links
  }

  /// The relations of the links that the document has.
  private static func relations(of stored: StoredDocument) -> Set<String> {
    guard let bytes = try? stored.document.bytes, let links = try? JSONText(bytes).root.object?["links"]?.array else {
      return []
    }
    return Set(links.compactMap { $0.object?["rel"]?.string })
  }

  /// Writes the links behind others.
  func append(to output: inout ByteBuffer) {
    output.writeInteger(UInt8(ascii: ","))
    output.writeBytes(links.text)
  }
}
