internal import Foundation
internal import Synchronization

/// A remote file of which only the parts are fetched that somebody reads, each once, all of one version.
///
/// The file is cut into blocks of 64 KiB. What a read needs and nobody has fetched is asked for in as few requests as
/// possible: missing blocks that follow one another make one range, several ranges are fetched at once. A block that another
/// thread fetches is waited for. What has come lies in a scratch file without a name; a block is read from it only after it
/// was written there whole. The first failure is the file's end: whoever reads on gets the same error, never other bytes.
///
/// Calls block the thread, and several threads may call at once.
public final class RangedFile: @unchecked Sendable {
  // @unchecked: `blocks` and `failed` are used only while `condition` is locked; everything else never changes, and the
  // scratch file is written at places that one thread has claimed.

  /// What has been fetched so far.
  public struct Traffic: Sendable, Hashable {
    public let requests: Int
    public let bytes: Int64
  }

  private enum Block: UInt8 { case missing, loading, present }

  static let blockBytes: Int64 = 1 << 16
  /// Blocks in one request at most.
  private static let requestBlocks = 64
  /// Blocks between two that are needed, which are fetched with them: cheaper than a further request.
  private static let gapBlocks = 2
  /// Requests of one reader at once.
  private static let parallelRequests = 4
  /// Seconds before a request is repeated that failed on the way.
  private static let pauses = [0.2, 0.8]
  /// The largest file: its blocks are kept account of in 16 MB.
  private static let maximumBytes: Int64 = 1 << 40

  /// The size of the whole file in bytes.
  public let byteCount: Int64
  /// The first bytes, at most 64 KiB of them.
  public let head: [UInt8]

  private let requests: RangeRequests
  private let version: RemoteVersion
  private let budget: Int64
  private let cancellation: CancellationFlag
  private let scratch: ScratchFile
  private let condition = NSCondition()
  private var blocks: [Block]
  private var fetched: Int64
  private var failed: FetchError?

  /// Asks for the first block of a file.
  ///
  /// - Parameters:
  ///   - folder: where the scratch file is made; it has no name there.
  ///   - policy: holds for every request; the most bytes are those of all requests together.
  ///   - isCancelled: asked by all threads that fetch, several times a second.
  ///   - locate: the URL, which is asked for anew with each request: signatures have their day.
  /// - Throws: ``FetchError/noRanges`` where the file can only be had whole.
  public init(
    in folder: String, policy: FetchPolicy, isCancelled: @escaping @Sendable () -> Bool,
    locate: @escaping @Sendable () throws(FetchError) -> String
  ) throws(FetchError) {
    cancellation = CancellationFlag(isCancelled)
    requests = RangeRequests(policy: policy, cancellation: cancellation, locate: locate)
    budget = policy.maximumBytes
    let first = try requests.part(0..<Self.blockBytes, of: nil)
    version = first.version
    byteCount = version.byteCount
    guard byteCount <= Self.maximumBytes else { throw .tooLarge(limit: Self.maximumBytes) }
    head = first.bytes
    fetched = Int64(first.bytes.count)
    blocks = [Block](repeating: .missing, count: Int((byteCount + Self.blockBytes - 1) / Self.blockBytes))
    scratch = try ScratchFile(in: folder)
    try scratch.write(first.bytes, at: 0)
    blocks[0] = .present
  }

  /// Why nothing more can be read, nil while all is well.
  public var failure: FetchError? { condition.withLock { failed } }

  /// What has been fetched so far.
  public var traffic: Traffic { Traffic(requests: requests.requestCount, bytes: condition.withLock { fetched }) }

  /// Reads bytes, as many as there are room and file.
  ///
  /// - Returns: their count, less than asked for at the end of the file only.
  public func read(at offset: Int64, into target: UnsafeMutableRawBufferPointer) throws(FetchError) -> Int {
    guard offset >= 0, offset < byteCount, target.count > 0 else { return 0 }
    let count = Int(min(Int64(target.count), byteCount - offset))
    try fetch([offset..<(offset + Int64(count))])
    do throws(FetchError) {
      try unsafe scratch.read(UnsafeMutableRawBufferPointer(rebasing: target[..<count]), at: offset)
    } catch {
      throw fail(error)
    }
    return count
  }

  /// Has ranges fetched that will be read, together.
  public func fetch(_ ranges: [Range<Int64>]) throws(FetchError) {
    let wanted = Set(ranges.flatMap { blockNumbers($0) }).sorted()
    load(try claim(wanted))
    condition.lock()
    defer { condition.unlock() }
    while failed == nil, wanted.contains(where: { blocks[$0] != .present }) { condition.wait() }
    if let failed { throw failed }
  }

