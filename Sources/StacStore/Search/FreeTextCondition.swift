import Postgres
import StacSearch

/// A free-text search as a condition on the column `search_text` of the table that a statement calls `i`.
struct FreeTextCondition {
  private let query: FreeTextQuery

  init(_ query: FreeTextQuery) { self.query = query }

  /// Rows without any words have no vector; they match where the query asks only for what is not there.
  var sql: SQL {
    let matches: SQL = "i.search_text @@ \(Self.tsquery(query))"
    return Self.matchesNothingWritten(query) ? "(i.search_text IS NULL OR \(matches))" : matches
  }

  private static func tsquery(_ query: FreeTextQuery) -> SQL {
    switch query {
    case .phrase(let text): "phraseto_tsquery('pg_catalog.simple', \(text))"
    case .and(let parts): "(\(parts.map(tsquery).joined(separator: " && ")))"
    case .or(let parts): "(\(parts.map(tsquery).joined(separator: " || ")))"
    case .not(let part): "!! \(tsquery(part))"
    }
  }

  private static func matchesNothingWritten(_ query: FreeTextQuery) -> Bool {
    switch query {
    case .phrase: false
    case .and(let parts): parts.allSatisfy(matchesNothingWritten)
    case .or(let parts): parts.contains(where: matchesNothingWritten)
    case .not(let part): !matchesNothingWritten(part)
    }
  }
}
