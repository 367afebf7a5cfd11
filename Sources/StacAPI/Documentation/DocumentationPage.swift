import StacModel

/// The interface described for people: one page of HTML with its style, which asks for nothing else and needs no script.
struct DocumentationPage {
  let base: BaseURL
  /// The program's version.
  let version: String
  let places: ExamplePlaces

  var html: String {
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Gnomon API</title><style>\(HTML(stringLiteral: DocumentationStyle.text))</style></head>
      <body><nav aria-label="Operations">\(navigation)</nav>
      <main>\(head)\(APITag.allCases.map(chapter))\(schemas)</main></body></html>

      """
    return page.text
  }

  private var head: HTML {
    """
    <header><h1>Gnomon <small>\(version)</small></h1>\(Prose.paragraphs(APIDescription.introduction))
    <p class="facts"><span>Base <code>\(base.description)</code></span>
    <a href="\(base.landing)">Landing page</a> <a href="\(base.url("api"))">OpenAPI 3.0</a>
    <a href="\(base.url("api"))?version=3.1">OpenAPI 3.1</a>
    <a href="\(base.url("conformance"))">Conformance</a></p></header>
    """
  }

  private var navigation: HTML {
    let chapters = APITag.allCases.map { tag in
      let entries = operations(tag).map { operation in
        """
        <li><a href="#\(operation.id)"><b class="\(operation.method.rawValue)">\(operation.method.rawValue)</b>\
        <span>\(breakable(operation.path))</span></a></li>
        """ as HTML
      }
      return "<h2><a href=\"#\(tag.rawValue)\">\(tag.rawValue)</a></h2><ul>\(entries)</ul>" as HTML
    }
    return "<p class=\"brand\"><a href=\"#\">Gnomon API</a></p>\(chapters)<h2><a href=\"#schemas\">Schemas</a></h2>"
  }

  private func operations(_ tag: APITag) -> [APIOperation] { APIOperation.all.filter { $0.tag == tag } }

  private func chapter(_ tag: APITag) -> HTML {
    """
    <section id="\(tag.rawValue)"><h2>\(tag.rawValue)</h2><p>\(tag.description)</p>
    \(operations(tag).map { OperationRendering(operation: $0, base: base, places: places).html })</section>
    """
  }

  private var schemas: HTML {
    let entries = APISchemas.all.members.map { member in
      let members = SchemaRendering.members(member.value)
      let description = member.value.object?["description"]?.string ?? ""
      return """
        <article class="schema" id="schema-\(member.name)"><h3><code>\(member.name)</code> \
        <span class="type">\(SchemaRendering.summary(member.value))</span></h3>\(Prose.paragraphs(description))\
        \(members)</article>
        """ as HTML
    }
    return "<section id=\"schemas\"><h2>Schemas</h2><p>What bodies and answers are made of.</p>\(entries)</section>"
  }

  /// A path that may be broken behind its slashes.
  private func breakable(_ path: String) -> HTML {
    HTML(
      joining: path.split(separator: "/", omittingEmptySubsequences: false).map { HTML(escaping: $0) },
      separator: "/<wbr>")
  }
}
