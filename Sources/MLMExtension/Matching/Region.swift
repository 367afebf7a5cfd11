public import StacModel

/// A place with an area, in degrees: where a model may be used, or what a scene shows.
///
/// Areas are compared in the plane of longitude and latitude. A shape of more than 256 corners counts as the boxes around
/// its polygons, or as one box where it has more than 64 polygons.
public struct Region: Sendable, Hashable {
  private static let mostCorners = 256
  private static let mostBoxes = 64
  /// Boxes with west <= east around all of it.
  let boxes: [BoundingBox]
  /// Its shape; empty where it is its boxes.
  private let pieces: [ConvexPiece]
  /// Square degrees.
  public let area: Double

  /// The region of a geometry, or of a box where the geometry has no area; nil where neither has one.
  public init?(geometry: Geometry?, boundingBox: BoundingBox?) {
    if let geometry, let region = Region(shape: geometry) {
      self = region
    } else if let boundingBox, let region = Region(boundingBox) {
      self = region
    } else {
      return nil
    }
  }

  /// The region of a box, in two parts where it crosses the antimeridian; nil where it has no area.
  public init?(_ box: BoundingBox) { self.init(boxes: box.parts, pieces: []) }

  private init?(shape: Geometry) {
    let polygons = shape.polygons
    let boxes = polygons.compactMap(\.first).map { Geometry.polygon([$0]).boundingBox }
    let corners = polygons.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
    guard corners <= Self.mostCorners else {
      self.init(boxes: boxes.count <= Self.mostBoxes ? boxes : [shape.boundingBox], pieces: [])
      return
    }
    let isBoxes = zip(polygons, boxes).allSatisfy { rings, box in rings.count == 1 && rings[0].isBox(box) }
    let pieces = polygons.flatMap { rings in
      rings.enumerated().flatMap { index, ring in
        ConvexPiece.fan(ring.dropLast().map { Corner(x: $0.longitude, y: $0.latitude) }, sign: index == 0 ? 1 : -1)
      }
    }
    self.init(boxes: boxes, pieces: isBoxes ? [] : pieces)
  }

  /// Nil where there is no area.
  private init?(boxes: [BoundingBox], pieces: [ConvexPiece]) {
    self.boxes = boxes.filter { $0.planarArea > 0 }
    self.pieces = pieces
    area = pieces.isEmpty ? boxes.reduce(0) { $0 + $1.planarArea } : pieces.reduce(0) { $0 + $1.signedArea }
    guard area > 0, !self.boxes.isEmpty else { return nil }
  }

  /// The smallest box around it; two boxes that meet at the antimeridian make one that crosses it.
  public var boundingBox: BoundingBox {
    let (west, east) = (boxes.map(\.west).min() ?? 0, boxes.map(\.east).max() ?? 0)
    let (south, north) = (boxes.map(\.south).min() ?? 0, boxes.map(\.north).max() ?? 0)
    let western = boxes.filter { $0.west < 0 }.map(\.east).max() ?? -180
    let eastern = boxes.filter { $0.west >= 0 }.map(\.west).min() ?? 180
    if west == -180, east == 180, eastern - western > 0, eastern < 180, western > -180 {
      return BoundingBox(west: eastern, south: south, east: western, north: north)
    }
    return BoundingBox(west: west, south: south, east: east, north: north)
  }

  /// The area that it has in common with another region, in square degrees.
  public func sharedArea(with other: Region) -> Double {
    guard boxes.contains(where: { box in other.boxes.contains { box.clipped(to: $0) != nil } }) else { return 0 }
    // What lies wholly within a box is shared wholly.
    if pieces.isEmpty, other.isWithin(boxes) { return other.area }
    if other.pieces.isEmpty, isWithin(other.boxes) { return area }
    if pieces.isEmpty, other.pieces.isEmpty {
      return boxes.reduce(0) { sum, box in other.boxes.reduce(sum) { $0 + (box.clipped(to: $1)?.planarArea ?? 0) } }
    }
    let sum = Self.common(parts, other.parts).reduce(0) { $0 + $1.signedArea }
    return min(max(0, sum), area, other.area)
  }

  /// The share of it that lies within another region, 0 to 1; what only rounding may have made is 0.
  public func share(within other: Region) -> Double {
    let share = sharedArea(with: other) / area
    return share < 1e-9 ? 0 : min(1, share)
  }

  /// What of it lies in a box; nil where that is nothing.
  public func clipped(to box: BoundingBox) -> Region? {
    let others = box.parts
    if isWithin(others) { return self }
    let boxes = boxes.flatMap { own in others.compactMap { own.clipped(to: $0) } }
    guard !pieces.isEmpty else { return Region(boxes: boxes, pieces: []) }
    let common = Self.common(pieces, others.map(\.piece))
    return common.isEmpty ? nil : Region(boxes: boxes, pieces: common)
  }

  private func isWithin(_ others: [BoundingBox]) -> Bool {
    boxes.allSatisfy { box in others.contains { $0.contains(box) } }
  }

  private var parts: [ConvexPiece] { pieces.isEmpty ? boxes.map(\.piece) : pieces }

  private static func common(_ pieces: [ConvexPiece], _ others: [ConvexPiece]) -> [ConvexPiece] {
    pieces.flatMap { piece in others.compactMap { piece.common(with: $0) } }
  }
}

extension Geometry {
  /// Its polygons, each a list of rings.
  fileprivate var polygons: [[[Position]]] {
    switch self {
    case .polygon(let rings): [rings]
    case .multiPolygon(let polygons): polygons
    case .collection(let members): members.flatMap(\.polygons)
    case .point, .multiPoint, .lineString, .multiLineString: []
    }
  }
}

extension [Position] {
  /// Whether the ring is the outline of a box.
  fileprivate func isBox(_ box: BoundingBox) -> Bool {
    guard count == 5 else { return false }
    let isAtCorners = allSatisfy { corner in
      (corner.longitude == box.west || corner.longitude == box.east)
        && (corner.latitude == box.south || corner.latitude == box.north)
    }
    let turns = zip(self, dropFirst()).allSatisfy { ($0.longitude == $1.longitude) != ($0.latitude == $1.latitude) }
    return isAtCorners && turns && self[0] != self[2]
  }
}

// Of boxes with west <= east.
extension BoundingBox {
  fileprivate var planarArea: Double { (east - west) * (north - south) }

  fileprivate func contains(_ other: BoundingBox) -> Bool {
    west <= other.west && other.east <= east && south <= other.south && other.north <= north
  }

  /// What two boxes have in common, nil where that has no area.
  fileprivate func clipped(to other: BoundingBox) -> BoundingBox? {
    let (west, east) = (max(west, other.west), min(east, other.east))
    let (south, north) = (max(south, other.south), min(north, other.north))
    guard west < east, south < north else { return nil }
    return BoundingBox(west: west, south: south, east: east, north: north)
  }

  fileprivate var piece: ConvexPiece {
    ConvexPiece(
      corners: [
        Corner(x: west, y: south), Corner(x: east, y: south), Corner(x: east, y: north), Corner(x: west, y: north),
      ], sign: 1)
  }
}
