import StacModel

/// What is known of a model beside its requirements.
public struct ModelStanding: Sendable, Hashable, Codable {
  /// The state of its promotion: proposed, validated, approved, production or retired; nil where it has none.
  public var state: String?
  /// Whether its item says that another version should be used (version extension).
  public var isDeprecated: Bool
  /// Whether it runs for the one who asks.
  public var mayRun: Bool

  public init(state: String? = nil, isDeprecated: Bool = false, mayRun: Bool = true) {
    self.state = state
    self.isDeprecated = isDeprecated
    self.mayRun = mayRun
  }

  /// What the state counts in a score.
  var value: Double {
    if isDeprecated { return 0 }
    return switch state {
    case "production": 1
    case "approved": 0.75
    case "validated": 0.5
    default: 0.25
    }
  }
}

/// Whether a model can be fed, how well it fits, and if not, why.
public struct MatchJudgement: Sendable {
  public internal(set) var score = MatchScore()
  /// What speaks against it; empty where the model can be fed.
  public internal(set) var codes = MatchReasonCodes()
  /// The same in sentences, where they were asked for.
  public internal(set) var reasons: [MatchReason] = []
  /// Indices of the scenes that are read; of a choice all that could be, where sentences were asked for.
  public internal(set) var scenes: [Int] = []

  public var isFeedable: Bool { codes.isEmpty }
}

/// Judges models one after the other by what they are to be fed with.
///
/// What it calls feedable the inference pipeline finds the bands of: both look for them by ``BandTable``.
public struct ModelMatcher {
  /// Pixels may be so many times larger or smaller than those the model was made for.
  public static let mostResolutionFactor = 1.5

  let source: MatchSource
  private let isObstacleReason: Bool
  /// The bands of all scenes that are read together.
  private let together: BandGroup?
  private var fits: [FitKey: KeptFit] = [:]

  private struct FitKey: Hashable {
    let needs: ObjectIdentifier
    let group: ObjectIdentifier
  }

  /// A fit with the needs that it is of, which must outlive it: another object could have the same identifier.
  private struct KeptFit {
    let fit: BandFit
    let needs: BandNeeds
  }

  /// - Parameter runnable: whether models that cannot be run here are refused.
  public init(_ source: MatchSource, runnable: Bool = true) {
    self.source = source
    isObstacleReason = runnable
    let groups = source.scenes.map(\.bands)
    together =
      source.kind == .choice ? nil : groups.count == 1 ? groups[0] : BandGroup(groups.flatMap(\.table.bands))
  }

  /// Judges a model.
  ///
  /// - Parameter explaining: whether the reasons are told in sentences.
  public mutating func judge(
    _ model: ModelRequirements, _ standing: ModelStanding = ModelStanding(), explaining: Bool = false
  ) -> MatchJudgement {
    var reasons = MatchReasons(isExplaining: explaining)
    if isObstacleReason, let obstacle = model.obstacle { reasons.add(.notRunnable, obstacle) }
    if standing.state == "retired" { reasons.add(.retired, "The model was retired.") }
    if !standing.mayRun {
      let state = standing.state ?? "not proposed for approval"
      reasons.add(.notApproved, "Only approved models run; this one is \(state).")
    }
    var judgement = MatchJudgement()
    if source.scenes.isEmpty {
      reasons.add(.noItems, "There is no item to read there and then.")
    } else if source.kind == .choice {
      choose(for: model, &judgement, &reasons)
    } else {
      judgeTogether(model, &judgement, &reasons)
    }
    judgement.codes = reasons.codes
    judgement.reasons = reasons.reasons
    let isOrigin = source.scenes.contains { $0.collection.map(model.origins.contains) ?? false }
    judgement.score.note(.origin, isOrigin ? 1 : 0)
    judgement.score.note(.state, standing.value)
    return judgement
  }

  /// Scenes that are read together: a series where the model reads one, else one set of bands.
  private mutating func judgeTogether(
    _ model: ModelRequirements, _ judgement: inout MatchJudgement, _ reasons: inout MatchReasons
  ) {
    judgement.scenes = Array(source.scenes.indices)
    let isSeries = model.steps != .none && source.kind == .together
    if isSeries {
      for scene in source.scenes { judgeBands(model, scene.bands, &judgement.score, &reasons) }
      checkSteps(model, source.scenes.map(\.time), &reasons)
    } else if source.kind == .described, let scene = source.scenes.first, scene.bands.table.bands.isEmpty {
      // Where nothing is said of bands, nothing is refused for them.
      judgeResolution(model, scene.resolution, &judgement.score, &reasons)
    } else if let together {
      judgeBands(model, together, &judgement.score, &reasons)
    }
    for scene in source.scenes { judgePlace(model, scene, &judgement.score, &reasons) }
  }

