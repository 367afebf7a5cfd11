public import Geo
import MLMExtension
public import StacModel

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
    public let valueScaling: String?
    /// `direct`, `resampled` (same reference system) or `warped`.
    public let placement: String
    /// `bilinear` or `nearest`, nil for a direct band.
    public let resampling: String?
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

  public let bands: [BandUse]
  /// The items in the order they were read.
  public let items: [Item]
  public let grid: RasterGrid
  /// The value of pixels without a class.
  public let noData: Int
  /// `uint8` or `uint16`.
  public let dataType: String
  public let modelChecksum: String
  /// The XGBoost that saved the model file.
  public let modelVersion: String
  /// The classes in the order of the model's outputs.
  public internal(set) var classes: [ClassCount]
  /// `classification:classes` as the model's item has them.
  let classDocuments: [JSONValue]
  public internal(set) var noDataPixels = 0
  public internal(set) var polygons = 0
  public internal(set) var polygonsBelowMinimumArea = 0
  /// Polygons that simplification left nothing of.
  public internal(set) var polygonsCollapsed = 0
  public internal(set) var files: [File] = []
  public internal(set) var footprint: Footprint?
  /// Wall-clock seconds of the whole run.
  public internal(set) var seconds = 0.0
  /// Versions of the libraries: `GDAL`, `GEOS`, `PROJ`, `XGBoost`.
  public let software: [String: String]

  init(model: RunnableModel, stack: FeatureStack, window: RasterWindow, noData: Int) {
    bands = stack.uses
    items = stack.items.map(\.item)
    grid = stack.grid.of(window)
    self.noData = noData
    modelChecksum = model.checksum
    modelVersion = "\(model.artifact.version)"
    classes = model.classes.map { ClassCount(value: $0.value, name: $0.label) }
    classDocuments = model.classDocuments
    dataType = model.classes.contains { $0.value > 255 } || noData > 255 ? "uint16" : "uint8"
    var software = GeoLibrary.versions
    software["XGBoost"] = "\(XGBoostLibrary.version)"
    self.software = software
  }

  mutating func count<Value: FixedWidthInteger>(_ values: [Value], _ validity: [Bool]) {
    var counts: [Value: Int] = [:]
    for index in values.indices {
      if validity[index] { counts[values[index], default: 0] += 1 } else { noDataPixels += 1 }
    }
    for index in classes.indices {
      classes[index].pixels = counts[Value(truncatingIfNeeded: classes[index].value)] ?? 0
    }
  }
}
