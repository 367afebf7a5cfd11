import StacModel
import StacStore

/// The links from a catalog to collections: each its own, and one to a further catalog where there are too many.
struct CollectionChildren {
  /// The most collections that one catalog links to.
  static let most = 1_000

  let base: BaseURL
  let choice: LanguageChoice

  /// Adds the links to `most` collections, and to the rest where there is one more.
  func add(_ collections: [BrowsedCollection], to links: inout LinkList) {
    for collection in collections.prefix(Self.most) {
      links.add(.child, base.url("collections", collection.id), title: collection.title)
    }
    guard collections.count > Self.most, let last = collections.prefix(Self.most).last else { return }
    links.add(.child, url(after: last.id), title: choice.phrases.moreCollections, in: choice.language)
  }

  /// Where the catalog of the collections behind one is.
  func url(after id: String) -> String {
    choice.url(BrowseNode.collections.url(base) + "?token=" + PercentCoding.encode(id))
  }
}
