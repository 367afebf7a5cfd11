import StacAPI
import StacModel

/// Faults of an execution's inputs, told by the options of `gnomon predict` that gave them.
enum PredictOptionNames {
  private static let mostTold = 10
  /// Options that are called otherwise than their input with hyphens.
  private static let others = ["items": "--item", "formats": "--format"]

  /// What an error says, with names of options for places of inputs.
  static func message(_ error: APIError) -> String { message(of: error.faults) ?? error.description }

  /// What faults say, with names of options for places of inputs; nil where one of them is elsewhere.
  static func message(of faults: [Fault]) -> String? {
    guard !faults.isEmpty, faults.allSatisfy({ option(of: $0) != nil }) else { return nil }
    let told = faults.prefix(mostTold).map(sentence).joined(separator: "; ")
    let more = faults.count - mostTold
    return more > 0 ? "\(told); and \(more) more" : told
  }

  private static func option(of fault: Fault) -> String? {
    let parts = fault.pointer.parts
    guard parts.count >= 2, parts[0] == "inputs" else { return nil }
    return others[parts[1]] ?? "--" + parts[1].replacing("_", with: "-")
  }

  /// An option alone, or with the place in its JSON.
  private static func sentence(_ fault: Fault) -> String {
    let inner = fault.pointer.parts.dropFirst(2).reduce(JSONPointer.root) { $0.appending($1) }
    let place = inner == .root ? "" : " \(inner)"
    return "\(option(of: fault) ?? "")\(place): \(fault.sentence)"
  }
}
