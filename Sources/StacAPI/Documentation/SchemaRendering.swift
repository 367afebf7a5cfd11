import StacModel

/// Shows JSON schemas in words and tables.
struct SchemaRendering {
  /// The schema in a few words: "array of number, 4 to 6 elements".
  static func summary(_ schema: JSONValue) -> HTML {
    guard let schema = schema.object else { return "anything" }
    if let name = name(schema) { return link(name) }
    for (keyword, joint) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")] {
      if let parts = schema[keyword]?.array {
        return HTML(joining: parts.map { summary($0) }, separator: HTML(escaping: joint))
      }
    }
    if let value = schema["const"] { return "<code>\(JSONSerializer.text(value))</code>" }
    if let values = schema["enum"]?.array, values.count <= 12 {
      let codes = values.map { "<code>\($0.string ?? JSONSerializer.text($0))</code>" as HTML }
      return HTML(joining: codes, separator: " | ")
    }
    var parts: [HTML] = [types(schema)]
    parts += bounds(schema).map { HTML(escaping: $0) }
    return HTML(joining: parts, separator: ", ")
  }

  private static func types(_ schema: JSONObject) -> HTML {
    let types = schema["type"]?.array?.compactMap(\.string) ?? [schema["type"]?.string].compactMap { $0 }
    guard !types.isEmpty else { return "anything" }
    let words = types.map { type -> HTML in
      if type == "array", let items = schema["items"], items.object?.isEmpty == false {
        return "array of \(summary(items))"
      }
      return HTML(escaping: type)
    }
    return HTML(joining: words, separator: " | ")
  }

  private static func bounds(_ schema: JSONObject) -> [String] {
    var parts: [String] = []
    if let format = schema["format"]?.string { parts.append(format) }
    let texts = { (name: String) in schema[name].map(JSONSerializer.text) }
    switch (texts("minimum"), texts("maximum")) {
    case (let low?, let high?): parts.append("\(low) to \(high)")
    case (let low?, nil): parts.append("from \(low)")
    case (nil, let high?): parts.append("up to \(high)")
    case (nil, nil): break
    }
    switch (texts("minItems"), texts("maxItems")) {
    case (let low?, let high?): parts.append(low == high ? "\(low) elements" : "\(low) to \(high) elements")
    case (let low?, nil): parts.append("\(low) element or more")
    default: break
    }
    return parts
  }

  /// The members of an object as a list, those of objects within as lists within; empty where there are none.
  static func members(_ schema: JSONValue) -> HTML {
    guard let schema = schema.object else { return "" }
    if let parts = schema["allOf"]?.array {
      return HTML(joining: parts.filter { $0.object?["$ref"] == nil }.map { members($0) })
    }
    guard let properties = schema["properties"]?.object, !properties.isEmpty else { return "" }
    let required = Set(schema["required"]?.array?.compactMap(\.string) ?? [])
    let rows = properties.members.map { member in
      let isRequired = required.contains(member.name)
      let mark: HTML = isRequired ? "<span class=\"required\">required</span>" : ""
      let description = member.value.object?["description"]?.string ?? ""
      let text: HTML = description.isEmpty ? "" : "<p>\(Prose.inline(description))</p>"
      return """
        <li><code class="name">\(member.name)</code> <span class="type">\(summary(member.value))</span> \(mark)\(text)\
        \(members(within: member.value))</li>
        """ as HTML
    }
    return "<ul class=\"members\">\(rows)</ul>"
  }

  private static func members(within schema: JSONValue) -> HTML {
    guard let object = schema.object, object["$ref"] == nil else { return "" }
    return members(object["items"].flatMap { $0.object?["properties"] == nil ? nil : $0 } ?? schema)
  }

  private static func name(_ schema: JSONObject) -> String? {
    schema["$ref"]?.string?.split(separator: "/").last.map(String.init)
  }

  /// A link to a named schema on the same page.
  static func link(_ name: String) -> HTML { "<a class=\"schema\" href=\"#schema-\(name)\">\(name)</a>" }
}

/// Descriptions as HTML: paragraphs, and code between back ticks.
enum Prose {
  static func paragraphs(_ text: String) -> HTML {
    HTML(joining: text.split(separator: "\n\n").map { "<p>\(inline($0))</p>" })
  }

  static func inline(_ text: some StringProtocol) -> HTML {
    var html: HTML = ""
    for (index, part) in text.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
      html += index % 2 == 0 ? HTML(escaping: part) : "<code>\(part)</code>"
    }
    return html
  }
}

extension JSONValue {
  /// The text over several lines, arrays of numbers and small objects on one.
  func indented(_ indent: String = "") -> String {
    let plain = JSONSerializer.text(self).replacingCommas
    let inner = indent + "  "
    switch self {
    case .array(let elements) where !elements.isEmpty && (plain.count > 72 || elements.contains { $0.object != nil }):
      return "[\n" + elements.map { inner + $0.indented(inner) }.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let object) where !object.isEmpty && plain.count > 60:
      let lines = object.members.map { inner + JSONSerializer.text(.string($0.name)) + ": " + $0.value.indented(inner) }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    default: return plain
    }
  }
}

extension String {
  /// Compact JSON with spaces behind what separates.
  fileprivate var replacingCommas: String {
    var output = ""
    var isInString = false
    var isEscaped = false
    for character in self {
      output.append(character)
      if isInString {
        if !isEscaped, character == "\"" { isInString = false }
        isEscaped = character == "\\" && !isEscaped
      } else if character == "\"" {
        isInString = true
      } else if character == "," || character == ":" {
        output.append(" ")
      }
    }
    return output
  }
}
