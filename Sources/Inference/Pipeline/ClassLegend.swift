import Geo
import MLMExtension

/// The classes as a map's legend, and the value that stands for no class.
struct ClassLegend: Sendable {
  let classes: [MapClass]
  /// The classes of the polygons, which differ where some are dissolved.
  let polygonClasses: [MapClass]
  /// 0 if it is free, else 255, else the highest free value.
  let noData: Int
  /// Whether a pixel needs 16 bits.
  let isWide: Bool

  init(_ classes: [ModelClass], polygons: [ModelClass]) throws(InferenceError) {
    let values = Set((classes + polygons).map(\.value))
    self.classes = classes.map(Self.mapClass)
    polygonClasses = polygons.map(Self.mapClass)
    isWide = (values.max() ?? 0) > 255 || values.count > 255
    let candidates = [0, 255] + (isWide ? [65_535] : Array((1..<255).reversed()))
    guard let free = candidates.first(where: { !values.contains($0) }) else {
      throw InferenceError(.unsupportedModel, "The classes leave no value for pixels without data.")
    }
    noData = free
  }

  private static func mapClass(_ item: ModelClass) -> MapClass {
    MapClass(value: item.value, name: item.label, color: item.color.flatMap(MapColor.init(hexadecimal:)))
  }
}
