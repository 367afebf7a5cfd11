/// Why bytes could not be packed or unpacked.
public enum PackingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The bytes are no packed document, were packed against another dictionary, or have changed since.
  case malformed(String)
  /// The document would be larger than is taken.
  case tooLarge(Int)
  /// Memory ran out.
  case outOfMemory

  public var description: String {
    switch self {
    case .malformed(let reason): "a packed document cannot be read: \(reason)"
    case .tooLarge(let count): "a packed document claims to have \(count) bytes"
    case .outOfMemory: "there is no memory to unpack a document"
    }
  }
}
