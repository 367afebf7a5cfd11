internal import CCurl
internal import Foundation
internal import InternetAddresses
internal import Synchronization

/// Starts libcurl once for the process; its own start is not safe with threads.
private let libraryIsStarted: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

/// Whether the task that waits for a transfer was cancelled.
final class CancellationFlag: Sendable {
  private let flag = Mutex(false)
  private let isCancelled: @Sendable () -> Bool

  /// - Parameter isCancelled: says so too, for those who wait on a thread of their own.
  init(_ isCancelled: @escaping @Sendable () -> Bool = { false }) { self.isCancelled = isCancelled }

  var isSet: Bool { flag.withLock { $0 } || isCancelled() }
  func set() { flag.withLock { $0 = true } }
}

/// What happens during one transfer; used by one thread at a time, the one that performs it.
final class TransferContext {
  let cancellation: CancellationFlag
  let addressCheck: FetchPolicy.AddressCheck
  let maximumBytes: Int64
  /// The file that takes the body; -1 to keep it in ``body``.
  let descriptor: Int32
  var body: [UInt8] = []
  var headerLines: [String] = []
  var received: Int64 = 0
  var refusedAddress = false
  var exceeded = false
  var writeFailure: Int32?

  init(
    cancellation: CancellationFlag, addressCheck: FetchPolicy.AddressCheck, maximumBytes: Int64, descriptor: Int32 = -1
  ) {
    self.cancellation = cancellation
    self.addressCheck = addressCheck
    self.maximumBytes = maximumBytes
    self.descriptor = descriptor
  }

  /// Takes the next piece of the body; false ends the transfer.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    received += Int64(bytes.count)
    guard received <= maximumBytes else {
      exceeded = true
      return false
    }
    guard descriptor >= 0 else {
      unsafe body.append(contentsOf: bytes)
      return true
    }
    var written = 0
    while written < bytes.count {
      let count = unsafe write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
      if count < 0 {
        if errno == EINTR { continue }
        writeFailure = errno
        return false
      }
      written += count
    }
    return true
  }

  /// Whether a connection to an address may be made.
  func allows(_ address: IPAddress?) -> Bool {
    guard addressCheck == .publicOnly else { return true }
    if address?.isPublic == true { return true }
    refusedAddress = true
    return false
  }
}

/// A libcurl easy handle with its connections.
@safe struct CurlHandle: ~Copyable {
  private let handle: UnsafeMutableRawPointer
  /// The connections, which stay open from one transfer to the next.
  private let connections: UnsafeMutableRawPointer

  init?() {
    guard libraryIsStarted, let handle = unsafe curl_easy_init() else { return nil }
    guard let connections = unsafe curl_multi_init() else {
      unsafe curl_easy_cleanup(handle)
      return nil
    }
    unsafe self.handle = unsafe handle
    unsafe self.connections = unsafe connections
  }

  deinit {
    unsafe curl_easy_cleanup(handle)
    _ = unsafe curl_multi_cleanup(connections)
  }

  /// How long a transfer may not notice that it is to end.
  private static let pauseMilliseconds: Int32 = 100

  /// Forgets the options of the last transfer; connections stay open.
  func reset() { unsafe curl_easy_reset(handle) }

  func set(_ option: CURLoption, _ value: Int) { _ = unsafe gnomon_curl_set_long(handle, option, value) }
  func set(_ option: CURLoption, large value: Int64) {
    _ = unsafe gnomon_curl_set_large(handle, option, curl_off_t(value))
  }
  func set(_ option: CURLoption, _ value: String) -> CURLcode {
    unsafe gnomon_curl_set_string(handle, option, value)
  }

