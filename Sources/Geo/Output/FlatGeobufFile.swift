import Foundation

/// A FlatGeobuf file without an index, as GDAL writes one feature by feature, and the same features in order with an index.
///
/// GDAL would sort and index features as it closes the file, and ask nobody meanwhile. Source: FlatGeobuf 3
/// (flatgeobuf.org): eight bytes, a header with its size before it, the index, the features with their sizes before them.
struct FlatGeobufFile {
  private let source: FileHandle
  /// Where each feature begins in the file, and last where the features end.
  private let places: [Int]
  private static let magicBytes = 8
  private static let sizeBytes = 4
  /// Bytes that are read or written at once.
  private static let step = 1 << 20

  /// Finds the features of a file, which has so many.
  ///
  /// - Throws: ``GeoError`` where they do not fill it: not all that was written is there.
  init(path: String, count: Int, isCancelled: () -> Bool) throws {
    guard let source = FileHandle(forReadingAtPath: path), let size = try? source.seekToEnd() else {
      throw Self.incomplete
    }
    self.source = source
    let end = Int(clamping: size)
    var window = Window(source, end)
    var places: [Int] = []
    places.reserveCapacity(count + 1)
    var place = Self.magicBytes
    // The header counts as one.
    while place < end, places.count <= count {
      if places.count & 1023 == 0, isCancelled() { throw CancellationError() }
      place += Self.sizeBytes + Int(try window.number(at: place))
      places.append(place)
    }
    guard place == end, places.count == count + 1 else { throw Self.incomplete }
    self.places = places
  }

  private static var incomplete: GeoError { GeoError(.unwritable, "FlatGeobuf", "The features are not all there.") }

  /// Writes the features with an index.
  ///
  /// - Parameters:
  ///   - header: what stands before the index, of a file of one feature.
  ///   - boxes: the boxes of the features.
  func write(
    to path: String, header: FlatGeobufHeader, boxes: [FeatureBox], isCancelled: () -> Bool
  ) throws {
    let tree = try PackedTree(boxes, isCancelled: isCancelled)
    var output = try Output(path)
    output.bytes += header.bytes(count: boxes.count, extent: tree.extent)
    try write(tree, &output, isCancelled)
    for (index, number) in tree.order.enumerated() {
      // Each of them may wait for the disk.
      if index & 63 == 0, isCancelled() { throw CancellationError() }
      try copy(places[Int(number)]..<places[Int(number) + 1], &output, isCancelled)
    }
    try output.flush()
  }

  /// Writes a file that is made already.
  static func create(_ path: String, _ bytes: [UInt8]) throws(GeoError) {
    var output = try Output(path)
    output.bytes = bytes
    try output.flush()
  }

  private func write(_ tree: PackedTree, _ output: inout Output, _ isCancelled: () -> Bool) throws {
    // Where the next feature lies among those of the new file.
    var place = 0
    try tree.nodes { box, node in
      for number in [box.low.x, box.low.y, box.high.x, box.high.y] {
        output.bytes.append(littleEndian: number.bitPattern)
      }
      switch node {
      case .nodes(let first): output.bytes.append(littleEndian: UInt64(first))
      case .feature(let number):
        output.bytes.append(littleEndian: UInt64(place))
        place += places[number + 1] - places[number]
      }
      if output.bytes.count >= Self.step {
        if isCancelled() { throw CancellationError() }
        try output.flush()
      }
    }
  }

