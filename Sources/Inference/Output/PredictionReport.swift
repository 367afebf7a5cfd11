public import Geo
public import MLMExtension
public import StacModel
import TreeEnsembles

/// What a prediction did: what it read, how, and what came out.
public struct PredictionReport: Sendable {
  /// A band that was read.
  public struct BandUse: Sendable, Hashable {
    public let name: String
    public let item: String
    public let asset: String
    /// Place in the file, from 1.
    public let band: Int
    /// Physical value = stored value × scale + offset.
    public let scale: Double
    public let offset: Double
    /// Who says so: `stac`, `file` or `none`.
    public let scalingOrigin: String
    /// The `value_scaling` applied afterwards, nil for none.
    public let valueScaling: ValueScaling?
    /// `direct`, `resampled` (same reference system) or `warped`.
    public let placement: String
    /// How it was read onto the map's grid, nil for a direct band.
    public let resampling: Resampling?
  }

  /// How a band of another grid was read, and why.
  public struct Resampling: Sendable, Hashable {
    /// `bilinear` or `nearest`.
    public let method: String
    /// Who says so: `request`, `item`, `model`, `model-file`, `file` or `default`.
    public let origin: String
    /// What it is there that says so, such as `classification:classes`; nil where it needs no word.
    public let sign: String?

    public init(method: String, origin: String, sign: String?) {
      (self.method, self.origin, self.sign) = (method, origin, sign)
    }

    init(_ choice: ResamplingChoice) {
      self.init(method: choice.method.rawValue, origin: choice.origin.rawValue, sign: choice.sign)
    }
  }

  /// A class and how much of the map has it.
  public struct ClassCount: Sendable, Hashable {
    public let value: Int
    public let name: String
    public var pixels = 0
    /// On the WGS 84 ellipsoid, before polygons below the minimum area are left out.
    public var areaSquareMetres = 0.0
  }

  /// A file of the result.
  public struct File: Sendable, Hashable {
    public let name: String
    public let size: Int
    /// SHA-256 as a multihash in hexadecimal.
    public let checksum: String
  }

  /// A stage of the work and its wall-clock seconds; rasters and vectors run at the same time.
  public struct Stage: Sendable, Hashable {
    public let stage: PredictionStage
    public let seconds: Double
  }

  /// An image that lies elsewhere: the parts were fetched that were read, or all of it.
  public struct RemoteImage: Sendable, Hashable {
    public let asset: String
    /// The size of the whole file in bytes.
    public let size: Int64
    /// What was fetched of it.
    public let fetchedBytes: Int64
    /// Requests to its server; nil where it was fetched whole.
    public let requests: Int?
    /// Why it was fetched whole, in a word and in a sentence; nil where it was read by ranges.
    let wholeBecause: WholeFetchReason?

    init(asset: String, size: Int64, fetchedBytes: Int64, requests: Int) {
      (self.asset, self.size, self.fetchedBytes, self.requests) = (asset, size, fetchedBytes, requests)
      wholeBecause = nil
    }

    init(asset: String, size: Int64, wholeBecause reason: WholeFetchReason) {
      (self.asset, self.size, fetchedBytes, requests) = (asset, size, size, nil)
      wholeBecause = reason
    }
  }

