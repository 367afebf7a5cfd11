import HTTPTypes
import Hummingbird
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
  /// How old what the store itself remembers may be that answers are made from.
  private static let memoryLifetime = Duration.seconds(1)
  /// The most bytes of bodies, and the most answers, that are kept.
  private static let mostBytes = 8 << 20
  private static let mostAnswers = 4_096

  /// What was known before an answer was made.
  struct Origin {
    fileprivate let generation: Int
    /// What the database showed, nil where that is not known to have been so for as long as the store remembers things.
    fileprivate let snapshot: String?
  }

  private struct Kept {
    let response: Response
    /// When it was made, nil for one that never changes.
    let time: ContinuousClock.Instant?
    let origin: Origin
  }

  /// What the database shows, and when it was seen to at first and at last.
  private struct Sight {
    let snapshot: String
    let first: ContinuousClock.Instant
    var last: ContinuousClock.Instant
  }

  private struct State {
    var generation = 0
    var sight: Sight?
    var bytes = 0
    var answers: [AnswerKey: Kept] = [:]

    /// The answer as far as it may be sent; aged ones wait for a look at the database.
    func find(_ key: AnswerKey) -> (response: Response?, isAged: Bool) {
      guard let kept = answers[key] else { return (nil, false) }
      guard let time = kept.time else { return (kept.response, false) }
      guard kept.origin.generation == generation else { return (nil, false) }
      let now = ContinuousClock.now
      if now - time < lifetime { return (kept.response, false) }
      guard let sight, now - sight.last < lifetime else { return (nil, true) }
      return (sight.snapshot == kept.origin.snapshot ? kept.response : nil, false)
    }
  }

  private let state = Mutex(State())

  /// What an answer belongs to that is made from now on.
  var origin: Origin {
    state.withLock { state in
      let sight = state.sight.flatMap { .now - $0.first >= Self.memoryLifetime ? $0 : nil }
      return Origin(generation: state.generation, snapshot: sight?.snapshot)
    }
  }

  /// An answer that may be sent.
  ///
  /// - Parameter look: tells what the database shows, as ``CatalogStore/snapshot()`` does.
  func response(for key: AnswerKey, _ look: () async -> String?) async -> Response? {
    let found = state.withLock { $0.find(key) }
    guard found.isAged else { return found.response }
    let time = ContinuousClock.now
    guard let snapshot = await look() else { return nil }
    return state.withLock { state in
      if state.sight?.snapshot != snapshot {
        // A look that began before the last one did may tell of earlier.
        guard state.sight.map({ $0.last < time }) ?? true else { return nil }
        state.sight = Sight(snapshot: snapshot, first: time, last: time)
      } else if let last = state.sight?.last {
        state.sight?.last = max(last, time)
      }
      return state.find(key).response
    }
  }

  func keep(_ response: Response, for key: AnswerKey, madeFrom origin: Origin) {
    let size = response.body.contentLength ?? .max
    guard size <= Self.mostBytes / 8 else { return }
    let kept = Kept(response: response, time: key.isConstant ? nil : .now, origin: origin)
    state.withLock { state in
      if state.bytes + size > Self.mostBytes || state.answers.count >= Self.mostAnswers {
        state.answers = [:]
        state.bytes = 0
      }
      let old = state.answers.updateValue(kept, forKey: key)
      state.bytes += size - (old?.response.body.contentLength ?? 0)
    }
  }

  /// Something was written.
  func forget() { state.withLock { $0.generation += 1 } }
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
  }
}
