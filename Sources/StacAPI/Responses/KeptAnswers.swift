import HTTPTypes
import Hummingbird
import Synchronization

/// Answers about the server and the catalog that are asked for again and again, kept ready to be sent.
///
/// What only the program decides stays; what the database decides is made anew after ``lifetime``, and at once when
/// something was written through this server, so that nobody reads what was before a write that they were told of.
final class KeptAnswers: Sendable {
  /// How old an answer from the database may be, which others than this server may have changed.
  static let lifetime = Duration.milliseconds(200)
  /// The most bytes of bodies, and the most answers, that are kept.
  private static let mostBytes = 8 << 20
  private static let mostAnswers = 512

  private struct Kept {
    let response: Response
    /// When it was made, nil for one that never changes.
    let time: ContinuousClock.Instant?
    let generation: Int
  }

  private struct State {
    var generation = 0
    var bytes = 0
    var answers: [AnswerKey: Kept] = [:]
  }

  private let state = Mutex(State())

  /// Counts the writes; an answer belongs to the number that was there before it was made.
  var generation: Int { state.withLock { $0.generation } }

  subscript(key: AnswerKey) -> Response? {
    state.withLock { state in
      guard let kept = state.answers[key] else { return nil }
      guard let time = kept.time else { return kept.response }
      return kept.generation == state.generation && ContinuousClock.now - time < Self.lifetime ? kept.response : nil
    }
  }

  func keep(_ response: Response, for key: AnswerKey, madeIn generation: Int) {
    let size = response.body.contentLength ?? .max
    guard size <= Self.mostBytes / 8 else { return }
    let kept = Kept(response: response, time: key.isConstant ? nil : .now, generation: generation)
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
