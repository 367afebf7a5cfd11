public import StacModel
internal import Yams

/// Reads YAML of strangers into JSON values, within limits.
///
/// Aliases are refused, since a few lines of them stand for gigabytes; so are text of more than 256 KiB and nesting of more than
/// 64 levels. Tags are not followed. Source: YAML 1.2.2, the core schema.
public enum YAMLText {
  /// The largest text that is read, in bytes.
  public static let maximumBytes = 256 << 10
  private static let maximumDepth = 64
  private static let maximumValues = 20_000

  /// The one document of a text.
  public static func parse(_ bytes: [UInt8]) throws(TrainingDataError) -> JSONValue {
    guard bytes.count <= maximumBytes else {
      throw TrainingDataError("the file has more than \(maximumBytes >> 10) KiB")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw TrainingDataError("the file is not UTF-8") }
    try checkShape(of: bytes)
    let root: Node?
    do {
      root = try Parser(yaml: text, encoding: .utf8).singleRoot()
    } catch {
      throw TrainingDataError("the file is no YAML: \(firstLine("\(error)"))")
    }
    guard let root else { throw TrainingDataError("the file is empty") }
    var budget = maximumValues
    return try value(root, depth: 0, budget: &budget)
  }

  /// Refuses, before values are made, what would make the parser recurse or copy without end.
  private static func checkShape(of bytes: [UInt8]) throws(TrainingDataError) {
    do throws(YAMLShape.Fault) {
      // Keys are no values of ours, and events of the parser.
      try YAMLShape.check(bytes, depth: maximumDepth, values: 2 * maximumValues)
    } catch {
      switch error {
      case .alias(let line):
        throw TrainingDataError("line \(line) has an alias, which are not read here: write it out")
      case .tooDeep(let line): throw TrainingDataError("line \(line) is nested too deeply")
      case .tooMany: throw TrainingDataError("the file holds more than \(maximumValues) values")
      }
    }
  }

  private static func value(_ node: Node, depth: Int, budget: inout Int) throws(TrainingDataError) -> JSONValue {
    budget -= 1
    guard budget >= 0 else { throw TrainingDataError("the file holds more than \(maximumValues) values") }
    guard depth <= maximumDepth else { throw TrainingDataError("the file is nested too deeply") }
    switch node {
    case .scalar(let scalar): return Self.scalar(scalar)
    case .sequence(let sequence):
      var elements: [JSONValue] = []
      for element in sequence { elements.append(try value(element, depth: depth + 1, budget: &budget)) }
      return .array(elements)
    case .mapping(let mapping):
      var members: [JSONObject.Member] = []
      for (key, element) in mapping {
        guard let name = key.scalar?.string else { throw TrainingDataError("a key is no text") }
        members.append(.init(name: name, value: try value(element, depth: depth + 1, budget: &budget)))
      }
      return .object(JSONObject(members))
    case .alias: throw TrainingDataError("the file has an alias, which are not read here: write it out")
    }
  }

  private static func scalar(_ scalar: Node.Scalar) -> JSONValue {
    guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
    // The words of the core schema alone: `no` and `off`, which YAML 1.1 took for false, are names of files.
    switch scalar.string {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    // A checksum of digits alone stays text: only what a 64-bit number holds exactly is one.
    if let number = Int64(scalar.string), String(number) == scalar.string { return JSONValue(number) }
    return .string(scalar.string)
  }

  private static func firstLine(_ text: String) -> String {
    String(text.split(separator: "\n").first?.prefix(200) ?? "no reason given")
  }
}
