import Foundation
import Geo

/// Reading every block of an image on one thread, as the pipeline reads it.
enum DecodePart {
  static func run(_ options: Options) throws -> [String: any Sendable] {
    let dataset = try RasterDataset(path: options.text("scene"))
    let width = dataset.information.width
    let height = dataset.information.height
    let bands = Array(1...dataset.information.bands.count)
    let side = 512
    let type = try dataset.bandInformation(1).dataType
    let room = UnsafeMutableRawBufferPointer.allocate(
      byteCount: side * side * bands.count * type.byteCount, alignment: 64)
    defer { unsafe room.deallocate() }
    let seconds = try ProcessorTime.of {
      for row in stride(from: 0, to: height, by: side) {
        for column in stride(from: 0, to: width, by: side) {
          let window = RasterWindow(
            column: column, row: row, width: min(side, width - column), height: min(side, height - row))
          try unsafe dataset.readPlanes(bands: bands, type: type, window: window, into: room)
        }
      }
    }
    return ["seconds": seconds]
  }
}
