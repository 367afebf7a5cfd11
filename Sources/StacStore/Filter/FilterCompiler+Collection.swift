import CQL2
import Postgres

/// Items know their collection by a key, which indexes serve: the key is compared where identifiers are given.
extension FilterCompiler {
  /// `collection = 'a'` and `collection <> 'a'`, in either order; nil for every other comparison.
  func collectionComparison(
    _ symbol: Operator, _ arguments: [Expression], at path: [Int]
  ) throws(FilterTypeError) -> SQL? {
    guard columns.isItems, symbol == .equal || symbol == .notEqual else { return nil }
    let pair = (arguments[0], arguments[1])
    let text: String
    switch pair {
    case (.property("collection"), .string(let id)), (.string(let id), .property("collection")): text = id
    default: return nil
    }
    let key: SQL = """
      coalesce((SELECT named.key FROM gnomon.collections named WHERE named.id = \(try bindable(text, at: path))), -1)
      """
    return symbol == .equal ? "(i.collection_key = \(key))" : "(i.collection_key <> \(key))"
  }

  /// `collection IN ('a', 'b')`; nil for every other list.
  func collectionMembership(_ tested: Expression, _ elements: [Expression]) -> SQL? {
    guard columns.isItems, tested == .property("collection") else { return nil }
    var ids: [String] = []
    for element in elements {
      guard case .string(let id) = element, !id.utf8.contains(0) else { return nil }
      ids.append(id)
    }
    return """
      (i.collection_key = ANY (ARRAY(\
      SELECT named.key FROM gnomon.collections named WHERE named.id = ANY (\(texts: ids)))))
      """
  }
}
