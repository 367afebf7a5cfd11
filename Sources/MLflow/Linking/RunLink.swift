internal import Foundation
internal import StacModel

/// What the href of a link to MLflow names.
struct RunLink: Hashable {
  var server: TrackingServer?
  var runID: String?
  var experimentID: String?
  var registeredModel: String?
  var version: String?
  var alias: String?
  /// The logged model of MLflow 3.
  var modelID: String?
  /// What the link names where that is another thing from time to time: `latest`, or a stage.
  var moving: String?

  /// Reads a page of MLflow's web interface (`…/#/experiments/1/runs/{id}`, `…/#/models/{name}/versions/{version}`), a request
  /// of its REST API (`…/api/2.0/mlflow/runs/get?run_id={id}`), `runs:/{id}` or `models:/…`; nil where the text is none of
  /// these.
  init?(href: String) {
    guard href.utf8.count <= 4_000 else { return nil }
    if href.hasPrefix("runs:/") {
      guard let id = href.dropFirst(6).split(separator: "/").first.map(String.init), Self.isIdentifier(id) else {
        return nil
      }
      runID = id
    } else if href.hasPrefix("models:/") {
      read(ModelURI(href))
    } else if let place = href.range(of: "/#/") ?? href.range(of: "#/") {
      guard let server = TrackingServer(String(href[..<place.lowerBound])) else { return nil }
      self.server = server
      readPage(String(href[place.upperBound...]))
    } else if let place = href.range(of: "/api/") ?? href.range(of: "/ajax-api/") {
      guard let server = TrackingServer(String(href[..<place.lowerBound])) else { return nil }
      self.server = server
      readRequest(String(href[place.upperBound...]))
    }
    guard runID != nil || registeredModel != nil || modelID != nil else { return nil }
  }

  private mutating func read(_ uri: ModelURI?) {
    switch uri {
    case .version(let model, let number): (registeredModel, version) = (model, number)
    case .alias(let model, let name): (registeredModel, alias) = (model, name)
    case .latest(let model, let stage): (registeredModel, moving) = (model, stage ?? "latest")
    case .loggedModel(let id, _): modelID = id
    case .run, .artifacts, nil: break
    }
  }

  private mutating func readPage(_ text: String) {
    let path = text.prefix { $0 != "?" }
    let parts = path.split(separator: "/").map { PercentCoding.decode($0) ?? "" }
    func part(behind name: String) -> String? {
      guard let index = parts.firstIndex(of: name), index + 1 < parts.count, !parts[index + 1].isEmpty else {
        return nil
      }
      return parts[index + 1]
    }
    if parts.first == "models" {
      registeredModel = part(behind: "models")
      version = part(behind: "versions")
      return
    }
    experimentID = part(behind: "experiments").flatMap { Self.isIdentifier($0) ? $0 : nil }
    runID = part(behind: "runs").flatMap { Self.isIdentifier($0) ? $0 : nil }
    modelID = part(behind: "models").flatMap { Self.isIdentifier($0) && $0.hasPrefix("m-") ? $0 : nil }
  }

  private mutating func readRequest(_ text: String) {
    let halves = text.split(separator: "?", maxSplits: 1)
    guard let query = halves.dropFirst().first else { return }
    for pair in query.split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, let value = PercentCoding.decode(sides[1], plusIsSpace: true) else { continue }
      switch sides[0] {
      case "run_id", "run_uuid": runID = Self.isIdentifier(value) ? value : nil
      case "name" where halves[0].contains("model"): registeredModel = value
      case "version" where halves[0].contains("model"): version = value
      default: break
      }
    }
  }

  /// Whether a text can be the identifier of a run or an experiment.
  static func isIdentifier(_ text: String) -> Bool {
    (1...100).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
