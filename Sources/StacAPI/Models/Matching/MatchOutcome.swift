import MLMExtension
import StacModel
import StacStore

/// The models that were judged: those that can be fed in order of their scores, and those that cannot.
public struct MatchOutcome: Sendable {
  /// A model that can be fed.
  struct Match: Sendable {
    let model: KnownModel
    let judgement: MatchJudgement
  }

  let request: MatchRequest
  let source: MatchSource
  /// Those of the page that was asked for.
  let matches: [Match]
  let numberMatched: Int
  /// As many as were asked for: those with the fewest reasons first.
  let refused: [Match]
  let numberRefused: Int
  /// How many models each reason refuses; one model may have several.
  let reasonCounts: [MatchReason.Code: Int]

  /// - Throws: `CancellationError` where nobody waits for it any more.
  init(_ request: MatchRequest, _ source: MatchSource, _ models: [KnownModel]) throws {
    self.request = request
    self.source = source
    var matcher = ModelMatcher(source, runnable: request.runnable)
    var fed: [Ranked] = []
    var refused: [Ranked] = []
    var counts = [Int](repeating: 0, count: MatchReason.Code.allCases.count)
    for (index, model) in models.enumerated() where request.model == nil || request.model == model.reference {
      try Task.checkCancellation()
      let judgement = matcher.judge(model.requirements, model.standing(onlyApproved: request.onlyApproved))
      if judgement.isFeedable {
        let area = model.requirements.region?.area ?? .infinity
        fed.append(Ranked(index: index, value: -judgement.score.total, next: area))
      } else {
        refused.append(Ranked(index: index, value: Double(judgement.codes.count), next: 0))
        for (place, code) in MatchReason.Code.allCases.enumerated() where judgement.codes.contains(code) {
          counts[place] += 1
        }
      }
    }
    func explained(_ ranked: some Sequence<Ranked>) -> [Match] {
      ranked.map { entry in
        let model = models[entry.index]
        let standing = model.standing(onlyApproved: request.onlyApproved)
        return Match(model: model, judgement: matcher.judge(model.requirements, standing, explaining: true))
      }
    }
    numberMatched = fed.count
    matches = explained(Ranked.best(fed, request.offset + request.limit).dropFirst(request.offset))
    numberRefused = refused.count
    self.refused = explained(Ranked.best(refused, request.refused))
    reasonCounts = Dictionary(uniqueKeysWithValues: zip(MatchReason.Code.allCases, counts).filter { $0.1 > 0 })
  }

  /// The models that can be fed, in no order.
  static func feedable(
    _ source: MatchSource, _ models: [KnownModel], onlyApproved: Bool
  ) throws -> [ItemReference] {
    var matcher = ModelMatcher(source)
    return try models.compactMap { model in
      try Task.checkCancellation()
      let judgement = matcher.judge(model.requirements, model.standing(onlyApproved: onlyApproved))
      return judgement.isFeedable ? model.reference : nil
    }
  }
}

/// A model's place in an order: by a value, then by another, then by that of the models.
private struct Ranked {
  let index: Int
  let value: Double
  let next: Double

  static func best(_ entries: [Ranked], _ count: Int) -> ArraySlice<Ranked> {
    entries.sorted { first, second in
      if first.value != second.value { return first.value < second.value }
      if first.next != second.next { return first.next < second.next }
      return first.index < second.index
    }.prefix(count)
  }
}