  private func blockNumbers(_ range: Range<Int64>) -> Range<Int> {
    let (start, end) = (max(0, range.lowerBound), min(range.upperBound, byteCount))
    guard start < end else { return 0..<0 }
    return Int(start / Self.blockBytes)..<Int((end - 1) / Self.blockBytes + 1)
  }

  // MARK: Fetching

  /// Takes the missing ones of some blocks, in runs that are one request each.
  private func claim(_ wanted: [Int]) throws(FetchError) -> [Range<Int>] {
    condition.lock()
    defer { condition.unlock() }
    if let failed { throw failed }
    var runs: [Range<Int>] = []
    for block in wanted where blocks[block] == .missing {
      let start = joined(block, to: runs.last)
      if start < block, let last = runs.popLast() {
        runs.append(last.lowerBound..<(block + 1))
      } else {
        runs.append(block..<(block + 1))
      }
    }
    for run in runs { for block in run { blocks[block] = .loading } }
    return runs
  }

  /// Where the run begins that a block belongs to: the last one, where few blocks lie between, and all of them are missing.
  private func joined(_ block: Int, to last: Range<Int>?) -> Int {
    guard let last, block - last.upperBound <= Self.gapBlocks, block - last.lowerBound < Self.requestBlocks,
      (last.upperBound..<block).allSatisfy({ blocks[$0] == .missing })
    else { return block }
    return last.lowerBound
  }

  /// Fetches runs, several at once where there are several; each ends as present or with the file's failure.
  private func load(_ runs: [Range<Int>]) {
    let next = Mutex(0)
    let work: @Sendable () -> Void = { [self] in
      while true {
        let index = next.withLock { index in
          defer { index += 1 }
          return index
        }
        guard index < runs.count else { return }
        load(runs[index])
      }
    }
    let group = DispatchGroup()
    for _ in 1..<max(1, min(Self.parallelRequests, runs.count)) {
      group.enter()
      let thread = Thread {
        work()
        group.leave()
      }
      thread.name = "ranges"
      thread.start()
    }
    work()
    group.wait()
  }

  private func load(_ run: Range<Int>) {
    let range = Int64(run.lowerBound) * Self.blockBytes..<min(Int64(run.upperBound) * Self.blockBytes, byteCount)
    do throws(FetchError) {
      try account(Int64(range.count))
      try scratch.write(patiently(range), at: range.lowerBound)
    } catch {
      _ = fail(error)
      return
    }
    condition.withLock {
      for block in run { blocks[block] = .present }
      condition.broadcast()
    }
  }

  /// Counts bytes that are about to be fetched.
  private func account(_ count: Int64) throws(FetchError) {
    condition.lock()
    defer { condition.unlock() }
    if let failed { throw failed }
    guard fetched + count <= budget else { throw .tooLarge(limit: budget) }
    fetched += count
  }

  /// The bytes of a range; what fails on the way is tried again.
  private func patiently(_ range: Range<Int64>) throws(FetchError) -> [UInt8] {
    for pause in Self.pauses {
      do throws(FetchError) {
        return try requests.part(range, of: version).bytes
      } catch {
        guard error.mayPass else { throw error }
      }
      Thread.sleep(forTimeInterval: pause)
    }
    return try requests.part(range, of: version).bytes
  }

  /// Notes the first failure, which is everybody's.
  private func fail(_ error: FetchError) -> FetchError {
    condition.withLock {
      let first = failed ?? error
      failed = first
      condition.broadcast()
      return first
    }
  }
}

extension FetchError {
  /// Whether the same request may go well a moment later.
  fileprivate var mayPass: Bool {
    switch self {
    case .truncated, .transport, .unreachable: true
    case .status(let status): [429, 500, 502, 503, 504].contains(status)
    default: false
    }
  }
}

/// A file without a name, read and written at any place; it goes with the process at the latest.
private final class ScratchFile: Sendable {
  private let descriptor: Int32

  init(in folder: String) throws(FetchError) {
    var template = Array((folder + "/.ranges-XXXXXX").utf8CString)
    descriptor = unsafe mkstemp(&template)
    guard descriptor >= 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
      throw .file(reason: RemoteFetcher.reason(errno))
    }
    unsafe unlink(template)
  }

  deinit { close(descriptor) }

  func write(_ bytes: [UInt8], at offset: Int64) throws(FetchError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe pwrite(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done, Int(offset) + done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .file(reason: RemoteFetcher.reason(errno)) }
      done += count
    }
  }

  func read(_ target: UnsafeMutableRawBufferPointer, at offset: Int64) throws(FetchError) {
    var done = 0
    while done < target.count {
      let count = unsafe pread(
        descriptor, target.baseAddress?.advanced(by: done), target.count - done, Int(offset) + done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .file(reason: RemoteFetcher.reason(errno)) }
      done += count
    }
  }
}
