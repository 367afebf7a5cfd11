import CQL2
import Hummingbird
import StacModel

/// `/functions`: the functions that filters may call beside the operators of CQL2.
///
/// Source: CQL2 (21-065r2), requirements class Functions, schema/functions.yml.
struct FunctionsController {
  func answer(_ request: APIRequest) throws -> Response {
    _ = try request.parameters([])
    var links = LinkList()
    links.add(.selfLink, request.base.url("functions"))
    links.add(.root, request.base.landing)
    return .json(["functions": .array(FilterFunction.all.map(Self.json)), "links": links.json])
  }

  private static func json(_ function: FilterFunction) -> JSONValue {
    [
      "name": .string(function.name), "description": .string(function.description),
      "args": .array(
        function.arguments.enumerated().map { index, argument in
          let isLast = index == function.arguments.count - 1
          return json(argument, mayRepeat: isLast && function.isVariadic)
        }),
      "returns": types(function.returns),
    ]
  }

  private static func json(_ argument: FilterFunction.Argument, mayRepeat: Bool) -> JSONValue {
    var object: JSONObject = ["title": .string(argument.name)]
    if mayRepeat { object["description"] = "May be given again and again" }
    // The schema of this resource has no word for arrays.
    if argument.type == .array { object["description"] = "An array" }
    object["type"] = types(argument.type)
    return .object(object)
  }

  private static func types(_ type: ValueType) -> JSONValue {
    switch type {
    case .boolean: ["boolean"]
    case .number: ["number"]
    case .string: ["string"]
    case .timestamp, .date: ["datetime"]
    case .geometry: ["geometry"]
    case .array, .interval: []
    case .any: ["string", "number", "integer", "datetime", "geometry", "boolean"]
    }
  }
}
