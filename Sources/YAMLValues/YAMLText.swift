public import StacModel
internal import Yams

/// Why a text is not read as YAML.
public struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and where, without the name of the file: "the file …", "line 3 …".
  public let description: String
}

/// How much of YAML is read.
public struct YAMLLimits: Sendable, Hashable {
  /// The largest text, in bytes.
  public let bytes: Int
  /// Lists and mappings within one another.
  public let depth: Int
  /// Scalars, lists and mappings.
  public let values: Int

  public init(bytes: Int = 256 << 10, depth: Int = 64, values: Int = 20_000) {
    self.bytes = bytes
    self.depth = depth
    self.values = values
  }
}

/// Reads YAML of strangers into JSON values, within limits.
///
/// Aliases are refused, since a few lines of them stand for gigabytes. Tags are not followed. Source: YAML 1.2.2, the core
/// schema; of its numbers those that 64 bits hold exactly are numbers, and all others stay texts.
public enum YAMLText {
  /// The one document of a text.
  public static func parse(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) throws(YAMLError) -> JSONValue {
    guard bytes.count <= limits.bytes else {
      throw YAMLError(description: "the file has more than \(limits.bytes >> 10) KiB")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw YAMLError(description: "the file is not UTF-8")
    }
    try checkShape(of: bytes, limits)
    let root: Node?
    do {
      root = try Parser(yaml: text, encoding: .utf8).singleRoot()
    } catch {
      throw YAMLError(description: "the file is no YAML: \(firstLine("\(error)"))")
    }
    guard let root else { throw YAMLError(description: "the file is empty") }
    return try value(root)
  }

  /// Refuses, before values are made, what would make the parser recurse or copy without end.
  private static func checkShape(of bytes: [UInt8], _ limits: YAMLLimits) throws(YAMLError) {
    do throws(YAMLShape.Fault) {
      // Keys are no values of ours, and events of the parser.
      try YAMLShape.check(bytes, depth: limits.depth, values: 2 * limits.values)
    } catch {
      switch error {
      case .alias(let line):
        throw YAMLError(description: "line \(line) has an alias, which are not read here: write it out")
      case .tooDeep(let line): throw YAMLError(description: "line \(line) is nested too deeply")
      case .tooMany: throw YAMLError(description: "the file holds more than \(limits.values) values")
      }
    }
  }

  private static func value(_ node: Node) throws(YAMLError) -> JSONValue {
    switch node {
    case .scalar(let scalar): return Self.scalar(scalar)
    case .sequence(let sequence):
      var elements: [JSONValue] = []
      for element in sequence { elements.append(try value(element)) }
      return .array(elements)
    case .mapping(let mapping):
      var members: [JSONObject.Member] = []
      for (key, element) in mapping {
        guard let name = key.scalar?.string else { throw YAMLError(description: "a key is no text") }
        members.append(.init(name: name, value: try value(element)))
      }
      return .object(JSONObject(members))
    case .alias: throw YAMLError(description: "the file has an alias, which are not read here: write it out")
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
