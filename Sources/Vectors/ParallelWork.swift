import Dispatch

/// Work on several threads whose outcome does not depend on their number.
public enum ParallelWork {
  /// Runs `body` for every part from 0 on; at most `threads` at once. The parts must not touch the same memory.
  static func run(parts: Int, threads: Int, _ body: @Sendable (_ part: Int) -> Void) {
    if threads <= 1 || parts <= 1 {
      for part in 0..<parts { body(part) }
      return
    }
    let lanes = min(threads, parts)
    DispatchQueue.concurrentPerform(iterations: lanes) { lane in
      for part in stride(from: lane, to: parts, by: lanes) { body(part) }
    }
  }

  /// Rows cut into even bands, one a thread.
  static func bands(of count: Int, threads: Int) -> [Range<Int>] {
    let number = max(1, min(threads, count))
    return (0..<number).map { (count * $0 / number)..<(count * ($0 + 1) / number) }
  }
}

extension ParallelWork {
  /// The results of `body` for every part, in order.
  static func map<Result: Sendable>(
    parts: Int, threads: Int, _ body: @Sendable (_ part: Int) -> Result
  ) -> [Result] {
    var results = [Result?](repeating: nil, count: parts)
    unsafe results.withUnsafeMutableBufferPointer { buffer in
      // Every part writes its own place.
      nonisolated(unsafe) let places = unsafe buffer
      run(parts: parts, threads: threads) { part in unsafe places[part] = body(part) }
    }
    return results.compactMap(\.self)
  }

  /// As ``map(parts:threads:_:)``, with a body that may fail: the error of the first part that did is thrown.
  public static func tryMap<Result: Sendable>(
    parts: Int, threads: Int, _ body: @Sendable (_ part: Int) throws -> Result
  ) throws -> [Result] {
    let results = map(parts: parts, threads: threads) { part in Swift.Result { try body(part) } }
    return try results.map { try $0.get() }
  }
}
