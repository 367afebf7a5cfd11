import StacModel
import StacStore

/// What may be decided about a model, by whom.
struct PromotionRules {
  let standing: PromotionStanding
  /// Who proposed it last, nil where nobody did.
  let proposer: String?
  /// Whether who approves must be another than who registered or proposed.
  let needsFourEyes: Bool

  /// Refuses a step that is none, that this actor may not take, or for which the document has to be looked at again.
  func check(_ to: ModelState, by actor: Actor) throws(APIError) {
    guard Self.steps(from: standing.state, isUnchanged: standing.isUnchanged).contains(to) else {
      throw illegal(to)
    }
    try checkRole(to, actor)
    guard needsFourEyes, to == .approved, standing.state == .validated else { return }
    guard let part = part(of: actor.name) else { return }
    throw APIError(
      .forbidden, "Four eyes: '\(actor.name)' has \(part) '\(standing.document.id)', and another has to approve it")
  }

  /// What somebody had to do with the model before.
  private func part(of name: String) -> String? {
    if name == proposer { return "proposed" }
    if name == standing.registration?.changedBy { return "written the document of" }
    return name == standing.registration?.registeredBy ? "registered" : nil
  }

  /// The states that may follow.
  ///
  /// What was decided about another document than the present one can only be begun again, or ended.
  static func steps(from state: ModelState?, isUnchanged: Bool) -> Set<ModelState> {
    guard isUnchanged else {
      return state == .retired ? [.proposed] : [.proposed, .retired]
    }
    switch state {
    case nil: return [.proposed, .retired]
    case .proposed: return [.validated, .retired]
    case .validated: return [.approved, .proposed, .retired]
    case .approved: return [.production, .proposed, .retired]
    case .production: return [.approved, .proposed, .retired]
    case .retired: return [.proposed]
    }
  }

  private func illegal(_ to: ModelState) -> APIError {
    let id = standing.document.id
    let isChanged = standing.isUnchanged ? "" : ", and its document has changed since"
    let now = standing.state.map { "is \($0.rawValue)" } ?? "is in no state yet"
    let steps = Self.steps(from: standing.state, isUnchanged: standing.isUnchanged)
    let next = ModelState.allCases.filter(steps.contains).map(\.rawValue).joined(separator: ", ")
    return APIError(
      .conflict, "'\(id)' \(now)\(isChanged); it cannot become \(to.rawValue) from there, but \(next)")
  }

  private func checkRole(_ to: ModelState, _ actor: Actor) throws(APIError) {
    let isApproval = to.isApproved
    let needed: Role = isApproval || standing.state?.isApproved == true ? .approver : .registrar
    guard actor.role >= needed else {
      throw APIError(
        .forbidden,
        "This step needs a key of the role \(needed.rawValue), and that of '\(actor.name)' has the role "
          + actor.role.rawValue)
    }
    guard !isApproval || actor.isPerson else {
      throw APIError(
        .forbidden, "A person has to decide that a model becomes \(to.rawValue), and '\(actor.name)' is a service")
    }
  }
}
