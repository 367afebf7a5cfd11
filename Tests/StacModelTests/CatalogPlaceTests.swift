import StacModel
import Testing

@Suite struct CatalogPlaceTests {
  @Test(
    arguments: [
      ("https://example.org/v1/collections/a/items/b", "https://example.org/v1", "a", "b"),
      ("HTTP://example.org/collections/a?f=json", "HTTP://example.org", "a", nil),
      ("https://example.org//x//collections/a%20b/items/c#top", "https://example.org/x", "a b", "c"),
      ("./b", nil, "own", "b"), ("../../a/items/b", nil, "a", "b"), ("../../../collections/a", nil, "a", nil),
      ("/collections/a/items/b", nil, "a", "b"),
    ] as [(String, String?, String, String?)])
  func `An absolute href has a base and a relative one leads within the catalog`(
    href: String, base: String?, collection: String, item: String?
  ) throws {
    let place = try #require(CatalogPlace(href: href, in: .item(collection: "own")))
    #expect(place.base == base)
    #expect(place.collection == collection)
    #expect(place.item == item)
  }

  @Test(arguments: [
    "", "?a", "s3://bucket/collections/a", "https://", "https:///collections/a", "https://example.org/a/items/b",
    "https://example.org/collections/a/items", "https://example.org/collections/a/things/b", "mailto:a@b",
    "http:/x://collections/a", "a:b", "/collections/%zz", "/collections/a/items/%00", "../../../items/b",
  ])
  func `An href of another form leads to no place`(href: String) {
    #expect(CatalogPlace(href: href, in: .item(collection: "own")) == nil)
  }
}
