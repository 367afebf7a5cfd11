/// The areas of a class map as polygons that share their edges.
///
/// Every pixel with data lies in exactly one polygon. Arcs are kept once, in the coordinates of the result; a polygon is
/// read off them when it is needed.
public struct PolygonCoverage: Sendable {
  /// What is done to a class map.
  public struct Options: Sendable {
    /// What gives arcs their form; nil keeps the pixel edges.
    public var shaper: (any ArcShaper)?
    /// A second opinion on polygons: the arcs around those that it refuses are shaped again, for both of their faces,
    /// nearer to the pixels. What is refused as traced stays, and is ``unsettled``.
    public var validity: (any CoverageValidity)?
    /// Threads to work on.
    public var threads: Int
    /// What may be held in memory.
    public var limits: Limits

    /// Options; by default the pixel edges, on two threads, within the widest limits.
    public init(
      shaper: (any ArcShaper)? = nil, validity: (any CoverageValidity)? = nil, threads: Int = 2,
      limits: Limits = Limits()
    ) {
      self.shaper = shaper
      self.validity = validity
      self.threads = threads
      self.limits = limits
    }
  }

  /// What a map may need at most, asked before memory is taken for it.
  public struct Limits: Hashable, Sendable {
    /// Most areas; asked once they are counted, before anything is kept for each.
    public var areas: Int
    /// Most corners of the lines between areas; asked before lines are traced. Some tens of bytes are held for each.
    public var corners: Int

    /// As many corners as can be numbered.
    public static var mostCorners: Int { 1 << 31 - 1 }

    /// Limits; by default none but those of the numbers that areas and lines are known by.
    public init(areas: Int = .max, corners: Int = mostCorners) {
      self.areas = areas
      self.corners = min(corners, Self.mostCorners)
    }
  }

  /// The areas and their statistics.
  public let components: Components
  /// The arcs as they were traced.
  public let graph: ArcGraph
  let faces: FaceTable
  private(set) var arcs = ArcPoints<FixedPosition>()
  /// How often each arc was shaped again because it met another or a polygon was refused: 3 is the traced form.
  private(set) var levels: [UInt8]
  /// The components that the second opinion refused, so that lines around them were shaped again; whatever came of it.
  public private(set) var reshaped: Set<Int> = []
  /// The components that are refused, or whose arcs meet others, even as traced; known where anything was checked.
  public private(set) var unsettled: Set<Int> = []
  let isMirrored: Bool

  /// Labels, traces and shapes a class map; `areas` tells the square metres of pixels.
  ///
  /// Throws `VectorError`, `CancellationError` soon after `isCancelled` says so, and what the placement throws.
  @specialized(where Value == UInt8)
  @specialized(where Value == UInt16)
  public init<Value: ClassValue>(
    _ raster: ClassRaster<Value>, confidence: ConfidenceRaster? = nil, areas: (any PixelAreas)? = nil,
    placement: any ArcPlacement, options: Options = Options(), isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws {
    guard confidence == nil || confidence?.count == raster.width * raster.height else {
      throw VectorError(.invalidArgument, "The confidence map does not have the class map's size.")
    }
    let traced = try TracedMap(raster, confidence, areas, options, isCancelled)
    components = traced.components
    graph = traced.graph
    faces = FaceTable(graph, faceCount: components.count)
    levels = [UInt8](repeating: options.shaper == nil ? ArcWork.tracedLevel : 0, count: graph.count)
    isMirrored = placement.isMirrored
    let work = ArcWork(
      graph: graph, values: components.values, placement: placement, shaper: options.shaper, threads: options.threads)
    let placed = try work.place(levels, isCancelled: isCancelled)
    arcs = placed.arcs
    if options.shaper != nil || (options.validity != nil && !placed.isProven) {
      try settle(work, options.validity, isCancelled)
    }
  }

  /// Shapes arcs that meet again, nearer to the traced form, until none do and nobody refuses what they enclose.
  private mutating func settle(
    _ work: ArcWork, _ validity: (any CoverageValidity)?, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    let exits = NodeExits(graph)
    while true {
      let check = CoverageCheck(
        graph: graph, faces: faces, exits: exits, arcs: arcs, isMirrored: isMirrored, threads: work.threads)
      var meeting = try check.conflicts(isCancelled: isCancelled)
      var refused: [Int] = []
      if !meeting.contains(where: isOpen), let validity {
        meeting += try validity.meeting(in: self, threads: work.threads, isCancelled: isCancelled)
        refused = try faulty(validity, threads: work.threads, isCancelled: isCancelled)
      }
      let again = Set(meeting.filter(isOpen)).union(openArcs(around: refused)).sorted()
      if again.isEmpty {
        unsettled = Set(refused).union(meeting.flatMap { graph.components(besideArc: $0) })
        return
      }
      for arc in again { levels[arc] += 1 }
      arcs = try work.replace(again, of: arcs, levels, isCancelled: isCancelled)
    }
  }

  /// Whether an arc can come nearer to the traced form.
  private func isOpen(_ arc: Int) -> Bool { levels[arc] < ArcWork.tracedLevel }

  /// The arcs around refused polygons that can come nearer to the traced form.
  private mutating func openArcs(around refused: [Int]) -> Set<Int> {
    var found: Set<Int> = []
    for component in refused {
      let open = arcs(around: component).filter(isOpen)
      if open.isEmpty { continue }
      reshaped.insert(component)
      found.formUnion(open)
    }
    return found
  }
}

/// What labelling and tracing make of a class map, side by side.
private struct TracedMap {
  let components: Components
  let graph: ArcGraph

