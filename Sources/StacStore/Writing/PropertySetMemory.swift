import Synchronization

/// In which sets of `gnomon.property_sets` the properties of items are registered, by the items' collection and shape.
///
/// Sets are never changed and their keys never used again: what is remembered holds while the collection has the sets,
/// which the statement that relies on it sees itself.
final class PropertySetMemory: Sendable {
  fileprivate struct Shape: Hashable {
    let collection: [UInt8]
    let properties: Int
  }

  private let sets = Mutex<[Shape: [Int64]]>([:])
  /// Collections whose items have ever other properties fill the memory with what nobody asks for again.
  private static let mostShapes = 10_000

  /// The keys of the sets, nil where none are known.
  subscript(row: ItemRow) -> [Int64]? {
    get { sets.withLock { $0[Shape(row)] } }
    set {
      sets.withLock { sets in
        if sets.count >= Self.mostShapes { sets = [:] }
        sets[Shape(row)] = newValue?.isEmpty == false ? newValue : nil
      }
    }
  }
}

extension PropertySetMemory.Shape {
  fileprivate init(_ row: ItemRow) {
    self.init(collection: Array(row.collectionID.utf8), properties: row.propertyShape)
  }
}
