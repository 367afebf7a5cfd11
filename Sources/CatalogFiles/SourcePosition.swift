import Foundation

/// Positions as texts: JSON of a source's own.
enum SourcePosition {
  static func text(_ position: some Encodable) -> String {
    // Positions hold numbers and texts, which are always JSON.
    (try? JSONEncoder().encode(position)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// - Throws: ``PositionLost`` for a text that another version has written.
  static func read<Position: Decodable>(_ text: String) throws(PositionLost) -> Position {
    do {
      return try JSONDecoder().decode(Position.self, from: Data(text.utf8))
    } catch {
      throw PositionLost(description: "the remembered position is of another version")
    }
  }
}
