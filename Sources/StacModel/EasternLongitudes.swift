/// Longitudes from 180 to 360 degrees, as grids count them that begin at Greenwich and have no negative ones.
///
/// Documents whose place lies beyond 180 degrees altogether say no other thing than those that count to the west; what lies on
/// both sides of it cannot be told from a slip.
enum EasternLongitudes {
  /// How far east, to the west of Greenwich, a geometry must reach: what ends a degree beyond 180 is a slip.
  static let slips = -179.0

  /// How deep arrays of coordinates may lie in each other, and geometries in collections.
  private static let deepest = 12

  /// A geometry with every longitude a turn further west; nil where one is not from 180 to 360.
  static func shifted(geometry: JSONValue, depth: Int = deepest) -> JSONValue? {
    guard depth > 0, var object = geometry.object else { return nil }
    if let members = object["geometries"]?.array {
      let shiftedMembers = members.compactMap { shifted(geometry: $0, depth: depth - 1) }
      guard shiftedMembers.count == members.count else { return nil }
      object["geometries"] = .array(shiftedMembers)
      return .object(object)
    }
    guard let coordinates = object["coordinates"].flatMap({ shifted(coordinates: $0, depth: depth) }) else {
      return nil
    }
    object["coordinates"] = coordinates
    return .object(object)
  }

  private static func shifted(coordinates: JSONValue, depth: Int) -> JSONValue? {
    guard depth > 0, let elements = coordinates.array, let first = elements.first else { return nil }
    if let longitude = first.double {
      return shifted(longitude).map { .array([JSONValue($0)] + elements.dropFirst()) }
    }
    let members = elements.compactMap { shifted(coordinates: $0, depth: depth - 1) }
    return members.count == elements.count ? .array(members) : nil
  }

  /// A box with its longitudes a turn further west, its latitudes in order; nil where they are not from 180 to 360.
  static func shifted(box numbers: [Double]) -> [Double]? {
    guard numbers.count == 4 || numbers.count == 6 else { return nil }
    let half = numbers.count / 2
    guard let west = shifted(numbers[0]), let east = shifted(numbers[half]) else { return nil }
    var box = numbers
    (box[0], box[half]) = (west, east)
    if box[1] > box[half + 1] { box.swapAt(1, half + 1) }
    return box
  }

  private static func shifted(_ longitude: Double) -> Double? {
    180...360 ~= longitude ? longitude - 360 : nil
  }
}
