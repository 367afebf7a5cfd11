import FoundationEssentials
import StacModel

/// Where the files that predictions publish lie: `assets/predictions/{id}/` below the data directory.
public struct PublishedFiles: Sendable {
  /// Absolute path of the folder `assets`.
  public let folder: String

  public init(dataDirectory: String) { folder = dataDirectory + "/assets" }

  /// The folder of an item's files; nil where the identifiers cannot be names of folders.
  public func folder(of item: ItemReference) -> String? {
    [item.collection, item.id].allSatisfy(Self.isName) ? "\(folder)/\(item.collection)/\(item.id)" : nil
  }

  /// The file of an asset: `{key}`, or the one named `{key}.…`, or of `{key}.aux.xml` the sidecar of that one.
  func file(of item: ItemReference, key: String) -> String? {
    guard let folder = folder(of: item), Self.isName(key) else { return nil }
    let names = Set(LocalFiles.names(in: folder))
    if names.contains(key) { return "\(folder)/\(key)" }
    let sidecar = ".aux.xml"
    if key.hasSuffix(sidecar) {
      let found = names.filter { $0.hasPrefix(key.dropLast(sidecar.count) + ".") && $0.hasSuffix(sidecar) }
      return found.count == 1 ? found.first.map { "\(folder)/\($0)" } : nil
    }
    let found = names.filter { $0.hasPrefix(key + ".") && !$0.hasSuffix(sidecar) }
    return found.count == 1 ? found.first.map { "\(folder)/\($0)" } : nil
  }

  /// Removes the files of an item that is gone.
  func remove(_ item: ItemReference) {
    if let folder = folder(of: item) { try? FileManager.default.removeItem(atPath: folder) }
  }

  /// Removes the files of a collection's items, which are gone with it.
  func remove(collection: String) {
    if Self.isName(collection) { try? FileManager.default.removeItem(atPath: "\(folder)/\(collection)") }
  }

  /// Letters, digits, `-`, `_`, `:` and `.`, not first a dot.
  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "."), text.utf8.count <= 200 else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "-_:.".utf8.contains(byte)
      }
    }
  }
}
