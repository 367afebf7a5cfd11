import Geo
import MLMExtension

/// The classes as a map's legend, and the value that stands for no class.
struct ClassLegend: Sendable {
  let classes: [MapClass]
  /// 0 if it is free, else 255, else the highest free value.
  let noData: Int
  /// Whether a pixel needs 16 bits.
  let isWide: Bool

  init(_ classes: [ModelClass]) throws(InferenceError) {
    let values = Set(classes.map(\.value))
    self.classes = classes.map { item in
      MapClass(value: item.value, name: item.label, color: item.color.flatMap(MapColor.init(hexadecimal:)))
    }
    isWide = (values.max() ?? 0) > 255 || values.count > 255
    let candidates = [0, 255] + (isWide ? [65_535] : Array((1..<255).reversed()))
    guard let free = candidates.first(where: { !values.contains($0) }) else {
      throw InferenceError(.unsupportedModel, "The classes leave no value for pixels without data.")
    }
    noData = free
  }
}