  private func copy(_ range: Range<Int>, _ output: inout Output, _ isCancelled: () -> Bool) throws {
    for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.step) {
      try Self.read(source, first..<min(first + Self.step, range.upperBound), into: &output.bytes)
      if output.bytes.count >= Self.step {
        if isCancelled() { throw CancellationError() }
        try output.flush()
      }
    }
  }

  /// Appends bytes of a file.
  private static func read(_ file: FileHandle, _ range: Range<Int>, into bytes: inout [UInt8]) throws(GeoError) {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: range.count))
    let found = unsafe bytes.withUnsafeMutableBytes { target in
      var done = 0
      while done < range.count {
        let count = unsafe pread(
          file.fileDescriptor, target.baseAddress?.advanced(by: start + done), range.count - done,
          range.lowerBound + done)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { break }
        done += count
      }
      return done
    }
    guard found == range.count else { throw incomplete }
  }

  /// The part of a file that was looked at last.
  private struct Window {
    private let file: FileHandle
    private let end: Int
    private var bytes: [UInt8] = []
    private var start = 0

    init(_ file: FileHandle, _ end: Int) {
      self.file = file
      self.end = end
    }

    /// The number of four bytes at a place.
    mutating func number(at place: Int) throws(GeoError) -> UInt32 {
      if let number = bytes.littleEndian(UInt32.self, at: place - start) { return number }
      bytes.removeAll(keepingCapacity: true)
      start = place
      try FlatGeobufFile.read(file, place..<min(place + FlatGeobufFile.step, end), into: &bytes)
      guard let number = bytes.littleEndian(UInt32.self, at: 0) else { throw FlatGeobufFile.incomplete }
      return number
    }
  }

  /// A new file, and what is not written to it yet.
  private struct Output {
    var bytes: [UInt8] = []
    private let file: FileHandle

    init(_ path: String) throws(GeoError) {
      guard FileManager.default.createFile(atPath: path, contents: nil),
        let file = FileHandle(forWritingAtPath: path)
      else { throw GeoError(.unwritable, "FlatGeobuf", "The output file cannot be created.") }
      self.file = file
    }

    mutating func flush() throws(GeoError) {
      do {
        try file.write(contentsOf: bytes)
      } catch {
        throw GeoError(.unwritable, "FlatGeobuf", "The output file cannot be written.")
      }
      bytes.removeAll(keepingCapacity: true)
    }
  }
}

/// What stands before the index of a FlatGeobuf file: GDAL's, of one feature, in which the count and the box are replaced.
///
/// The header is a table of FlatBuffers (flatbuffers.dev/internals): where its fields lie stands in a table of offsets.
struct FlatGeobufHeader {
  private var bytes: [UInt8]
  private let countPlace: Int
  private let boxPlace: Int
  // Numbers of fields in `header.fbs`.
  private static let envelope = 1
  private static let featuresCount = 8
  private static let indexNodeSize = 9
  /// Behind eight bytes and the size.
  private static let start = 12

  /// Cuts the header off a file of one feature with an index.
  init(of file: [UInt8]) throws(GeoError) {
    guard let size = file.littleEndian(UInt32.self, at: 8), case let end = Self.start + Int(size), end <= file.count
    else { throw Self.unknown }
    bytes = Array(file[..<end])
    // Nodes have 16 entries where nothing is said.
    guard Self.field(Self.indexNodeSize, of: bytes) == nil,
      let count = Self.field(Self.featuresCount, of: bytes), bytes.littleEndian(UInt64.self, at: count) == 1,
      let field = Self.field(Self.envelope, of: bytes), let offset = bytes.littleEndian(UInt32.self, at: field),
      bytes.littleEndian(UInt32.self, at: field + Int(offset)) == 4
    else { throw Self.unknown }
    countPlace = count
    boxPlace = field + Int(offset) + 4
    guard boxPlace <= end - 32 else { throw Self.unknown }
  }

  private static var unknown: GeoError {
    GeoError(.unsupported, "FlatGeobuf", "GDAL writes headers of FlatGeobuf files in another way.")
  }

  /// Where a field of the table lies, nil where it is left out.
  private static func field(_ number: Int, of bytes: [UInt8]) -> Int? {
    guard let root = bytes.littleEndian(UInt32.self, at: start), case let table = start + Int(root),
      let distance = bytes.littleEndian(UInt32.self, at: table),
      case let offsets = table - Int(Int32(bitPattern: distance)),
      let size = bytes.littleEndian(UInt16.self, at: offsets), 4 + 2 * number < Int(size),
      let offset = bytes.littleEndian(UInt16.self, at: offsets + 4 + 2 * number), offset > 0
    else { return nil }
    return table + Int(offset)
  }

  /// The header of so many features in a box.
  func bytes(count: Int, extent: FeatureBox) -> [UInt8] {
    var numbers: [UInt8] = []
    for number in [extent.low.x, extent.low.y, extent.high.x, extent.high.y] {
      numbers.append(littleEndian: number.bitPattern)
    }
    var total: [UInt8] = []
    total.append(littleEndian: UInt64(count))
    var header = bytes
    header.replaceSubrange(boxPlace..<(boxPlace + numbers.count), with: numbers)
    header.replaceSubrange(countPlace..<(countPlace + total.count), with: total)
    return header
  }
}
