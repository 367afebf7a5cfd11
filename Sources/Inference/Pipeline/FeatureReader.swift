import Geo
import MLMExtension

/// Reads tiles of the imagery and computes their features, block by block: one worker's, with its own file handles.
final class FeatureReader {
  /// Bands of one file and one type, read together.
  private struct Group {
    let file: Int
    let type: RasterDataType
    let readings: [Int]
    /// Where the first of them begins among the bytes of a pixel of the tile.
    let pixelOffset: Int
  }

  private let stack: FeatureStack
  let program: FeatureProgram
  private let rasters: [OpenRaster]
  private let groups: [Group]
  /// Bytes of one pixel in all planes of the tile.
  private let pixelBytes: Int
  /// Where a reading's plane begins among the bytes of a pixel; nil where it is not read in its own type.
  private let planeOffsets: [Int: Int]

  private var window = RasterWindow(column: 0, row: 0, width: 1, height: 1)
  private let tile = PlaneBuffer()
  private let tileFlags = PlaneBuffer()
  private var sampled: [Int: PixelBlock<Double>] = [:]
  private let converted = PlaneBuffer()
  private var workspace = BandExpression.Workspace()
  private let presence: BandPresence
  /// The readings of which this worker knows no pixel with data.
  private var unseen: Set<Int>

  init(_ stack: FeatureStack, _ program: FeatureProgram, presence: BandPresence) throws(InferenceError) {
    self.stack = stack
    self.program = program
    self.presence = presence
    unseen = presence.absent
    var rasters: [OpenRaster] = []
    for file in stack.files { rasters.append(try file.open()) }
    self.rasters = rasters
    (groups, pixelBytes) = Self.grouped(stack)
    var offsets: [Int: Int] = [:]
    for group in groups {
      for (place, reading) in group.readings.enumerated() {
        offsets[reading] = group.pixelOffset + place * group.type.byteCount
      }
    }
    planeOffsets = offsets
  }

  /// Bytes of one pixel in all planes of a tile.
  static func bytesOfPixel(_ stack: FeatureStack) -> Int {
    let sampled = stack.readings.count - grouped(stack).groups.reduce(0) { $0 + $1.readings.count }
    // A resampled band is held in double precision, with its flags.
    return grouped(stack).pixelBytes + sampled * 9 + 1
  }

  private static func grouped(_ stack: FeatureStack) -> (groups: [Group], pixelBytes: Int) {
    var members: [[Int]] = []
    var places: [String: Int] = [:]
    for (index, reading) in stack.readings.enumerated() where isNative(reading) {
      let key = "\(reading.file) \(reading.source.band.dataType.rawValue)"
      if let place = places[key] {
        members[place].append(index)
      } else {
        places[key] = members.count
        members.append([index])
      }
    }
    // Wider types first: every plane is then aligned for its type.
    let sorted = members.sorted { type($0, stack).byteCount > type($1, stack).byteCount }
    var offset = 0
    var groups: [Group] = []
    for readings in sorted {
      let type = type(readings, stack)
      groups.append(
        Group(file: stack.readings[readings[0]].file, type: type, readings: readings, pixelOffset: offset))
      offset += readings.count * type.byteCount
    }
    return (groups, offset)
  }

  private static func type(_ readings: [Int], _ stack: FeatureStack) -> RasterDataType {
    stack.readings[readings[0]].source.band.dataType
  }

  private static func isNative(_ reading: FeatureStack.Reading) -> Bool {
    let type = reading.source.band.dataType
    return reading.placement == .direct && type != .uint64 && type != .int64
  }

  // MARK: Tiles

