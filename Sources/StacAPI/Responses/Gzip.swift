import CZlib

/// The gzip format (RFC 1952) through zlib.
enum Gzip {
  enum Failure: Error {
    /// zlib refused; the number is its return code.
    case library(Int32)
    /// The bytes are no gzip, or end too early.
    case malformed
    /// The decompressed bytes pass the limit.
    case tooLarge
  }

  /// Decompresses one gzip stream whole; what follows it is malformed.
  static func decompress(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
    var stream = unsafe z_stream()
    let status = unsafe gnomon_inflate_init_gzip(&stream)
    guard status == Z_OK else { throw .library(status) }
    defer { unsafe inflateEnd(&stream) }  // pairs with gnomon_inflate_init_gzip
    let result = unsafe pump(&stream, bytes, limit: limit) { unsafe inflate(&$0, Z_NO_FLUSH) }
    guard result.output.count <= limit else { throw .tooLarge }
    guard result.status == Z_STREAM_END, result.unread == 0 else { throw .malformed }
    return result.output
  }

  /// Compresses bytes whole.
  static func compress(_ bytes: [UInt8], level: Int32 = 4) throws(Failure) -> [UInt8] {
    var stream = unsafe z_stream()
    let status = unsafe gnomon_deflate_init_gzip(&stream, level)
    guard status == Z_OK else { throw .library(status) }
    defer { unsafe deflateEnd(&stream) }  // pairs with gnomon_deflate_init_gzip
    let result = unsafe pump(&stream, bytes, limit: .max) { unsafe deflate(&$0, Z_FINISH) }
    guard result.status == Z_STREAM_END else { throw .library(result.status) }
    return result.output
  }

  private static let chunk = 64 << 10

  private struct Pumped {
    var output: [UInt8]
    var status: Int32
    var unread: Int
  }

  /// Runs the step until it ends, fails, or has written more than the limit.
  private static func pump(
    _ stream: inout z_stream, _ bytes: [UInt8], limit: Int, step: (inout z_stream) -> Int32
  ) -> Pumped {
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: chunk)
    var input = bytes
    var status = Z_OK
    let unread = unsafe input.withUnsafeMutableBufferPointer { source -> Int in
      // zlib keeps the pointer until the loop ends, within this closure.
      unsafe stream.next_in = source.baseAddress
      unsafe stream.avail_in = uInt(source.count)
      repeat {
        let written = unsafe buffer.withUnsafeMutableBufferPointer { target -> Int in
          unsafe stream.next_out = target.baseAddress
          unsafe stream.avail_out = uInt(target.count)
          status = unsafe step(&stream)
          return unsafe target.count - Int(stream.avail_out)
        }
        output.append(contentsOf: buffer[..<written])
      } while status == Z_OK && output.count <= limit
      return unsafe Int(stream.avail_in)
    }
    return Pumped(output: output, status: status, unread: unread)
  }
}
