import HTTPTypes
import Hummingbird
import StacStore
import Synchronization

/// Answers about the server and the catalog that are asked for again and again, kept ready to be sent.
///
/// What only the program decides stays. What the database decides is sent for ``lifetime``, and on from there as long as a look
/// at the database, never older than that itself, shows that nothing was committed in between: one look serves all answers.
/// It is made anew at once when something was written through this server, so that nobody reads what was before a write that
/// they were told of.
final class KeptAnswers: Sendable {
  /// How old an answer from the database may be, which others than this server may have changed.
  static let lifetime = Duration.milliseconds(200)
  /// For how long the database must have shown the same before an answer counts as made from that: then nothing that is
  /// remembered for a moment on the way stems from before.
  private static let settling = Duration.seconds(1)
  /// The most memory that is taken, about.
  private static let mostBytes = 8 << 20
  private static let mostAnswers = 4_096
  /// What an answer takes beside its body and its target.
  private static let overhead = 2_048

  /// What was known before an answer was made.
  struct Origin {
    fileprivate let generation: Int
    fileprivate let time: ContinuousClock.Instant
    /// What the database showed, nil where that is not known to have been so for a while.
    fileprivate let snapshot: String?
  }

  fileprivate struct Kept {
    let response: Response
    let size: Int
    /// Nil for an answer that never changes.
    let origin: Origin?
  }

  /// What the database shows, nil where it cannot tell, and when it was seen to at first and at last.
  fileprivate struct Sight {
    let snapshot: String?
    let first: ContinuousClock.Instant
    let last: ContinuousClock.Instant
  }

  fileprivate struct State {
    var generation = 0
    var sight: Sight?
    /// The look that goes on, which all wait for.
    var looking: Task<Result<Void, StoreError>, Never>?
    var bytes = 0
    var answers: [AnswerKey: Kept] = [:]
  }

  private let state = Mutex(State())

  /// What an answer belongs to that is made from now on.
  var origin: Origin {
    state.withLock { state in
      let now = ContinuousClock.now
      let sight = state.sight.flatMap { now - $0.first >= Self.settling ? $0 : nil }
      return Origin(generation: state.generation, time: now, snapshot: sight?.snapshot)
    }
  }

  /// An answer that may be sent; nil where it is to be made. Who cannot look at the database cannot make it either.
  ///
  /// - Parameter snapshot: tells what the database shows, as ``CatalogStore/snapshot()`` does.
  func response(
    for key: AnswerKey, _ snapshot: @escaping @Sendable () async throws(StoreError) -> String?
  ) async throws(StoreError) -> Response? {
    let (response, looking) = state.withLock { state -> (Response?, Task<Result<Void, StoreError>, Never>?) in
      let found = state.find(key)
      guard found.isAged else { return (found.response, nil) }
      let looking = state.looking ?? Task { await look(snapshot) }
      state.looking = looking
      return (nil, looking)
    }
    guard let looking else { return response }
    try await looking.value.get()
    return state.withLock { $0.find(key).response }
  }

  private func look(_ snapshot: () async throws(StoreError) -> String?) async -> Result<Void, StoreError> {
    let time = ContinuousClock.now
    do throws(StoreError) {
      let seen = try await snapshot()
      state.withLock { state in
        state.looking = nil
        let first = state.sight.flatMap { $0.snapshot == seen ? $0.first : nil } ?? .now
        state.sight = Sight(snapshot: seen, first: first, last: time)
      }
      return .success(())
    } catch {
      state.withLock { $0.looking = nil }
      return .failure(error)
    }
  }

  /// Keeps an answer, unless there is a later one.
  func keep(_ response: Response, for key: AnswerKey, madeFrom origin: Origin) {
    let size = (response.body.contentLength ?? Self.mostBytes) + key.size + Self.overhead
    guard size <= Self.mostBytes / 8 else { return }
    let kept = Kept(response: response, size: size, origin: key.isConstant ? nil : origin)
    state.withLock { state in
      if let other = state.answers[key] {
        guard other.origin.map({ $0.time <= origin.time }) ?? false else { return }
        state.remove(key)
      }
      while state.bytes + size > Self.mostBytes || state.answers.count >= Self.mostAnswers { state.thin() }
      state.answers[key] = kept
      state.bytes += size
    }
  }

  /// Something was written.
  func forget() { state.withLock { $0.generation += 1 } }
}

extension KeptAnswers.State {
  /// The answer as far as it may be sent; aged ones wait for a look at the database.
  fileprivate func find(_ key: AnswerKey) -> (response: Response?, isAged: Bool) {
    guard let kept = answers[key] else { return (nil, false) }
    guard let origin = kept.origin else { return (kept.response, false) }
    guard origin.generation == generation else { return (nil, false) }
    let now = ContinuousClock.now
    if now - origin.time < KeptAnswers.lifetime { return (kept.response, false) }
    guard let sight, now - sight.last < KeptAnswers.lifetime else { return (nil, true) }
    guard let seen = sight.snapshot, seen == origin.snapshot else { return (nil, false) }
    return (kept.response, false)
  }

  fileprivate mutating func remove(_ key: AnswerKey) {
    guard let kept = answers.removeValue(forKey: key) else { return }
    bytes -= kept.size
  }

  /// Removes every other answer, by chance.
  fileprivate mutating func thin() {
    for key in answers.keys where Bool.random() { remove(key) }
  }
}

/// What an answer that is kept depends on.
struct AnswerKey: Hashable {
  private let target: String
  private let base: BaseURL
  private let language: Language
  private let isCompressed: Bool
  /// The media types that are wanted, where the answer depends on them.
  private let accept: String
  /// Whether only the program decides the answer.
  let isConstant: Bool

  /// How many bytes of what a client chose are in it.
  var size: Int { target.utf8.count + accept.utf8.count + base.landing.utf8.count }
  /// How many there may be.
  private static let mostBytes = 2_048

  /// Nil for what is not kept.
  init?(_ admitted: AdmittedRequest) {
    guard case .request(let request) = admitted, request.method == "GET" else { return nil }
    switch request.route {
    case .conformance, .functions, .description: isConstant = true
    case .landing, .queryables, .sortables, .collectionQueryables, .collectionSortables, .collections, .collection:
      isConstant = false
    default: return nil
    }
    target = request.target.text
    base = request.base
    language = request.language.language
    isCompressed = Compression.acceptsGzip(request.headers)
    accept = request.route == .description ? request.headers[values: .accept].joined(separator: ",") : ""
    guard size <= Self.mostBytes else { return nil }
  }
}
