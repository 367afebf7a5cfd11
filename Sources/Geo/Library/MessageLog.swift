internal import CGeo

/// The messages GDAL emits on this thread while a closure runs.
final class MessageLog {
  private(set) var warnings: [String] = []
  private(set) var errors: [String] = []

  /// Every message, warnings first.
  var messages: [String] { warnings + errors }

  fileprivate func record(_ severity: CPLErr, _ text: String) {
    guard warnings.count + errors.count < 20 else { return }
    if severity == CE_Warning { warnings.append(text) }
    if severity == CE_Failure || severity == CE_Fatal { errors.append(text) }
  }

  /// The error to throw when `function` failed while this log was open.
  func error(_ function: String, _ reason: GeoError.Reason = .library) -> GeoError {
    GeoError(reason, function: function, messages: messages)
  }

  /// Throws when an error was reported, for functions that return nothing (`GDALClose`).
  func throwIfErrors(_ function: String, _ reason: GeoError.Reason = .library) throws(GeoError) {
    if !errors.isEmpty { throw error(function, reason) }
  }
}

/// Runs a synchronous closure with GDAL's messages of this thread captured, not printed.
///
/// The handler stack is thread-local (`CPLPushErrorHandlerEx`), so captures of several threads do not mix.
func capturingMessages<Result: ~Copyable, Failure: Error>(
  _ body: (MessageLog) throws(Failure) -> Result
) throws(Failure) -> Result {
  let log = MessageLog()
  // The log outlives the handler: it is popped in the defer, before the last use below ends.
  unsafe CPLPushErrorHandlerEx(recordMessage, Unmanaged.passUnretained(log).toOpaque())
  defer {
    CPLPopErrorHandler()
    CPLErrorReset()
    withExtendedLifetime(log) {}
  }
  return try body(log)
}

private func recordMessage(_ severity: CPLErr, _ number: CPLErrorNum, _ text: UnsafePointer<CChar>?) {
  guard let data = unsafe CPLGetErrorHandlerUserData(), let text = unsafe text else { return }
  let log = unsafe Unmanaged<MessageLog>.fromOpaque(data).takeUnretainedValue()
  unsafe log.record(severity, String(cString: text))
}