  init<Value: ClassValue>(
    _ raster: ClassRaster<Value>, _ confidence: ConfidenceRaster?, _ areas: (any PixelAreas)?,
    _ options: PolygonCoverage.Options, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    let (threads, limits) = (options.threads, options.limits)
    let boundary = try BoundaryMap(raster, threads: threads)
    guard boundary.cornerCount <= limits.corners else {
      throw VectorError.tooLarge("lines with more than \(limits.corners) corners")
    }
    let table = try RunTable(boundary, threads: threads)
    // One part takes edges away, the other writes the labels of the runs: they share nothing that changes.
    let work = ParallelWork(threads: threads, isCancelled: isCancelled)
    let halves = try work.map(2) { part, stops -> TracedHalf in
      if part == 0 { return .graph(try ArcTracer.trace(boundary, isCancelled: stops)) }
      try table.label(raster, isCancelled: stops)
      guard table.componentCount <= limits.areas else {
        throw VectorError.tooLarge("more than \(limits.areas) areas")
      }
      return .components(
        try Components(table, raster, confidence: confidence, areas: areas, isCancelled: stops))
    }
    guard case .graph(var graph) = halves[0], case .components(let components) = halves[1] else {
      throw CancellationError()
    }
    graph.findFaces(table)
    self.graph = graph
    self.components = components
  }
}

private enum TracedHalf: Sendable {
  case components(Components)
  case graph(ArcGraph)
}

/// Shapes and places arcs.
struct ArcWork: Sendable {
  let graph: ArcGraph
  /// The class value of each face.
  let values: [UInt16]
  let placement: any ArcPlacement
  let shaper: (any ArcShaper)?
  let threads: Int

  /// The level at which an arc keeps its traced form.
  static let tracedLevel: UInt8 = 3
  /// Arcs that are worked on at once.
  private static let chunk = 8192

  /// Every arc in its place.
  func place(_ levels: [UInt8], isCancelled: @escaping @Sendable () -> Bool) throws -> PlacedArcs {
    var all = PlacedArcs()
    all.arcs.offsets.reserveCapacity(graph.count + 1)
    let chunks = (graph.count + Self.chunk - 1) / Self.chunk
    // A few chunks at a time, so that what is waiting to be put together stays small.
    let group = threads * 4
    let work = ParallelWork(threads: threads, isCancelled: isCancelled)
    for first in stride(from: 0, to: chunks, by: group) {
      let parts = try work.map(min(group, chunks - first)) { part, stops in
        let start = (first + part) * Self.chunk
        return try self.place(start..<min(start + Self.chunk, self.graph.count), levels, stops)
      }
      for part in parts {
        try all.arcs.append(part.arcs)
        all.isProven = all.isProven && part.isProven
      }
    }
    return all
  }

  /// The arcs of a list anew, all others as they are.
  func replace(
    _ list: [Int], of arcs: ArcPoints<FixedPosition>, _ levels: [UInt8], isCancelled: @escaping @Sendable () -> Bool
  ) throws -> ArcPoints<FixedPosition> {
    let fresh = try place(list, levels, isCancelled).arcs
    var all = ArcPoints<FixedPosition>()
    all.points.reserveCapacity(arcs.points.count + fresh.points.count)
    all.offsets.reserveCapacity(arcs.offsets.count)
    var next = 0
    for arc in 0..<arcs.count {
      if next < list.count, list[next] == arc {
        try all.append(fresh, arc: next)
        next += 1
      } else {
        try all.append(arcs, arc: arc)
      }
    }
    return all
  }

  private func situation(_ arc: Int) -> ArcSituation {
    func value(_ face: UInt32) -> Int? { face == 0 ? nil : Int(values[Int(face)]) }
    return ArcSituation(
      isClosed: graph.isClosed(arc), isFree: !graph.starts[arc].isNode, rightValue: value(graph.rightFaces[arc]),
      leftValue: value(graph.leftFaces[arc]))
  }

  private func place(
    _ list: some Collection<Int>, _ levels: [UInt8], _ isCancelled: () -> Bool
  ) throws -> PlacedArcs {
    var shaped = ArcPoints<GridPoint>()
    var raw: [GridPoint] = []
    var form: [GridPoint] = []
    for arc in list {
      if shaped.count & 31 == 0, isCancelled() { throw CancellationError() }
      graph.decode(arc, into: &raw)
      if let shaper, levels[arc] < Self.tracedLevel {
        try shaper.shape(
          raw, arc: situation(arc), metric: placement.metric(at: raw[0]), level: Int(levels[arc]), into: &form,
          isCancelled: isCancelled)
        shaped.points += form
      } else {
        shaped.points += raw
      }
      try shaped.endArc()
    }
    var placed = ArcPoints<FixedPosition>()
    try placement.place(shaped, into: &placed)
    return PlacedArcs(arcs: placed, isProven: shaper == nil && placement.isProven(shaped, at: placed))
  }
}

/// Arcs in their places.
struct PlacedArcs: Sendable {
  var arcs = ArcPoints<FixedPosition>()
  /// Whether they are as they were traced, and proven to meet nowhere but in their nodes.
  var isProven = true
}
