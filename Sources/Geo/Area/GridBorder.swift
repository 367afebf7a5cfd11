/// The border of a grid in longitude and latitude: a ring whose longitudes run on over the antimeridian.
struct GridBorder {
  /// The ring, not closed; where it goes round a pole it ends whole turns from where it began.
  private(set) var points: [GeographicPoint] = []
  /// Times the ring goes round a pole, positive eastwards.
  private(set) var turns = 0

  /// Nil where the border cannot be followed: parts of it lie nowhere on the Earth, or jump.
  init?(_ surroundings: borrowing GridSurroundings) {
    var stops: [Stop] = []
    let corners = Self.corners(surroundings)
    for index in corners.indices {
      let next = corners[index + 1 == corners.count ? 0 : index + 1]
      guard let found = Self.divided(corners[index], next, surroundings) else { return nil }
      stops += found
    }
    let poles = stops.filter(\.isPole).count
    guard poles < 2, let start = stops.firstIndex(where: { !$0.isPole }) else { return nil }
    stops = Array(stops[start...] + stops[..<start])
    let sum = stops.map(\.step).reduce(0, +)
    // A border through a pole leaves it by another meridian, on the side where the ring closes without a turn.
    turns = poles == 1 ? 0 : Int((sum / 360).rounded())
    var longitude = stops[0].longitude
    for stop in stops {
      points.append(GeographicPoint(longitude: longitude, latitude: stop.latitude))
      if stop.isPole {
        longitude -= sum
        points.append(GeographicPoint(longitude: longitude, latitude: stop.latitude))
      }
      longitude += stop.step
    }
  }

  /// A place on the border, and how far east the next one lies.
  private struct Stop {
    var longitude: Double
    var latitude: Double
    var step: Double
    var isPole: Bool
  }

  /// A place on the border in columns and rows.
  private struct Corner {
    var place: Point
    var isPole = false
  }

  /// The corners of the grid, and the poles on the edges between them.
  private static func corners(_ surroundings: borrowing GridSurroundings) -> [Corner] {
    let (width, height) = (surroundings.width, surroundings.height)
    let ends = [Point(x: 0, y: 0), Point(x: width, y: 0), Point(x: width, y: height), Point(x: 0, y: height)]
    var corners: [Corner] = []
    for index in ends.indices {
      let (from, to) = (ends[index], ends[index + 1 == ends.count ? 0 : index + 1])
      corners.append(Corner(place: from, isPole: surroundings.poles.contains { near($0.place, from) }))
      for pole in surroundings.poles where !near(pole.place, from) && !near(pole.place, to) {
        let isOnRow = abs(pole.place.y - from.y) < 1e-6 && from.y == to.y && pole.place.x > 0 && pole.place.x < width
        let isOnColumn =
          abs(pole.place.x - from.x) < 1e-6 && from.x == to.x && pole.place.y > 0 && pole.place.y < height
        if isOnRow || isOnColumn { corners.append(Corner(place: pole.place, isPole: true)) }
      }
    }
    return corners
  }

  private static func near(_ a: Point, _ b: Point) -> Bool { max(abs(a.x - b.x), abs(a.y - b.y)) < 1e-6 }

  /// Most times an edge is halved because it bends: 512 pieces.
  private static let mostBends = 9
  /// Most times it is halved because longitudes change fast, beside a pole.
  private static let mostHalves = 40

  /// The stops from a corner up to the next one, which is left out; straight pieces follow the edge to a tenth of a pixel.
  private static func divided(
    _ from: Corner, _ to: Corner, _ surroundings: borrowing GridSurroundings
  ) -> [Stop]? {
    var stops: [Stop] = []
    var open = [(from, to, 0)]
    while let (a, b, depth) = open.popLast() {
      guard let samples = Samples(a.place, a.isPole, b.place, b.isPole, surroundings) else { return nil }
      if samples.isSmooth, samples.isStraight || depth >= mostBends {
        stops.append(
          Stop(
            longitude: samples.longitudes[0], latitude: samples.latitudes[0], step: samples.turned.last ?? 0,
            isPole: a.isPole))
      } else {
        guard depth < mostHalves else { return nil }
        let middle = Corner(place: Point(x: (a.place.x + b.place.x) / 2, y: (a.place.y + b.place.y) / 2))
        open += [(middle, b, depth + 1), (a, middle, depth + 1)]
      }
    }
    return stops
  }

  /// Nine places along a piece of the border.
  private struct Samples {
    static let pieces = 8
    var longitudes: [Double] = []
    var latitudes: [Double] = []
    /// Degrees east of the first place.
    var turned: [Double] = [0]
    /// Whether longitudes change so slowly that it is known which way they go.
    var isSmooth = true
    private let pixels: Double

    init?(
      _ from: Point, _ isFromPole: Bool, _ to: Point, _ isToPole: Bool, _ surroundings: borrowing GridSurroundings
    ) {
      pixels = max(abs(to.x - from.x), abs(to.y - from.y))
      let places = (0...Self.pieces).map { index in
        let share = Double(index) / Double(Self.pieces)
        return Point(x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share)
      }
      for point in surroundings.positions(of: places) {
        guard let point else { return nil }
        longitudes.append(point.longitude)
        latitudes.append(point.latitude)
      }
      for index in 1...Self.pieces {
        // A pole has every longitude, also its neighbour's.
        let isFree = isFromPole && index == 1 || isToPole && index == Self.pieces
        var step = isFree ? 0 : longitudes[index] - longitudes[index - 1]
        if !surroundings.isIdentity {
          step -= 360 * (step / 360).rounded()
          if abs(step) > 60 { isSmooth = false }
        }
        turned.append(turned[index - 1] + step)
      }
    }

    /// Whether the straight line between the ends is within a tenth of a pixel of all places.
    var isStraight: Bool {
      let last = Self.pieces
      let scale = Self.cosine(latitudes[last / 2])
      let (east, north) = (turned[last] * scale, latitudes[last] - latitudes[0])
      let most = 0.1 * (east * east + north * north).squareRoot() / pixels
      return (1..<last).allSatisfy { index in
        let share = Double(index) / Double(last)
        let x = (turned[index] - turned[last] * share) * scale
        let y = latitudes[index] - latitudes[0] - north * share
        return (x * x + y * y).squareRoot() <= most + 1e-9
      }
    }

    /// How long a degree of longitude is, in degrees of latitude.
    private static func cosine(_ latitude: Double) -> Double { EllipsoidArea.parallelScale(latitude: latitude) }
  }
}
