/// A family of numbers that `/metrics` shows.
///
/// Source: Prometheus text exposition format 0.0.4.
public struct Measurement: Sendable {
  /// How a number goes.
  public enum Kind: String, Sendable {
    /// It only grows, until the process ends.
    case counter
    /// It goes up and down.
    case gauge
  }

  /// One number with what tells it from the others of the family.
  public struct Sample: Sendable {
    public let labels: KeyValuePairs<String, String>
    public let value: Double

    public init(_ labels: KeyValuePairs<String, String>, _ value: Double) {
      self.labels = labels
      self.value = value
    }

    /// The only number of its family.
    public init(_ value: Double) { self.init([:], value) }
  }

  /// `gnomon_…`, with the unit at its end.
  public let name: String
  public let help: String
  public let kind: Kind
  public let samples: [Sample]

  public init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
    self.name = name
    self.kind = kind
    self.help = help
    self.samples = samples
  }

  /// Appends the family as text.
  func append(to text: inout String) {
    guard !samples.isEmpty else { return }
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    for sample in samples {
      let labels = sample.labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
      text += labels.isEmpty ? name : "\(name){\(labels)}"
      let isWhole = sample.value == sample.value.rounded() && abs(sample.value) < 1e15
      text += " \(isWhole ? "\(Int64(sample.value))" : "\(sample.value)")\n"
    }
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