  /// Reads a tile of the grid.
  ///
  /// - Parameter mask: which of its pixels are asked for, row-major; nil for all.
  func read(_ window: RasterWindow, mask: [Bool]?, isCancelled: () -> Bool) throws {
    self.window = window
    let count = window.pixelCount
    try tileFlags.reserve(UInt8.self, count)
    try tile.reserve(UInt8.self, count * pixelBytes)
    let flags = unsafe tileFlags.values(UInt8.self, count)
    if let mask {
      for index in 0..<count { unsafe flags[index] = mask[index] ? 1 : 0 }
    } else {
      unsafe flags.update(repeating: 1)
    }
    let bytes = unsafe tile.bytes
    for group in groups {
      if isCancelled() { throw CancellationError() }
      let planes = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[(group.pixelOffset * count)...])
      do {
        try unsafe rasters[group.file].dataset.readPlanes(
          bands: group.readings.map { stack.readings[$0].source.description.index }, type: group.type, window: window,
          into: planes)
        for reading in Self.maskReadings(group, stack) { try unsafe applyMask(reading, to: flags) }
      } catch {
        throw InferenceError(error, subject: "Asset '\(stack.files[group.file].asset)'")
      }
    }
    for (index, reading) in stack.readings.enumerated() where planeOffsets[index] == nil {
      if isCancelled() { throw CancellationError() }
      sampled[index] = try sample(reading, isCancelled)
    }
    try notePresence(mask)
  }

  /// The readings whose masks are looked at: one where the file has one mask for all.
  private static func maskReadings(_ group: Group, _ stack: FeatureStack) -> [Int] {
    let isShared = group.readings.allSatisfy { stack.readings[$0].source.band.maskKind.isShared }
    return isShared ? Array(group.readings.prefix(1)) : group.readings
  }

  private func applyMask(_ reading: Int, to flags: UnsafeMutableBufferPointer<UInt8>) throws(GeoError) {
    try unsafe rasters[stack.readings[reading].file].dataset.applyMask(
      band: stack.readings[reading].source.description.index, window: window, to: flags)
  }

  private func sample(_ reading: FeatureStack.Reading, _ isCancelled: () -> Bool) throws -> PixelBlock<Double> {
    if reading.placement == .direct { return try reading.source.read(rasters[reading.file], window: window) }
    return try reading.source.read(
      rasters[reading.file], window: window, of: stack.grid, resampling: reading.resampling.method,
      isCancelled: isCancelled)
  }

  // MARK: Presence

  /// Notes which bands have a pixel with data among those asked for: one that has none makes the whole map nodata.
  private func notePresence(_ mask: [Bool]?) throws {
    if unseen.isEmpty { return }
    unseen.formIntersection(presence.absent)
    for reading in unseen.sorted() where try hasData(reading, mask) {
      presence.note(reading)
      unseen.remove(reading)
    }
  }

  private func hasData(_ reading: Int, _ mask: [Bool]?) throws -> Bool {
    var flags = mask.map { $0.map { $0 ? 1 : 0 } } ?? [UInt8](repeating: 1, count: window.pixelCount)
    var values = [Float](repeating: 0, count: min(flags.count, 8_192))
    return try unsafe flags.withUnsafeMutableBufferPointer { flags in
      if planeOffsets[reading] != nil { try unsafe applyMask(reading, to: flags) }
      for first in stride(from: 0, to: flags.count, by: values.count) {
        let part = unsafe UnsafeMutableBufferPointer(rebasing: flags[first..<min(first + values.count, flags.count)])
        unsafe markMissing(reading, first, part)
        unsafe values.withUnsafeMutableBufferPointer {
          unsafe convert(reading, first, into: UnsafeMutableBufferPointer(rebasing: $0[..<part.count]), part)
        }
        if unsafe part.contains(1) { return true }
      }
      return false
    }
  }

  // MARK: Blocks

  /// The features of a run of the tile's pixels.
  ///
  /// - Parameters:
  ///   - first: the first pixel's place in the tile, row-major.
  ///   - block: receives the planes and flags.
  /// - Returns: whether any pixel holds data; where none does, nothing is computed.
  func compute(_ first: Int, count: Int, into block: FeaturePlanes) throws(InferenceError) -> Bool {
    let tileFlags = unsafe tileFlags.values(UInt8.self, window.pixelCount)
    let flags = unsafe UnsafeMutableBufferPointer(rebasing: tileFlags[first..<(first + count)])
    for index in stack.readings.indices { unsafe markMissing(index, first, flags) }
    guard unsafe flags.contains(1) else {
      unsafe block.validity(count).update(repeating: 0)
      return false
    }
    for (place, index) in program.codedReadings.enumerated() {
      guard let stored = unsafe stored(index, first) else { continue }
      _ = unsafe block.coded(place, count).update(
        fromContentsOf: UnsafeBufferPointer(start: stored.assumingMemoryBound(to: UInt16.self), count: count))
    }
    try converted.reserve(Float.self, program.convertedReadings.count * count)
    let values = unsafe converted.values(Float.self, program.convertedReadings.count * count)
    for (place, index) in program.convertedReadings.enumerated() {
      let plane = unsafe UnsafeMutableBufferPointer(rebasing: values[(place * count)..<((place + 1) * count)])
      unsafe convert(index, first, into: plane, flags)
    }
    for (place, computation) in program.computations.enumerated() {
      try unsafe evaluate(computation, values, into: block.computed(place, count), flags)
    }
    _ = unsafe block.validity(count).update(fromContentsOf: flags)
    return true
  }

  /// The stored numbers of a reading from a pixel on; nil where it was resampled.
  private func stored(_ reading: Int, _ first: Int) -> UnsafeRawPointer? {
    guard let offset = planeOffsets[reading] else { return nil }
    let size = stack.readings[reading].source.band.dataType.byteCount
    return unsafe UnsafeRawPointer(tile.bytes.baseAddress)?
      .advanced(by: offset * window.pixelCount + first * size)
  }

  private func markMissing(_ reading: Int, _ first: Int, _ flags: UnsafeMutableBufferPointer<UInt8>) {
    let source = stack.readings[reading].source
    if let stored = unsafe stored(reading, first) {
      unsafe source.physicalValues.markMissing(stored, type: source.band.dataType, in: flags)
    } else if let block = sampled[reading] {
      for index in 0..<flags.count where !block.validity[first + index] { unsafe flags[index] = 0 }
    }
  }

  private func convert(
    _ reading: Int, _ first: Int, into values: UnsafeMutableBufferPointer<Float>,
    _ flags: UnsafeMutableBufferPointer<UInt8>
  ) {
    guard let validity = flags.baseAddress else { return }
    let source = stack.readings[reading].source
    if let stored = unsafe stored(reading, first) {
      unsafe source.physicalValues.convert(stored, type: source.band.dataType, into: values, validity: validity)
    } else if let block = sampled[reading] {
      unsafe block.values.withUnsafeBufferPointer { stored in
        guard let base = stored.baseAddress else { return }
        unsafe sampledValues(source).convert(base + first, type: .float64, into: values, validity: validity)
      }
    }
  }

  /// Resampled numbers come without pixels of no data: a blend of two others may have their number.
  private func sampledValues(_ source: BandSource) -> PhysicalValues {
    PhysicalValues(scale: source.scale, offset: source.offset, fileNoData: nil, declaredNoData: nil)
  }

  private func evaluate(
    _ computation: FeatureProgram.Computation, _ converted: UnsafeMutableBufferPointer<Float>,
    into target: UnsafeMutableBufferPointer<Float>, _ flags: UnsafeMutableBufferPointer<UInt8>
  ) throws(InferenceError) {
    let count = flags.count
    func plane(_ place: Int) -> UnsafeBufferPointer<Float> {
      unsafe UnsafeBufferPointer(rebasing: converted[(place * count)..<((place + 1) * count)])
    }
    switch computation.formula {
    case .reading(let index): _ = unsafe target.update(fromContentsOf: plane(index))
    case .expression(let expression, let indices):
      do {
        try unsafe expression.evaluate(indices.map(plane), into: target, &workspace)
      } catch {
        throw InferenceError(.failed, "The expression '\(expression.text.prefix(64))' cannot be evaluated: \(error).")
      }
    }
    if let scaling = computation.scaling { unsafe ValueScaler.apply(scaling, to: target) }
    for index in 0..<count { unsafe flags[index] &= target[index].isInfinite ? 0 : 1 }
  }
}
