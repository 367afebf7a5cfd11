import CZlib

/// Decompresses a gzip stream (RFC 1952) piece by piece, members that follow one another included.
///
/// Not for several threads at once. Source: zlib's manual, `inflate`.
@safe final class Inflater {
  enum Failure: Error, CustomStringConvertible {
    case malformed
    case endsTooEarly
    case bomb

    var description: String {
      switch self {
      case .malformed: "it is not the gzip that it begins as"
      case .endsTooEarly: "the gzip ends too early; it was not copied whole"
      case .bomb:
        "it unpacks to more than \(Inflater.ratioLimit) times its size, as no catalog does; unpack it yourself"
      }
    }
  }

  /// What a gzip may unpack to, as a multiple of its size, once it is large; documents of a catalog have 5 to 50.
  static let ratioLimit = 400
  private static let ratioGrace = 64 << 20

  private let stream: UnsafeMutablePointer<z_stream>
  private var output = [UInt8](repeating: 0, count: 256 << 10)
  private var isInMember = false
  private var bytesIn = 0
  private var bytesOut = 0

  init() throws(Failure) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe gnomon_inflate_init_gzip(stream) == Z_OK else { throw .malformed }
  }

  deinit {
    unsafe inflateEnd(stream)  // pairs with gnomon_inflate_init_gzip
    unsafe stream.deallocate()
  }

  /// Whether bytes begin as gzip does.
  static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// Decompresses the next piece of the stream.
  func inflate(_ input: [UInt8]) throws(Failure) -> [UInt8] {
    var result: [UInt8] = []
    var rest = input[...]
    bytesIn += input.count
    while !rest.isEmpty {
      let step = step(&rest, into: &result)
      switch step {
      case Z_STREAM_END:
        isInMember = false
        guard unsafe inflateReset(stream) == Z_OK else { throw .malformed }
        // Padding with zeros is allowed behind a member.
        if rest.allSatisfy({ $0 == 0 }) { rest = [] }
      case Z_OK, Z_BUF_ERROR: isInMember = true
      default: throw .malformed
      }
      guard bytesOut < Self.ratioGrace || bytesOut / Self.ratioLimit < bytesIn else { throw .bomb }
    }
    return result
  }

  /// Says that the stream has ended.
  func finish() throws(Failure) {
    if isInMember { throw .endsTooEarly }
  }

  /// Inflates until the input or the output buffer is used up; several times where the output is longer.
  private func step(_ rest: inout ArraySlice<UInt8>, into result: inout [UInt8]) -> Int32 {
    var status = Z_OK
    var left = rest.count
    unsafe rest.withUnsafeMutableBufferPointer { source in
      // zlib keeps the pointers until the loop ends, within this closure.
      unsafe stream.pointee.next_in = source.baseAddress
      unsafe stream.pointee.avail_in = uInt(source.count)
      var written = 0
      repeat {
        written = unsafe output.withUnsafeMutableBufferPointer { target in
          unsafe stream.pointee.next_out = target.baseAddress
          unsafe stream.pointee.avail_out = uInt(target.count)
          status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
          return unsafe target.count - Int(stream.pointee.avail_out)
        }
        bytesOut += written
        result.append(contentsOf: output[..<written])
      } while status == Z_OK && (written == output.count)
      unsafe left = Int(stream.pointee.avail_in)
    }
    rest = rest.suffix(left)
    return status
  }
}