  public let bands: [BandUse]
  /// The bands of the model's input that are computed from others.
  let computedBands: [FeatureLayout.Band]
  /// The items in the order they were read.
  public let items: [Item]
  public let grid: RasterGrid
  /// The value of pixels without a class.
  public let noData: Int
  /// `uint8` or `uint16`.
  public let dataType: String
  public let modelChecksum: String
  /// What was done with the map and its polygons, and who asked for it.
  public let postProcessing: PostProcessingPlan
  /// The library that saved the model's file, and its release.
  public let modelLibrary: String
  public let modelVersion: String
  /// The classes in the order of the model's outputs, then the unknown class where it is another.
  public internal(set) var classes: [ClassCount]
  /// `classification:classes` as the model's item has them.
  let classDocuments: [JSONValue]
  public internal(set) var noDataPixels = 0
  /// Holes that were filled, of nested ones the outermost.
  public internal(set) var holesFilled = 0
  /// Pixels in the holes that were filled.
  public internal(set) var holePixels = 0
  public internal(set) var polygons = 0
  public internal(set) var polygonsBelowMinimumArea = 0
  /// What polygons lack.
  public internal(set) var polygonFaults = PolygonFaults()
  /// Polygons that GEOS found invalid after rounding, whose lines were shaped again nearer to the pixels.
  public internal(set) var polygonsReshaped = 0
  public internal(set) var files: [File] = []
  /// Sentences on what makes the map less than it seems: a band without data, a checksum that could not be computed.
  public internal(set) var warnings: [String] = []
  public let footprint: Footprint
  /// Wall-clock seconds of the whole run.
  public internal(set) var seconds = 0.0
  public internal(set) var stages: [Stage] = []
  /// Images that were read by ranges.
  public internal(set) var remoteImages: [RemoteImage] = []
  /// Bytes of scratch files on the disk while it ran.
  public let scratchBytes: Int
  /// Threads that read and classified.
  public let threads: Int
  /// Instructions of the processor that the trees were evaluated with: `avx512`, `avx2` or `portable`.
  public let instructionSet: String
  /// Versions of the libraries: `GDAL`, `GEOS`, `PROJ`.
  public let software: [String: String]

  init(_ prepared: PreparedPrediction, scratchBytes: Int) {
    let (model, legend) = (prepared.model, prepared.legend)
    bands = prepared.stack.uses
    computedBands = prepared.stack.layout.bands.filter { $0.expression != nil }
    items = prepared.stack.items.map(\.item)
    grid = prepared.grid
    footprint = prepared.footprint
    self.scratchBytes = scratchBytes
    threads = prepared.tiles.threads
    noData = legend.noData
    postProcessing = prepared.postProcessing
    modelChecksum = model.checksum
    modelLibrary = model.facts.library
    modelVersion = model.facts.version
    let legendClasses = prepared.steps.rasterClasses(model.classes)
    classes = legendClasses.map { ClassCount(value: $0.value, name: $0.label) }
    classDocuments =
      model.classDocuments + legendClasses.dropFirst(model.classes.count).map { .object($0.document) }
    dataType = legend.isWide ? "uint16" : "uint8"
    instructionSet = model.evaluator.instructionSet.rawValue
    software = GeoLibrary.versions
  }

  /// Counts the pixels of each class.
  mutating func count<Value: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafeMutableBufferPointer<Value>, noData: Value
  ) {
    // One counter for every value of 16 bits.
    var counts = [Int](repeating: 0, count: 1 << 16)
    for index in 0..<values.count { counts[Int(unsafe values[index])] += 1 }
    noDataPixels = counts[Int(noData)]
    for index in classes.indices { classes[index].pixels = counts[classes[index].value] }
  }

  /// Says why all pixels are nodata, where they are.
  ///
  /// - Parameter absent: the bands without any pixel with data in the map.
  mutating func warn(ofAbsent absent: [BandUse]) {
    for band in absent.prefix(10) {
      warnings.append(
        "The band '\(band.name)' (asset '\(band.asset)' of item '\(band.item)') has no pixel with data in the map, so that "
          + "every pixel of it is nodata.")
    }
    if absent.count > 10 { warnings.append("\(absent.count - 10) further bands have no pixel with data in the map.") }
    if absent.isEmpty, noDataPixels == grid.width * grid.height {
      warnings.append(
        "Every pixel of the map is nodata: no place has data in all of the bands, or no class reaches its threshold.")
    }
  }

  /// Takes over what the vectors came to.
  mutating func take(_ vectors: VectorOutcome) {
    polygons = vectors.polygons
    polygonsBelowMinimumArea = vectors.belowMinimumArea
    polygonFaults = vectors.faults
    warnings += vectors.faults.sentences
    polygonsReshaped = vectors.reshaped
    for index in classes.indices { classes[index].areaSquareMetres = vectors.areas[classes[index].value] ?? 0 }
  }
}
