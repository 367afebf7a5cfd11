import Foundation

/// Addresses of documents in a catalog, as its links write them.
public enum CatalogAddress {
  /// A text as one segment of a path: everything but RFC 3986's unreserved characters escaped.
  public static func segment(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~"))) ?? text
  }
}
