public import StacModel
import YAMLValues

/// The file `MLproject` of MLflow: where training runs, and how it is started.
///
/// Source: MLflow documentation, MLflow Projects.
public struct MLProject: Sendable, Hashable {
  /// One way to start it.
  public struct EntryPoint: Sendable, Hashable {
    public let name: String
    /// The command, with `{parameter}` where values go; nil where it is the name of a script.
    public let command: String?
    public let parameters: [Parameter]
  }

  /// What a command is given.
  public struct Parameter: Sendable, Hashable {
    public let name: String
    /// `string`, `float`, `path` or `uri`; nil where it is not said.
    public let type: String?
    /// As it is written, nil where a value must be given.
    public let defaultValue: String?
  }

  public let name: String?
  /// The image that it runs in (`docker_env.image`).
  public let image: String?
  /// The file of its Python environment (`python_env` or `conda_env`).
  public let environment: String?
  public let entryPoints: [EntryPoint]

  /// Reads an `MLproject` file.
  ///
  /// - Throws: ``TrainingDataError`` where it is no YAML within the limits, or nothing that MLflow takes.
  public init(_ bytes: [UInt8]) throws(TrainingDataError) {
    guard let root = try YAMLText.trainingData(bytes).object else {
      throw TrainingDataError("an MLproject holds a mapping")
    }
    name = root["name"]?.string
    image = root["docker_env"]?.object?["image"]?.string
    environment = (root["python_env"] ?? root["conda_env"])?.string
    var entryPoints: [EntryPoint] = []
    for member in root["entry_points"]?.object?.members ?? [] {
      entryPoints.append(try Self.entryPoint(member))
    }
    self.entryPoints = entryPoints
    guard name != nil || image != nil || environment != nil || !entryPoints.isEmpty else {
      throw TrainingDataError("the file has none of name, docker_env, python_env and entry_points")
    }
  }

  private static func entryPoint(_ member: JSONObject.Member) throws(TrainingDataError) -> EntryPoint {
    guard let object = member.value.object else {
      throw TrainingDataError("the entry point '\(member.name.prefix(64))' is no mapping")
    }
    let parameters = (object["parameters"]?.object?.members ?? []).map { parameter in
      // Short form: the type alone.
      if let type = parameter.value.string { return Parameter(name: parameter.name, type: type, defaultValue: nil) }
      let members = parameter.value.object
      return Parameter(
        name: parameter.name, type: members?["type"]?.string, defaultValue: members?["default"].map(text))
    }
    return EntryPoint(name: member.name, command: object["command"]?.string, parameters: parameters)
  }

  private static func text(_ value: JSONValue) -> String { value.string ?? JSONSerializer.text(value) }
}

extension MLProject {
  /// The project as the lineage shows it.
  public var json: JSONObject {
    var object: JSONObject = [:]
    if let name { object["name"] = .string(name) }
    if let image { object["image"] = .string(image) }
    if let environment { object["environment"] = .string(environment) }
    object["entry_points"] = .array(
      entryPoints.map { entryPoint in
        var members: JSONObject = ["name": .string(entryPoint.name)]
        if let command = entryPoint.command { members["command"] = .string(command) }
        members["parameters"] = .array(
          entryPoint.parameters.map { parameter in
            var object: JSONObject = ["name": .string(parameter.name)]
            if let type = parameter.type { object["type"] = .string(type) }
            if let value = parameter.defaultValue { object["default"] = .string(value) }
            return .object(object)
          })
        return .object(members)
      })
    return object
  }
}
