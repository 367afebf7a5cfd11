public import StacModel

/// A place with an area, in degrees: where a model may be used, or what a scene shows.
///
/// Areas are compared in the plane of longitude and latitude, by shape, with bounded effort: a shape of more than 256
/// corners counts as the boxes around its polygons, or as one box where it has more than 64 polygons; and of two shapes whose
/// comparison would take too many steps the one with more corners, if need be both, counts as the strips that cover it.
public struct Region: Sendable, Hashable, Codable {
  private static let mostCorners = 256
  private static let mostBoxes = 64
  /// The most steps of one comparison: corners of the pieces of the one times those of the other.
  private static let mostSteps = 2_048
  /// Boxes around all of it.
  let boxes: [PlaneBox]
  /// Its shape; nil where it is its boxes.
  private let shape: Shape?
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
  public init?(_ box: BoundingBox) { self.init(boxes: PlaneBox.parts(of: box), shape: nil) }

  private init?(shape geometry: Geometry) {
    let polygons = geometry.polygons
    let boxes = polygons.compactMap(\.first).map(\.box)
    let corners = polygons.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
    guard corners <= Self.mostCorners else {
      self.init(boxes: boxes.count <= Self.mostBoxes ? boxes : PlaneBox.parts(of: geometry.boundingBox), shape: nil)
      return
    }
    let isBoxes = zip(polygons, boxes).allSatisfy { rings, box in rings.count == 1 && rings[0].isBox(box) }
    self.init(boxes: boxes, shape: isBoxes ? nil : Shape(polygons))
  }

  /// Nil where there is no area.
  private init?(boxes: [PlaneBox], shape: Shape?) {
    self.boxes = boxes.filter { $0.area > 0 }
    self.shape = shape
    area = shape?.area ?? boxes.area
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

  /// The share of it that lies within another region, 0 to 1; what only rounding may have made is 0.
  public func share(within other: Region) -> Double {
    guard boxes.contains(where: { box in other.boxes.contains { box.meets($0) } }) else { return 0 }
    // What lies wholly within a box is shared wholly.
    if other.shape == nil, isWithin(other.boxes) { return 1 }
    if shape == nil, other.isWithin(boxes) { return Self.share(other.area, of: area) }
    if shape == nil, other.shape == nil { return Self.share(boxes.commonArea(with: other.boxes), of: area) }
    let (own, others) = (pieces(near: other), other.pieces(near: self))
    if own.isWhole, others.isWhole, own.steps * others.steps <= Self.mostSteps {
      return Self.share(min(own.commonArea(with: others), other.area), of: area)
    }
    return coarseShare(own, within: other, others)
  }

  /// The share where the shapes have too many corners to be compared as they are.
  private func coarseShare(_ own: ConvexPieces, within other: Region, _ others: ConvexPieces) -> Double {
    let isOwnSmaller = own.steps <= others.steps
    let smaller = isOwnSmaller ? own : others
    let coarse = isOwnSmaller ? ConvexPieces(other.strips, near: boxes) : ConvexPieces(strips, near: other.boxes)
    if smaller.isWhole, coarse.steps * smaller.steps <= Self.mostSteps {
      return isOwnSmaller
        ? Self.share(own.commonArea(with: coarse), of: area)
        : Self.share(min(coarse.commonArea(with: others), other.area), of: strips.area)
    }
    return Self.share(strips.commonArea(with: other.strips), of: strips.area)
  }

  private static func share(_ shared: Double, of area: Double) -> Double {
    let share = shared / area
    return share < 1e-9 ? 0 : min(1, share)
  }

  /// What of it lies in a box; nil where that is nothing.
  public func clipped(to box: BoundingBox) -> Region? {
    let others = PlaneBox.parts(of: box)
    if isWithin(others) { return self }
    let boxes = boxes.flatMap { own in others.compactMap { own.clipped(to: $0) } }
    guard let shape else { return Region(boxes: boxes, shape: nil) }
    return shape.clipped(to: others).flatMap { Region(boxes: boxes, shape: $0) }
  }

  private func isWithin(_ others: [PlaneBox]) -> Bool {
    boxes.allSatisfy { box in others.contains { $0.contains(box) } }
  }

  private var strips: [PlaneBox] { shape?.strips ?? boxes }

  private func pieces(near other: Region) -> ConvexPieces {
    guard let shape else { return ConvexPieces(boxes, near: other.boxes) }
    // Whatever it is compared with has three corners at least.
    return ConvexPieces(shape.rings, near: other.boxes, most: Self.mostSteps / 3)
  }
}

/// What has other sides than a box.
private struct Shape: Sendable, Hashable, Codable {
  private static let mostStrips = 16

  let rings: [PlaneRing]
  /// Boxes that cover it, some 16 or one for each polygon; holes are covered too.
  let strips: [PlaneBox]

  var area: Double { rings.reduce(0) { $0 + $1.signedArea } }

  init(_ polygons: [[[Position]]]) {
    rings = polygons.flatMap { rings in
      rings.enumerated().compactMap { index, ring in PlaneRing(ring.corners, sign: index == 0 ? 1 : -1) }
    }
    let outer = polygons.compactMap { $0.first.flatMap { PlaneRing($0.corners, sign: 1) } }
    let corners = outer.reduce(0) { $0 + $1.corners.count }
    strips = outer.flatMap { $0.strips(max(1, Self.mostStrips * $0.corners.count / corners)) }
  }

  private init(rings: [PlaneRing], strips: [PlaneBox]) {
    self.rings = rings
    self.strips = strips
  }

  /// What of it lies in boxes; nil where that is nothing.
  func clipped(to boxes: [PlaneBox]) -> Shape? {
    let common = ConvexPieces(rings, near: boxes).common(with: ConvexPieces(boxes, near: boxes))
    guard !common.isEmpty else { return nil }
    return Shape(rings: common, strips: strips.flatMap { strip in boxes.compactMap { strip.clipped(to: $0) } })
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
  /// The corners, the first once.
  fileprivate var corners: [Corner] { dropLast().map { Corner(x: $0.longitude, y: $0.latitude) } }

  fileprivate var box: PlaneBox {
    var box = PlaneBox()
    for position in self { box.add(Corner(x: position.longitude, y: position.latitude)) }
    return box
  }

  /// Whether the ring is the outline of a box.
  fileprivate func isBox(_ box: PlaneBox) -> Bool {
    guard count == 5 else { return false }
    let isAtCorners = allSatisfy { corner in
      (corner.longitude == box.west || corner.longitude == box.east)
        && (corner.latitude == box.south || corner.latitude == box.north)
    }
    let turns = zip(self, dropFirst()).allSatisfy { ($0.longitude == $1.longitude) != ($0.latitude == $1.latitude) }
    return isAtCorners && turns && self[0] != self[2]
  }
}

extension [PlaneBox] {
  fileprivate var area: Double { reduce(0) { $0 + $1.area } }

  /// The area that boxes have in common with others.
  fileprivate func commonArea(with others: [PlaneBox]) -> Double {
    reduce(0) { sum, box in others.reduce(sum) { $0 + ($1.clipped(to: box)?.area ?? 0) } }
  }
}