  /// The body to send, copied by libcurl.
  func setBody(_ bytes: [UInt8]) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, large: Int64(bytes.count))
    _ = unsafe bytes.withUnsafeBytes { unsafe gnomon_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) }
    if bytes.isEmpty { _ = set(CURLOPT_COPYPOSTFIELDS, "") }
  }

  /// Performs the transfer on this thread, with header lines of one's own.
  func perform(_ context: TransferContext, headers: [String] = []) -> CURLcode {
    var list: UnsafeMutablePointer<curl_slist>?
    for header in headers { unsafe list = curl_slist_append(list, header) }
    defer { unsafe curl_slist_free_all(list) }
    _ = unsafe gnomon_curl_set_pointer(handle, CURLOPT_HTTPHEADER, list)
    // The context outlives the transfer: this call holds it, and the callbacks run only during it.
    let pointer = unsafe Unmanaged.passUnretained(context).toOpaque()
    for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_OPENSOCKETDATA, CURLOPT_XFERINFODATA] {
      _ = unsafe gnomon_curl_set_pointer(handle, option, pointer)
    }
    installCallbacks()
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_NOPROGRESS, 0)
    return withExtendedLifetime(context) {
      unsafe gnomon_curl_perform(connections, handle, Self.pauseMilliseconds)
    }
  }

  private func installCallbacks() {
    _ = unsafe gnomon_curl_set_receiver(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, pointer in
      guard let pointer = unsafe pointer else { return 0 }
      let context = unsafe Unmanaged<TransferContext>.fromOpaque(pointer).takeUnretainedValue()
      let piece = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
      return unsafe context.receive(piece) ? size * count : 0
    }
    _ = unsafe gnomon_curl_set_receiver(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, pointer in
      guard let pointer = unsafe pointer else { return 0 }
      let context = unsafe Unmanaged<TransferContext>.fromOpaque(pointer).takeUnretainedValue()
      let piece = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
      guard context.headerLines.count < 1_000 else { return 0 }
      context.headerLines.append(unsafe String(decoding: piece, as: UTF8.self))
      return size * count
    }
    _ = unsafe gnomon_curl_set_open_socket(handle) { pointer, _, address in
      guard let pointer = unsafe pointer, let address = unsafe address else { return -1 }
      let context = unsafe Unmanaged<TransferContext>.fromOpaque(pointer).takeUnretainedValue()
      guard unsafe context.allows(IPAddress(address)) else { return -1 }
      let kind = unsafe address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
      return unsafe socket(address.pointee.family, kind, address.pointee.protocol)
    }
    _ = unsafe gnomon_curl_set_progress(handle) { pointer, _, _, _, _ in
      guard let pointer = unsafe pointer else { return 1 }
      return unsafe Unmanaged<TransferContext>.fromOpaque(pointer).takeUnretainedValue().cancellation.isSet ? 1 : 0
    }
  }

  /// The status of the last answer, 0 where none came.
  var status: Int { unsafe gnomon_curl_response_code(handle) }
  /// The announced length of the last body, -1 where none was.
  var contentLength: Int64 { unsafe Int64(gnomon_curl_content_length(handle)) }
  /// Where the last answer redirects to, made absolute.
  var redirect: String? { text(CURLINFO_REDIRECT_URL) }
  /// The media type of the last answer.
  var mediaType: String? { text(CURLINFO_CONTENT_TYPE) }

  private func text(_ info: CURLINFO) -> String? {
    guard let found = unsafe gnomon_curl_info_string(handle, info) else { return nil }
    return unsafe String(cString: found)
  }
}

/// libcurl's words for a code.
func words(for code: CURLcode) -> String { unsafe String(cString: curl_easy_strerror(code)) }

/// Runs blocking work on a thread of its own; cancelling the task sets the flag the work is given.
func onOwnThread<Value: Sendable>(
  _ work: @escaping @Sendable (CancellationFlag) -> Value
) async -> Value {
  let flag = CancellationFlag()
  return await withTaskCancellationHandler {
    await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: work(flag)) }
      thread.name = "http"
      thread.start()
    }
  } onCancel: {
    flag.set()
  }
}
