internal import Digests

/// The text that a client shows: `gnomon_`, the key's identifier, `_`, and a secret of 256 random bits.
///
/// The identifier finds the key; only the secret's digest is stored, which for a random secret tells nothing.
public struct APIKeyToken: Sendable, Hashable {
  /// Twelve hexadecimal digits.
  public let id: String
  private let secret: [UInt8]

  private static let prefix = "gnomon_"
  private static let idLength = 12
  private static let secretBytes = 32

  /// A new one.
  public init() {
    var generator = SystemRandomNumberGenerator()
    id = Hexadecimal.encode((0..<Self.idLength / 2).map { _ in UInt8.random(in: 0...255, using: &generator) })
    secret = (0..<Self.secretBytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  /// Reads what a client shows; nil where it cannot be a key of any catalog.
  public init?(_ text: String) {
    guard text.utf8.count < 100, text.hasPrefix(Self.prefix) else { return nil }
    let rest = text.dropFirst(Self.prefix.count)
    guard let end = rest.firstIndex(of: "_") else { return nil }
    let id = rest[..<end]
    guard id.utf8.count == Self.idLength, Hexadecimal.decode(id) != nil, id == id.lowercased(),
      let secret = Base64URL.decode(rest[rest.index(after: end)...]), secret.count == Self.secretBytes
    else { return nil }
    self.id = String(id)
    self.secret = secret
  }

  /// The token as it is shown, to be seen once.
  public var text: String { "\(Self.prefix)\(id)_\(Base64URL.encode(secret))" }

  /// What is stored of the secret: its SHA-256.
  func digest() throws(StoreError) -> [UInt8] {
    do throws(DigestError) {
      return try SHA256.hash(secret)
    } catch {
      throw .failed("\(error)")
    }
  }
}
