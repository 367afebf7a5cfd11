/// For which values the server plans a prepared statement (`plan_cache_mode`).
public enum PlanMode: Sendable, Hashable {
  /// Planned anew for the values of each run: an index that is right for one value is wrong for another.
  case custom
  /// Planned once per session, for any values: for statements with one right plan, that take less time than planning.
  case generic

  /// The setting's value.
  var setting: String {
    switch self {
    case .custom: "force_custom_plan"
    case .generic: "force_generic_plan"
    }
  }
}
