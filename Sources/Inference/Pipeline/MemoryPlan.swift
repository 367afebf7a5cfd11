import Geo

/// What a prediction will hold in memory at a time, as far as it can be told before it begins, and how that fits.
///
/// The imagery is read and classified first, the areas and their lines are held later: of the two the larger counts. How many
/// lines there are only the map tells; sieve and holes get what is left, and then the lines, as a bound on their corners.
struct MemoryPlan: Sendable {
  let allowance: MemoryAllowance
  /// Planes of the tiles of all workers.
  let tileBytes: Int
  /// What is held to decode the blocks of the files, by all workers.
  let decodingBytes: Int
  /// GDAL's cache of decoded blocks.
  let cacheBytes: Int
  /// Maps that count: those in scratch files do not, except as addresses.
  let mapBytes: Int
  /// Everything else: stacks, tables, buffers of the writers.
  let otherBytes: Int
  /// What the process has in memory before the work.
  let programBytes: Int
  /// What is left beside the maps for areas and the lines between them.
  let areaBytes: Int
  /// The most corners of the lines between areas that fit beside the maps.
  let corners: Int

  /// The most that is in memory while imagery is classified.
  var classifyingBytes: Int { tileBytes + decodingBytes + cacheBytes + mapBytes + otherBytes }

  /// What a corner of a line takes, with its share of the areas; measured on maps of noise.
  static let bytesOfCorner = 100
  /// Fewer corners than these are no map.
  private static let leastCorners = 100_000

  /// What is told where memory that is not much cannot be had.
  static let exhausted = InferenceError(
    .tooLarge, "There is not enough memory to read the imagery: ask for a smaller area, or allow the process more.")

  private init(_ job: Job, _ tiles: TilePlan, _ allowance: MemoryAllowance) {
    self.allowance = allowance
    programBytes = MemoryAllowance.residentBytes
    let stack = job.stack
    let pixels = tiles.size.width * tiles.size.height
    let isSampled = stack.readings.contains { $0.placement != .direct }
    tileBytes = tiles.threads * pixels * (FeatureReader.bytesOfPixel(stack) + (isSampled ? 18 : 0))
    decodingBytes = tiles.threads * stack.files.reduce(0) { $0 + stack.decodingBytes(of: $1) }
    cacheBytes = GeoLibrary.cacheBytes + tiles.heldBytes
    let isAddresses = allowance.limit == .addressSpace
    mapBytes = isAddresses ? job.mapBytes : job.mapBytes - job.scratchBytes
    otherBytes = (isAddresses ? 96 << 20 : 32 << 20) + tiles.threads * (isAddresses ? 24 << 20 : 2 << 20)
    areaBytes = max(allowance.bytes - cacheBytes - mapBytes - otherBytes, 0)
    corners = min(job.limits.maximumCorners, areaBytes / Self.bytesOfCorner)
  }

  private var fits: Bool { classifyingBytes <= allowance.bytes && corners >= Self.leastCorners }

  /// What is asked for.
  struct Job {
    let window: RasterWindow
    let stack: FeatureStack
    let limits: InferenceLimits
    /// Bytes of the maps, and how many of them lie in scratch files.
    let mapBytes: Int
    let scratchBytes: Int
  }

  /// Tiles as large and as many at once as memory allows.
  ///
  /// - Throws: ``InferenceError`` where not even small ones fit, or a file's blocks are too large to be held.
  static func fit(
    _ job: Job, _ allowance: MemoryAllowance = .present
  ) throws(InferenceError) -> (tiles: TilePlan, memory: MemoryPlan) {
    let bytes = FeatureReader.bytesOfPixel(job.stack)
    let threads = job.limits.threadCount
    var smallest: MemoryPlan?
    for (count, part) in [(threads, 1), (threads, 4), (1, 2), (1, 8)] {
      var limits = job.limits
      limits.threads = count
      limits.stripBytes = max(limits.stripBytes / part, min(limits.stripBytes, 1 << 20))
      let tiles = try TilePlan(job.window, stack: job.stack, limits: limits, bytesOfPixel: bytes)
      let plan = MemoryPlan(job, tiles, allowance)
      if plan.fits { return (tiles, plan) }
      smallest = plan
    }
    let needed = (smallest?.classifyingBytes ?? 0) + leastCorners * bytesOfCorner
    throw InferenceError(
      .tooLarge,
      "The prediction needs about \(needed >> 20) MB of memory, and \(allowance.limit.words) leaves "
        + "\(max(allowance.bytes, 0) >> 20) MB: ask for a smaller area, or allow the process more.")
  }
}

extension FeatureStack {
  /// What a handle of a file holds to decode a block.
  fileprivate func decodingBytes(of file: SourceFile) -> Int {
    let information = file.information
    guard let band = readings.first(where: { files[$0.file].path == file.path })?.source.band else { return 0 }
    let pixels = band.blockSize.width * band.blockSize.height
    switch information.format {
    // OpenJPEG has four bytes for each number, before and after the wavelets.
    case .jpeg2000: return pixels * information.bands.count * 8
    case .geoTIFF:
      let planes = information.structure["INTERLEAVE"] == "PIXEL" ? information.bands.count : 1
      return 2 * pixels * planes * band.dataType.byteCount
    }
  }

  /// What the blocks of a file take once they are decoded, of all bands that are read.
  func blockBytes(of file: SourceFile) -> Int {
    let members = readings.filter { files[$0.file].path == file.path }
    let isShared = file.information.structure["INTERLEAVE"] == "PIXEL"
    let bands = isShared ? file.information.bands : members.map(\.source.band)
    return bands.reduce(0) { $0 + $1.blockSize.width * $1.blockSize.height * $1.dataType.byteCount }
  }
}
