public import StacModel
public import StacStore

/// What runs a model on imagery and stores the result as an item.
public protocol PredictionService: Sendable {
  /// Runs a model.
  ///
  /// - Returns: the prediction's item, already stored in the collection `predictions`.
  /// - Throws: ``APIError`` for what the request can be blamed for; any other error is an internal one.
  func predict(_ request: PredictionRequest) async throws -> StoredDocument
}

/// An item by its collection and identifier.
public struct ItemReference: Sendable, Hashable {
  public let collection: String
  public let id: String

  public init(collection: String, id: String) {
    self.collection = collection
    self.id = id
  }
}

/// What an execution of a model asks for.
public struct PredictionRequest: Sendable, Hashable {
  public let model: ItemReference
  /// The items to read, in the order given; for a model over time they are taken in order of datetime.
  public var items: [ItemReference]
  /// The box to predict, in lon/lat degrees.
  public var boundingBox: BoundingBox?
  /// The polygon or polygons to predict, in lon/lat degrees.
  public var area: Geometry?
  /// Components of fewer pixels are merged into their neighbours; 0 merges none.
  public var sievePixels: Int
  /// Polygons smaller than this many square metres are left out.
  public var minimumArea: Double
  /// Tolerance of simplification in metres; 0 keeps the outlines of pixels.
  public var simplification: Double
  /// Whether a confidence raster is written.
  public var confidence: Bool
  /// The request's `inputs` as they came, for the result's provenance.
  public let inputs: JSONObject
  /// What the links to the result's files begin with.
  public let base: BaseURL
}
