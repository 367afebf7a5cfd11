public import StacModel

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
  /// Components of fewer pixels are merged into their largest neighbour; below 2 nothing is.
  public var sievePixels = 0
  /// Polygons smaller than this many square metres are left out.
  public var minimumArea = 0.0
  /// Tolerance of simplification in metres; 0 keeps the outlines of pixels.
  public var simplification = 0.0
  /// Whether a confidence raster is written.
  public var confidence = false

  public init(model: Item, modelBytes: [UInt8], items: [SourceItem]) {
    self.model = model
    self.modelBytes = modelBytes
    self.items = items
  }
}

/// How much one prediction may take.
public struct InferenceLimits: Sendable, Hashable {
  /// Most pixels of the result; about 8 bytes of memory are held for each.
  public var maximumPixels: Int
  /// Most pixels of an image that is opened, whatever part of it is read.
  public var maximumImagePixels: Int
  /// Bytes of features that are held at a time; decides how many rows make a strip.
  public var stripBytes: Int
  /// Most polygons of the result.
  public var maximumPolygons: Int
  /// Most items of one prediction.
  public var maximumItems: Int
  /// Threads the classifier uses; 0 is one for each core.
  public var threads: Int

  public init(
    maximumPixels: Int = 1 << 28, maximumImagePixels: Int = 1 << 30, stripBytes: Int = 64 << 20,
    maximumPolygons: Int = 5_000_000, maximumItems: Int = 1_000, threads: Int = 0
  ) {
    self.maximumPixels = maximumPixels
    self.maximumImagePixels = maximumImagePixels
    self.stripBytes = stripBytes
    self.maximumPolygons = maximumPolygons
    self.maximumItems = maximumItems
    self.threads = threads
  }
}
