import StacModel

/// The refusals that operations may answer with, one response for each status.
enum APIRefusals {
  static let all = JSONObject(
    texts.map { status, text in
      .init(
        name: name(status),
        value: [
          "description": .string(text),
          "content": ["application/json": ["schema": APIDescription.reference("schemas", "error")]],
        ])
    })

  static func reference(_ status: Int) -> JSONValue { APIDescription.reference("responses", name(status)) }

  /// What a status says.
  static func text(_ status: Int) -> String { texts.first { $0.0 == status }?.1 ?? "Refused" }

  private static func name(_ status: Int) -> String { "refusal\(status)" }

  private static let texts: [(Int, String)] = [
    (400, "The request is not understood; the description names what is wrong, and where."),
    (401, "A key is needed, or the one shown is not known, has expired or was revoked."),
    (403, "The key's role is too low; without keys, writing and running are for programs on the server's own machine."),
    (404, "There is no such thing."),
    (408, "The body did not arrive in time."),
    (409, "The identifier is taken, or others changed the document again and again."),
    (413, "The body is larger than is taken."),
    (414, "The target is longer than is taken."),
    (415, "The body's media type or coding is none that is taken."),
    (416, "The range lies behind the end of the file."),
    (422, "The request is understood, but this model cannot be run on these items."),
    (431, "The header fields together are larger than is taken."),
    (500, "A fault of the server; the description has the request's identifier."),
    (503, "The server or its database has no room now; `Retry-After` says when to try again."),
    (504, "The database took longer than a request may."),
  ]
}

/// The header fields of answers.
enum APIHeaders {
  static let all: JSONObject = [
    "Location": header("Where the new document is"),
    "Content-Location": header("Where the prediction's item is"),
    "Content-Language": header("The language of this server's own words"),
    "Gnomon-Warning": header("What is doubtful in a document that was stored: a pointer, a colon and a sentence"),
    "Preference-Applied": header("The preference that was followed"),
    "ETag": header("Tells versions of the file apart"),
    "Content-Range": header("Which bytes of how many"),
  ]

  private static func header(_ text: String) -> JSONValue {
    ["description": .string(text), "schema": ["type": "string"]]
  }
}
