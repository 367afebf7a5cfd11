/// The names of the extension's members, to tell what a misspelled one was meant to be.
enum KnownMembers {
  private static let names = PropertyKinds.names.filter { $0.hasPrefix("mlm:") }.sorted()

  /// The member that a name was most likely meant to be; nil where none is near.
  static func nearest(to name: String) -> String? {
    guard name.utf8.count <= 64 else { return nil }
    let written = name.lowercased()
    let distances = names.map { (name: $0, distance: distance(Array(written.utf8), Array($0.utf8))) }
    guard let near = distances.min(by: { $0.distance < $1.distance }), near.distance <= 2 else { return nil }
    return near.name
  }

  /// How many bytes have to be changed, added or left out to make one of the other (Levenshtein).
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (index, byte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, other) in right.enumerated() {
        let kept = diagonal + (byte == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(kept, diagonal + 1, row[column] + 1)
      }
    }
    return row[right.count]
  }
}
