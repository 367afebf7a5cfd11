import Foundation

/// `gnomon-parts`: times the modules that gnomon consists of, one core each, for `gnomon_bench inference`.
@main
struct Parts {
  static func main() {
    do {
      var words = Array(CommandLine.arguments.dropFirst())
      guard let name = words.first, let part = parts[name] else { throw PartsError(usage) }
      words.removeFirst()
      let result = try part(Options(words))
      let data = try JSONSerialization.data(withJSONObject: result, options: [.sortedKeys])
      FileHandle.standardOutput.write(data + Data("\n".utf8))
    } catch {
      FileHandle.standardError.write(Data("gnomon-parts: \(error)\n".utf8))
      exit(1)
    }
  }

  private static let parts: [String: @Sendable (Options) throws -> [String: any Sendable]] = [
    "evaluator": EvaluatorPart.run, "vectors": VectorsPart.run, "decode": DecodePart.run,
    "predictor": PredictorPart.run,
    "geojson": GeoJSONPart.run,
  ]

  private static let usage = """
    usage: gnomon-parts evaluator --model FILE --rows FILE.f32 --count ROWS --bands COUNT [--instruction-set NAME]
           gnomon-parts vectors --classes FILE.u8 --width COLUMNS --height ROWS
           gnomon-parts geojson --classes FILE.u8 --scene FILE.tif --out FILE.geojson
           gnomon-parts decode --scene FILE.tif
           gnomon-parts predictor --tiles COUNT --side PIXELS --bands COUNT
    """
}
