/// What a URI of MLflow names.
///
/// Source: MLflow documentation, "Referencing Artifacts" and "Concepts of the model registry".
public enum ModelURI: Sendable, Hashable {
  /// `runs:/{run}/{path}`.
  case run(id: String, path: String)
  /// `models:/{name}/{version}`.
  case version(model: String, version: String)
  /// `models:/{name}@{alias}`.
  case alias(model: String, alias: String)
  /// `models:/{name}/latest`, the latest version, or `models:/{name}/{stage}`, the latest of a stage.
  case latest(model: String, stage: String?)
  /// `models:/m-{id}`, a logged model of MLflow 3, with a path below it.
  case loggedModel(id: String, path: String)
  /// `mlflow-artifacts:/{path}`, or with a server's host and port `mlflow-artifacts://{authority}/{path}`.
  case artifacts(path: String, authority: String?)

  /// The stages that versions had before there were aliases, as MLflow writes them.
  public static let stages = ["None", "Staging", "Production", "Archived"]

  /// Reads a URI; nil for one of another scheme, or with a path that leads elsewhere.
  public init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":"), text.utf8.count <= 2_000 else { return nil }
    let scheme = text[..<colon].lowercased()
    let behind = text[text.index(after: colon)...]
    let path = behind.drop { $0 == "/" }
    guard Self.isPlain(path), !path.isEmpty else { return nil }
    let parts = path.split(separator: "/").map(String.init)
    guard let first = parts.first else { return nil }
    let rest = parts.dropFirst().joined(separator: "/")
    switch scheme {
    case "runs" where !rest.isEmpty: self = .run(id: first, path: rest)
    case "mlflow-artifacts" where behind.hasPrefix("//") && !behind.hasPrefix("///"):
      guard !rest.isEmpty, !first.contains("@") else { return nil }
      self = .artifacts(path: rest, authority: first.lowercased())
    case "mlflow-artifacts": self = .artifacts(path: parts.joined(separator: "/"), authority: nil)
    case "models":
      guard let model = Self.model(parts, rest) else { return nil }
      self = model
    default: return nil
    }
  }

  private static func model(_ parts: [String], _ rest: String) -> ModelURI? {
    if parts.count == 1, let at = parts[0].lastIndex(of: "@") {
      let (name, alias) = (String(parts[0][..<at]), String(parts[0][parts[0].index(after: at)...]))
      return name.isEmpty || alias.isEmpty ? nil : .alias(model: name, alias: alias)
    }
    let id = parts[0].dropFirst(2)
    if parts[0].hasPrefix("m-"), id.count == 32, id.allSatisfy(\.isHexDigit) {
      return .loggedModel(id: parts[0], path: rest)
    }
    guard parts.count == 2, !rest.isEmpty else { return nil }
    if rest.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) { return .version(model: parts[0], version: rest) }
    let name = rest.lowercased()
    if name == "latest" { return .latest(model: parts[0], stage: nil) }
    return stages.first { $0.lowercased() == name }.map { .latest(model: parts[0], stage: $0) }
  }

  /// Whether a path stays where it begins: no step up, no control character, nothing encoded that a server might decode again.
  static func isPlain(_ path: some StringProtocol) -> Bool {
    path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "\\") }
      && !path.contains("?") && !path.contains("#")
      && !path.split(separator: "/", omittingEmptySubsequences: true).contains { $0 == "." || $0 == ".." }
  }

  /// Whether what it names is an identifier, which no two servers give to two things.
  public var isUnique: Bool {
    switch self {
    case .run, .loggedModel: true
    case .version, .alias, .latest, .artifacts: false
    }
  }
}
