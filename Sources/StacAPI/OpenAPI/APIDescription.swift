import StacModel

/// The version of OpenAPI that a description is written in.
enum OpenAPIVersion: String, Sendable, CaseIterable {
  case v30 = "3.0"
  case v31 = "3.1"

  var full: String { self == .v30 ? "3.0.3" : "3.1.0" }
  var mediaType: MediaType { self == .v30 ? .openAPI : .openAPI31 }
}

/// The OpenAPI description of what is served, in either version from the same operations and schemas.
struct APIDescription {
  let base: BaseURL
  /// The program's version.
  let version: String
  let format: OpenAPIVersion

  var json: JSONValue {
    var document: JSONObject = ["openapi": .string(format.full), "info": info]
    if format == .v31 { document["jsonSchemaDialect"] = "https://spec.openapis.org/oas/3.1/dialect/base" }
    document["servers"] = [["url": .string(base.description)]]
    document["tags"] = .array(
      APITag.allCases.map { ["name": .string($0.rawValue), "description": .string($0.description)] })
    document["security"] = [[:], ["key": []]]
    document["paths"] = .object(paths)
    document["components"] = [
      "schemas": dialect.converted(.object(APISchemas.all)),
      "parameters": dialect.converted(.object(APIParameters.all)),
      "responses": .object(APIRefusals.all), "headers": .object(APIHeaders.all),
      "securitySchemes": [
        "key": [
          "type": "http", "scheme": "bearer",
          "description": "A key of gnomon keys create; without one as far as the server lets everybody.",
        ]
      ],
    ]
    return .object(document)
  }

  private var dialect: SchemaDialect { SchemaDialect(format) }

  private var info: JSONValue {
    [
      "title": "Gnomon", "version": .string(version), "description": .string(Self.introduction),
      "license": ["name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"],
    ]
  }

  /// What holds for every operation.
  static let introduction = """
    A STAC catalog of imagery and of the models that read it, which can also run them: STAC API 1.0.0, OGC API - \
    Features and OGC API - Processes.

    Every GET is answered to HEAD too, without its body; OPTIONS says in `Allow` what a resource takes, and any other \
    method is 405. Where a key is needed, it is shown as `Authorization: Bearer gnomon_…`. Answers are compressed \
    where the client takes gzip, and bodies may come as gzip. Unknown and repeated \
    parameters are refused. `language` and Accept-Language choose the language of this server's own words. Whatever \
    is no success is a document with a stable `code` and a sentence.
    """

  private var paths: JSONObject {
    var paths: [JSONObject.Member] = []
    for operation in APIOperation.all {
      let member = JSONObject.Member(name: operation.method.rawValue, value: json(operation))
      if let index = paths.firstIndex(where: { $0.name == operation.path }) {
        var methods = paths[index].value.object ?? [:]
        methods[member.name] = member.value
        paths[index].value = .object(methods)
      } else {
        paths.append(.init(name: operation.path, value: .object(JSONObject([member]))))
      }
    }
    return JSONObject(paths)
  }

  private func json(_ operation: APIOperation) -> JSONValue {
    var object: JSONObject = [
      "operationId": .string(operation.id), "tags": [.string(operation.tag.rawValue)],
      "summary": .string(operation.summary),
    ]
    if !operation.description.isEmpty { object["description"] = .string(operation.description) }
    object["parameters"] = .array(operation.allParameters.map { Self.reference("parameters", $0) })
    if let body = operation.body { object["requestBody"] = json(body) }
    var responses = operation.answers.map { JSONObject.Member(name: String($0.status), value: json($0)) }
    responses += operation.refusedStatuses.map { .init(name: String($0), value: APIRefusals.reference($0)) }
    object["responses"] = .object(JSONObject(responses))
    return .object(object)
  }

  private func json(_ body: APIBody) -> JSONValue {
    let content = content(body.schema, example: body.example)
    return [
      "required": true, "description": .string(body.description),
      "content": .object(JSONObject(body.types.map { .init(name: $0.rawValue, value: content) })),
    ]
  }

  private func json(_ answer: APIAnswer) -> JSONValue {
    var object: JSONObject = ["description": .string(answer.description)]
    if !answer.headers.isEmpty {
      object["headers"] = .object(
        JSONObject(answer.headers.map { .init(name: $0, value: Self.reference("headers", $0)) }))
    }
    if !answer.contents.isEmpty {
      object["content"] = .object(
        JSONObject(
          answer.contents.map { .init(name: $0.type.rawValue, value: content($0.schema, example: answer.example)) }))
    }
    return .object(object)
  }

  private func content(_ schema: String, example: String?) -> JSONValue {
    var object: JSONObject = ["schema": Self.reference("schemas", schema)]
    if let example, let value = APIExamples.all[example] { object["example"] = value }
    return .object(object)
  }

  static func reference(_ kind: String, _ name: String) -> JSONValue {
    ["$ref": .string("#/components/\(kind)/\(name)")]
  }
}
