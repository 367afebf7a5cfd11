public import MLMExtension
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
public struct ItemReference: Sendable, Hashable, Codable {
  public let collection: String
  public let id: String

  public init(collection: String, id: String) {
    self.collection = collection
    self.id = id
  }

  /// Identifiers are compared byte by byte, as the database does: the Unicode forms of one name are several.
  public static func == (left: ItemReference, right: ItemReference) -> Bool {
    left.collection.utf8.elementsEqual(right.collection.utf8) && left.id.utf8.elementsEqual(right.id.utf8)
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
  /// What is said of the post-processing instead of what the model declares.
  public var postProcessing: PostProcessingOverride
  /// How bands of another grid are read, `nearest` or `bilinear`, by their names.
  public var resampling: [String: String]
  /// Whether a confidence raster is written.
  public var confidence: Bool
  /// Formats in which the polygons are written beside GeoJSON, each once.
  public var formats: [String]
  /// The request's `inputs` as they came, for the result's provenance.
  public let inputs: JSONObject
  /// What the links to the result's files begin with.
  public let base: BaseURL
  /// SHA-256 of the model's document that was approved, where no other may be run.
  public var approvedDocument: [UInt8]?
}
