import StacModel

/// The OpenAPI 3.0 description of what is served.
struct APIDescription {
  let base: BaseURL
  let version: String

  var json: JSONValue {
    [
      "openapi": "3.0.3",
      "info": [
        "title": "Gnomon", "version": .string(version),
        "description": "A STAC catalog of imagery and of the models that read it, which can also run them.",
        "license": ["name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"],
      ],
      "servers": [["url": .string(base.description)]],
      "paths": .object(paths),
      "components": ["schemas": .object(APISchemas.all), "parameters": .object(APIParameters.all)],
    ]
  }

  private var paths: JSONObject {
    var paths = JSONObject()
    for operation in APIOperation.all {
      var path = paths[operation.path]?.object ?? [:]
      path[operation.method] = operation.json
      paths[operation.path] = .object(path)
    }
    return paths
  }
}
