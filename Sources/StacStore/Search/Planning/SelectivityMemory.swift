import CQL2
import StacSearch
import Synchronization

/// What share of the items met some conditions on properties, when it was last looked.
final class SelectivityMemory: Sendable {
  /// Conditions in some collections.
  struct Question: Hashable, Sendable {
    let conditions: [Expression]
    let freeText: FreeTextQuery?
    let collections: [String]?
  }

  private static let life = Duration.seconds(600)
  private static let most = 1_000

  private let answers = Mutex<[Question: (share: Double, expires: ContinuousClock.Instant)]>([:])

  subscript(question: Question) -> Double? {
    answers.withLock { answers in
      guard let answer = answers[question], answer.expires > .now else { return nil }
      return answer.share
    }
  }

  func remember(_ share: Double, for question: Question) {
    answers.withLock { answers in
      if answers.count >= Self.most { answers = [:] }
      answers[question] = (share, .now + Self.life)
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
