import CQL2
import StacSearch
import Synchronization

/// What share of the items met some conditions on properties, when it was last looked.
final class SelectivityMemory: Sendable {
  /// Conditions in some collections.
  ///
  /// Texts are told apart by their bytes, as the database does.
  struct Question: Hashable, Sendable {
    let conditions: [Expression]
    /// Those of them that indexes over properties serve.
    let indexed: [Expression]
    let freeText: FreeTextQuery?
    let collections: [String]?

    static func == (one: Question, other: Question) -> Bool {
      guard one.conditions == other.conditions, one.indexed == other.indexed, one.freeText == other.freeText,
        one.collections == other.collections
      else { return false }
      // Equal texts of Swift may still be spelled with other code points.
      return one.texts.elementsEqual(other.texts) { $0.utf8.elementsEqual($1.utf8) }
    }

    /// Whether an index leads to what meets all of it.
    var isIndexed: Bool { freeText == nil && !conditions.isEmpty && indexed.count == conditions.count }

    private var texts: [String] {
      conditions.flatMap(\.texts) + (freeText?.texts ?? []) + (collections ?? [])
    }
  }

  private static let life = Duration.seconds(600)
  private static let most = 1_000

  private struct Answer {
    let selectivity: Selectivity
    /// Among how many items it was looked.
    let count: Int
    let expires: ContinuousClock.Instant
  }

  private let answers = Mutex<[Question: Answer]>([:])

  /// What is known of a question; nothing where the items have become more by a quarter since: they may be others.
  ///
  /// - Parameter count: how many items the collections of the question have.
  func share(_ question: Question, among count: Int) -> Selectivity? {
    answers.withLock { answers in
      guard let answer = answers[question], answer.expires > .now, count <= answer.count + answer.count / 4 else {
        return nil
      }
      return answer.selectivity
    }
  }

  func remember(_ selectivity: Selectivity, for question: Question, among count: Int) {
    answers.withLock { answers in
      if answers.count >= Self.most { answers = [:] }
      answers[question] = Answer(selectivity: selectivity, count: count, expires: .now + Self.life)
    }
  }
}

/// The queryables of collections and of all items, as they were up to a second ago.
///
/// Collections are told apart by the bytes of their identifiers, as the database does: texts of Swift are equal where they
/// are spelled with other code points for the same letters.
final class QueryablesMemory: Sendable {
  private static let life = Duration.seconds(1)
  private static let most = 1_000

  private let known = Mutex<[[UInt8]?: (queryables: Queryables, expires: ContinuousClock.Instant)]>([:])

  subscript(collection: String?) -> Queryables? {
    known.withLock { known in
      guard let entry = known[collection.map { Array($0.utf8) }], entry.expires > .now else { return nil }
      return entry.queryables
    }
  }

  func remember(_ queryables: Queryables, for collection: String?) {
    known.withLock { known in
      if known.count >= Self.most { known = [:] }
      known[collection.map { Array($0.utf8) }] = (queryables, .now + Self.life)
    }
  }

  /// Forgets all of them: items have been written.
  func forget() { known.withLock { $0 = [:] } }
}

extension Expression {
  /// The texts within, in their order.
  fileprivate var texts: [String] {
    switch self {
    case .string(let text), .property(let text): [text]
    case .function(let name, let arguments): [name] + arguments.flatMap(\.texts)
    default: children.flatMap(\.texts)
    }
  }
}

extension FreeTextQuery {
  /// The phrases within, in their order.
  fileprivate var texts: [String] {
    switch self {
    case .phrase(let text): [text]
    case .and(let parts), .or(let parts): parts.flatMap(\.texts)
    case .not(let part): part.texts
    }
  }
}
