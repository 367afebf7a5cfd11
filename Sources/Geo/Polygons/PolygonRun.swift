import Vectors

/// Reads all polygons off a source, some hundreds at a time on several threads, and delivers them in order.
struct PolygonRun {
  private let source: PolygonSource
  private let options: Polygonizer.Options
  private let writers: [any PolygonWriter]
  private let encoders: [any PolygonEncoder]
  private static let batch = 512
  /// The share of the work that is done once lines are traced and shaped, roughly.
  private static let traced = 0.5

  init(_ source: PolygonSource, _ options: Polygonizer.Options, _ writers: [any PolygonWriter]) {
    self.source = source
    self.options = options
    self.writers = writers
    encoders = writers.map(\.encoder)
  }

  /// What a thread makes of some components.
  private struct Batch: Sendable {
    var summary = PolygonizerSummary()
    /// The polygons, where somebody wants them.
    var polygons: [ClassPolygon] = []
    /// Their bytes for each writer.
    var bytes: [[UInt8]]
  }

  func run(
    _ isCancelled: @escaping @Sendable () -> Bool, _ progress: (Double) -> Void, keeps: Bool = true,
    deliver: (ClassPolygon) throws -> Void
  ) throws -> PolygonizerSummary {
    var summary = PolygonizerSummary()
    summary.reshaped = source.coverage.reshaped.count
    let count = source.coverage.components.count
    let step = Self.batch * options.threads * 8
    for first in stride(from: 1, through: count, by: step) {
      if isCancelled() { throw CancellationError() }
      progress(Self.traced + (1 - Self.traced) * Double(first - 1) / Double(count))
      let batches = try Self.batches(
        first..<min(first + step, count + 1), source, options, encoders, keeps: keeps, isCancelled)
      for batch in batches {
        summary.add(batch.summary)
        if let most = options.maximumPolygons, summary.polygonCount > most { throw Self.tooMany(most) }
        for polygon in batch.polygons { try deliver(polygon) }
        for (index, writer) in writers.enumerated() {
          try writer.append(batch.bytes[index], count: batch.summary.polygonCount, isCancelled: isCancelled)
        }
      }
    }
    return summary
  }

  private static func tooMany(_ most: Int) -> GeoError {
    GeoError(
      .limitExceeded, "Polygonizer",
      "The result has more than \(most) polygons; ask for a sieve, a minimum area or a smaller area of interest.")
  }

  private static func batches(
    _ group: Range<Int>, _ source: PolygonSource, _ options: Polygonizer.Options, _ encoders: [any PolygonEncoder],
    keeps: Bool, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws -> [Batch] {
    let parts = stride(from: group.lowerBound, to: group.upperBound, by: batch).map {
      $0..<min($0 + batch, group.upperBound)
    }
    return try ParallelWork(threads: options.threads, isCancelled: isCancelled).map(parts.count) { part, stops in
      var made = Batch(bytes: [[UInt8]](repeating: [], count: encoders.count))
      let shaper = PolygonShaper(source.unit)
      var rings = PolygonRings()
      for component in parts[part] {
        if component & 63 == 0, stops() { throw CancellationError() }
        guard let polygon = try polygon(component, source, options, &rings, shaper, &made.summary) else { continue }
        for index in encoders.indices {
          try encoders[index].encode(polygon, into: &made.bytes[index], isCancelled: stops)
        }
        if keeps { made.polygons.append(polygon) }
      }
      return made
    }
  }

  private static func polygon(
    _ component: Int, _ source: PolygonSource, _ options: Polygonizer.Options, _ rings: inout PolygonRings,
    _ shaper: borrowing PolygonShaper, _ summary: inout PolygonizerSummary
  ) throws -> ClassPolygon? {
    let components = source.coverage.components
    let area = try source.area(component)
    let value = Int(components.values[component])
    summary.componentCount += 1
    summary.classAreas[value, default: 0] += area
    if let minimum = options.minimumAreaSquareMetres, area < minimum {
      summary.belowMinimumArea += 1
      return nil
    }
    guard let outline = try source.outline(component, &rings, shaper) else {
      summary.collapsed += 1
      return nil
    }
    let pixels = Int(components.pixelCounts[component])
    summary.polygonCount += 1
    if outline.isMended || source.coverage.unsettled.contains(component) { summary.unsettled += 1 }
    summary.pixelCount += pixels
    summary.areaSquareMetres += area
    return ClassPolygon(
      value: value, pixelCount: pixels, areaSquareMetres: area, meanConfidence: components.meanConfidence(component),
      confidencePixelCount: components.confidencePixelCount(component), geometry: outline.parts, unit: source.unit,
      box: outline.box)
  }
}

extension PolygonizerSummary {
  /// Adds what a later part of the map came to.
  mutating func add(_ other: PolygonizerSummary) {
    componentCount += other.componentCount
    polygonCount += other.polygonCount
    belowMinimumArea += other.belowMinimumArea
    collapsed += other.collapsed
    unsettled += other.unsettled
    pixelCount += other.pixelCount
    areaSquareMetres += other.areaSquareMetres
    classAreas.merge(other.classAreas) { $0 + $1 }
  }
}
