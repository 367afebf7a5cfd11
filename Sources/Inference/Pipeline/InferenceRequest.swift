import Foundation
public import Geo
public import MLMExtension
public import StacModel
public import TreeEnsembles

/// An item whose imagery is read, and what its collection says about the assets of its items.
public struct SourceItem: Sendable, Hashable {
  public let item: Item
  /// The collection's `item_assets`, for bands, scale and nodata the item's assets do not give; nil where unknown.
  public let itemAssets: JSONObject?

  public init(_ item: Item, itemAssets: JSONObject? = nil) {
    self.item = item
    self.itemAssets = itemAssets
  }
}

/// What a prediction is asked for.
public struct InferenceRequest: Sendable {
  /// The model's item.
  public let model: Item
  /// The model file's bytes; compared with `file:checksum` of the model asset.
  public let modelBytes: [UInt8]
  /// The golden vector's bytes, met before a pixel is read; nil where the model has none.
  public var testVector: [UInt8]?
  public let items: [SourceItem]
  /// The box to predict in lon/lat degrees, nil for the whole image.
  public var boundingBox: BoundingBox?
  /// The polygon or polygons to predict, in lon/lat degrees; not together with a box.
  public var area: Geometry?
  /// What is said of the post-processing instead of what the model declares.
  public var postProcessing = PostProcessingOverride()
  /// How bands of another grid are read, by their names, whatever documents and files say of them.
  public var resampling: [String: Resampling] = [:]
  /// Whether a confidence raster is written.
  public var confidence = false
  /// Formats in which the polygons are written beside GeoJSON.
  public var vectorFormats: Set<VectorFormat> = []

  /// The formats there are beside GeoJSON, by the words of a request.
  public static let otherVectorFormats = VectorFormat.allCases.filter { $0 != .geoJSON }.map(\.rawValue)

  /// The ways of resampling, by the words of a request.
  public static let resamplingMethods = Resampling.allCases.map(\.rawValue)

  public init(model: Item, modelBytes: [UInt8], items: [SourceItem]) {
    self.model = model
    self.modelBytes = modelBytes
    self.items = items
  }
}

/// How much one prediction may take.
public struct InferenceLimits: Sendable, Hashable {
  /// Most pixels of the result; 3 to 5 bytes of scratch memory are held for each, and up to 8 more where each differs from
  /// its neighbour.
  public var maximumPixels: Int
  /// Most pixels of an image that is opened, whatever part of it is read.
  public var maximumImagePixels: Int
  /// Bytes of imagery that all workers together hold at a time; decides how large a tile is.
  public var stripBytes: Int
  /// Most polygons of the result.
  public var maximumPolygons: Int
  /// Most corners of the lines between areas of the map that becomes polygons; what is held for them is memory too.
  public var maximumCorners: Int
  /// Most items of one prediction.
  public var maximumItems: Int
  /// Threads that read, classify, compress and trace; 0 is one for each processor that the process may use.
  public var threads: Int

  /// The instructions that classify; nil is the fastest that the processor has. All give the same map.
  public var instructionSet: InstructionSet?

  /// How many threads that is here.
  public var threadCount: Int { threads > 0 ? threads : ProcessorAllowance.present.count }

  public init(
    maximumPixels: Int = 1 << 28, maximumImagePixels: Int = 1 << 30, stripBytes: Int = 64 << 20,
    maximumPolygons: Int = 5_000_000, maximumCorners: Int = 100_000_000, maximumItems: Int = 1_000, threads: Int = 0,
    instructionSet: InstructionSet? = nil
  ) {
    self.maximumPixels = maximumPixels
    self.maximumImagePixels = maximumImagePixels
    self.stripBytes = stripBytes
    self.maximumPolygons = maximumPolygons
    self.maximumCorners = maximumCorners
    self.maximumItems = maximumItems
    self.threads = threads
    self.instructionSet = instructionSet
  }
}
