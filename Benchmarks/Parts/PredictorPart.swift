/// Undoing the horizontal differences of tiles of 16-bit samples, pixel-interleaved: with libdeflate the floor of decoding.
enum PredictorPart {
  static func run(_ options: Options) throws -> [String: any Sendable] {
    let tiles = try options.number("tiles")
    let side = try options.number("side")
    let bands = try options.number("bands")
    var samples = [UInt16](repeating: 1, count: side * side * bands)
    let rowLength = side * bands
    let seconds = ProcessorTime.of {
      for _ in 0..<tiles {
        var tile = samples.mutableSpan
        for row in stride(from: 0, to: tile.count, by: rowLength) {
          for place in (row + bands)..<(row + rowLength) { tile[place] &+= tile[place - bands] }
        }
      }
    }
    return ["seconds": seconds, "last": Int(samples[samples.count - 1])]
  }
}