  /// Scenes of which some are chosen: the first that can be read, or as many as the series has steps.
  private mutating func choose(
    for model: ModelRequirements, _ judgement: inout MatchJudgement, _ reasons: inout MatchReasons
  ) {
    let wanted = if case .count(let count) = model.steps { count } else { 1 }
    let isSeries = model.steps != .none
    var times: Set<Int64> = []
    var best: MatchReasons?
    for (index, scene) in source.scenes.enumerated() {
      // What is refused is told by its codes first: sentences are made of one scene alone.
      var (score, found) = (MatchScore(), MatchReasons(isExplaining: false))
      judgeBands(model, scene.bands, &score, &found)
      judgePlace(model, scene, &score, &found)
      guard found.codes.isEmpty else {
        if best.map({ found.codes.count < $0.codes.count }) ?? true {
          best = reasons.isExplaining ? explained(model, scene) : found
        }
        continue
      }
      if isSeries { guard let time = scene.time, times.insert(time.microseconds).inserted else { continue } }
      if judgement.scenes.count < wanted { judgement.score.note(score) }
      judgement.scenes.append(index)
      if judgement.scenes.count >= wanted, isSeries || !reasons.isExplaining { break }
    }
    if judgement.scenes.isEmpty, let best {
      reasons.add(best)
    } else if judgement.scenes.count < wanted {
      let limit = source.hasMore ? " among the newest \(source.scenes.count), which are looked at" : ""
      reasons.add(
        .timeSteps,
        "The model reads \(wanted) items of different times; \(judgement.scenes.count) that it can read are there\(limit)."
      )
    }
  }

  private mutating func explained(_ model: ModelRequirements, _ scene: Scene) -> MatchReasons {
    var (score, found) = (MatchScore(), MatchReasons(isExplaining: true))
    judgeBands(model, scene.bands, &score, &found)
    judgePlace(model, scene, &score, &found)
    return found
  }

  private func checkSteps(_ model: ModelRequirements, _ times: [Timestamp?], _ reasons: inout MatchReasons) {
    if case .count(let wanted) = model.steps, times.count != wanted {
      let given = times.count == 1 ? "one is given" : "\(times.count) are given"
      reasons.add(.timeSteps, "The model reads a series of \(wanted) items in order of datetime; \(given).")
    } else if Set(times).count != times.count {
      reasons.add(.timeSteps, "The model reads items of different times; two of these have the same datetime.")
    }
  }

  private mutating func judgeBands(
    _ model: ModelRequirements, _ group: BandGroup, _ score: inout MatchScore, _ reasons: inout MatchReasons
  ) {
    let fit = fit(model.bands, group)
    if reasons.isExplaining, !fit.codes.isEmpty { BandFit.explain(model.bands, group.table, in: &reasons) }
    reasons.add(fit.codes)
    score.note(.bands, fit.count == 0 ? 0 : Double(fit.named) / Double(fit.count))
    judgeResolution(model, fit.finest, &score, &reasons)
  }

  private func judgeResolution(
    _ model: ModelRequirements, _ given: Double?, _ score: inout MatchScore, _ reasons: inout MatchReasons
  ) {
    guard let own = model.resolution, let other = given else { return }
    let ratio = min(own, other) / max(own, other)
    score.note(.resolution, ratio)
    if ratio < 1 / Self.mostResolutionFactor {
      reasons.add(
        .resolution, "The model was made for pixels of \(own.shown) m; those of the imagery are \(other.shown) m.")
    }
  }

  private mutating func fit(_ needs: BandNeeds, _ group: BandGroup) -> BandFit {
    let key = FitKey(needs: ObjectIdentifier(needs), group: ObjectIdentifier(group))
    if let known = fits[key] { return known.fit }
    let fit = BandFit(needs, group.table)
    fits[key] = KeptFit(fit: fit, needs: needs)
    return fit
  }

  /// Where, when and by what a scene was taken; of several scenes the worst counts.
  private func judgePlace(
    _ model: ModelRequirements, _ scene: Scene, _ score: inout MatchScore, _ reasons: inout MatchReasons
  ) {
    switch model.mission.relation(to: scene.mission) {
    case .same: score.note(.platform, 1)
    case .related: score.note(.platform, 0.8)
    case .unknown: break
    case .other:
      reasons.add(.platform, "The model was made for \(model.mission.words); the imagery is of \(scene.mission.words).")
    }
    // Of what is refused only the reasons count, each once; places are what takes time to compare.
    let isOutside = !reasons.isExplaining && reasons.codes.contains(.region)
    if !isOutside, let own = model.region, let shown = scene.region {
      let share = shown.share(within: own)
      score.note(.region, share)
      if share == 0 { reasons.add(.region, "The imagery lies outside the place that the model is for.") }
    }
    if let own = model.season, let shown = scene.season {
      let share = shown.share(within: own)
      score.note(.season, share)
      if share == 0 { reasons.add(.season, "The model is for \(own.words); the imagery is of \(shown.words).") }
    }
  }
}

extension Double {
  /// At most three decimals.
  fileprivate var shown: String {
    let rounded = (self * 1_000).rounded() / 1_000
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int64(rounded)) : "\(rounded)"
  }
}
