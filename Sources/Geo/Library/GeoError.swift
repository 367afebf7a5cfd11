/// A failure of a raster, geometry or reference system operation.
///
/// `reason` tells a caller whether the input is at fault; `messages` are what the C library said, in order, and may
/// hold file paths (for the log, not for a client); `summary` never does.
public struct GeoError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// A C function failed on something that cannot be told apart further.
    case library
    /// The path is not a plain path of a local, regular file.
    case pathRefused
    /// The file is no raster of an allowed format; the message says what it is.
    case notARaster
    /// The file or result is larger than the limits allow.
    case limitExceeded
    /// Pixels could not be read: the file is truncated or damaged.
    case damaged
    /// The raster is sound but uses something that is not supported.
    case unsupported
    /// The raster carries no usable georeference.
    case notGeoreferenced
    /// The requested area or window lies outside the image.
    case outsideImage
    /// A geometry is malformed, empty, crosses itself or has no area.
    case invalidGeometry
    /// A reference system is unknown, or a point cannot be expressed in it.
    case referenceSystem
    /// An output file could not be written whole.
    case unwritable
    /// A file that lies elsewhere could not be read on; the message says why.
    case source
    /// Somebody stopped the work while a file that lies elsewhere was read.
    case cancelled
    /// Arguments contradict each other (lengths, ranges): the caller's mistake.
    case invalidArgument
  }

  /// What kind of failure it is.
  public var reason: Reason
  /// The function that failed: a C function's name, or the operation's.
  public var function: String
  /// What was said about it, in order.
  public var messages: [String]

  /// A failure of a C function, with the messages captured while it ran.
  public init(function: String, messages: [String]) {
    self.init(.library, function: function, messages: messages)
  }

  /// A failure of a known kind.
  public init(_ reason: Reason, function: String, messages: [String]) {
    self.reason = reason
    self.function = function
    self.messages = messages
  }

  /// A failure of a known kind that one sentence tells.
  init(_ reason: Reason, _ function: String, _ message: String) {
    self.init(reason, function: function, messages: [message])
  }

  /// One line for a log: the function and every message.
  public var description: String {
    messages.isEmpty ? "\(function) failed" : "\(function): \(messages.joined(separator: "; "))"
  }

  /// One sentence for a client, without paths: our own sentence, or a general one when only a C library spoke.
  public var summary: String {
    switch reason {
    case .library: "A geospatial operation failed."
    case .damaged: "The image's pixels could not be read: the file is truncated or damaged."
    case .unwritable: "The result could not be written: the disk is full or fails, or a limit of its space is met."
    default: messages.first ?? "A geospatial operation failed."
    }
  }
}
