import StacModel

/// Shows one operation: what it takes and how it answers.
struct OperationRendering {
  let operation: APIOperation
  let base: BaseURL
  let places: ExamplePlaces

  var html: HTML {
    """
    <details class="operation \(operation.method.rawValue)"><summary>
    <b class="\(operation.method.rawValue)">\(operation.method.rawValue)</b> <code class="path">\(path)</code>
    <span class="summary">\(operation.summary)</span></summary><div class="body" id="\(operation.id)">
    \(Prose.paragraphs(operation.description))\(attempt)\(parameters)\(requestBody)\(answers)</div></details>
    """
  }

  /// The path with its parameters set off.
  private var path: HTML {
    var html: HTML = ""
    for part in operation.path.split(separator: "/", omittingEmptySubsequences: true) {
      html += part.hasPrefix("{") ? "/<i>\(part)</i>" : "/\(part)"
    }
    return operation.path == "/" ? "/" : html
  }

  /// A link that asks; there is one where the path can be filled in.
  private var attempt: HTML {
    guard operation.method == .get, let path = places.attempt(operation.path) else { return "" }
    let query = operation.parameters.contains("limit") ? (path.contains("?") ? "&limit=3" : "?limit=3") : ""
    let shown = path + query
    return """
      <p class="try"><a href="\(base.description)\(shown)" rel="nofollow">Try it</a> <code>GET \(shown)</code></p>
      """
  }

  private var parameters: HTML {
    let definitions = operation.allParameters.compactMap { APIParameters.all[$0]?.object }
    guard !definitions.isEmpty else { return "" }
    let rows = definitions.map { definition in
      let name = definition["name"]?.string ?? ""
      let mark: HTML = definition["required"] == true ? " <span class=\"required\">required</span>" : ""
      var text: HTML = Prose.inline(definition["description"]?.string ?? "")
      if let example = definition["example"] {
        text += "<p class=\"example\">e.g. <code>\(Self.value(example))</code></p>"
      }
      return """
        <tr><td><code class="name">\(name)</code>\(mark)</td><td class="type">\(definition["in"]?.string ?? "")<br>\
        \(SchemaRendering.summary(definition["schema"] ?? .null))</td><td>\(text)</td></tr>
        """ as HTML
    }
    return "<h4>Parameters</h4><div class=\"scroll\"><table>\(rows)</table></div>"
  }

  /// An example as a URL or a header field has it, before it is encoded.
  private static func value(_ example: JSONValue) -> String {
    switch example {
    case .string(let text): text
    case .array(let elements): elements.map(value).joined(separator: ",")
    default: JSONSerializer.text(example)
    }
  }

  private var requestBody: HTML {
    guard let body = operation.body else { return "" }
    let types = HTML(joining: body.types.map { "<code>\($0.rawValue)</code>" }, separator: " ")
    return """
      <h4>Body</h4><p>\(body.description): \(SchemaRendering.link(body.schema)) \
      <span class="type">\(types)</span></p>\(example(body.example))\(command(body))
      """
  }

  /// The operation as a command for a terminal; there is one where the path can be filled in.
  private func command(_ body: APIBody) -> HTML {
    guard let path = places.path(operation.path), let name = body.example, APIExamples.all[name] != nil else {
      return ""
    }
    let type = body.types.first?.rawValue ?? MediaType.json.rawValue
    return """
      <p class="command"><code>curl -X \(operation.method.rawValue.uppercased()) '\(base.description)\(path)' \
      -H 'Content-Type: \(type)' -d @body.json</code></p>
      """
  }

  private func example(_ name: String?) -> HTML {
    guard let name, let value = APIExamples.all[name] else { return "" }
    return "<pre><code>\(value.indented())</code></pre>"
  }

  private var answers: HTML {
    let answered = operation.answers.map { answer in
      let contents = answer.contents.map { content in
        "<div>\(SchemaRendering.link(content.schema)) <code class=\"media\">\(content.type.rawValue)</code></div>"
          as HTML
      }
      let headers = HTML(joining: answer.headers.map { "<code>\($0)</code>" }, separator: " ")
      let note: HTML = answer.headers.isEmpty ? "" : "<div class=\"headers\">with \(headers)</div>"
      return """
        <tr><td class="status ok">\(answer.status)</td><td>\(answer.description)\(note)</td><td>\(contents)</td></tr>
        """ as HTML
    }
    let refused = operation.refusedStatuses.map { status in
      "<tr><td class=\"status\">\(status)</td><td>\(Prose.inline(APIRefusals.text(status)))</td></tr>" as HTML
    }
    return """
      <h4>Answers</h4><div class="scroll"><table>\(answered)</table></div>
      <details class="refusals"><summary>Refusals: \
      \(operation.refusedStatuses.map(String.init).joined(separator: ", "))</summary>
      <p>Each is an \(SchemaRendering.link("error")).</p><table>\(refused)</table></details>
      """
  }
}
