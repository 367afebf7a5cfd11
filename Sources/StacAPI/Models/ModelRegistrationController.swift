import HTTPTypes
import Hummingbird
import MLMExtension
import StacModel

/// `/models/register`: a model into the catalog, once.
struct ModelRegistrationController {
  let services: APIServices

  func answer(_ request: APIRequest) async throws -> Response {
    let parameters = try request.parameters(["collection", "dry_run", "replace", "catalog_only", "check_registry"])
    let options = ModelRegistration.Options(
      replaces: try Self.flag("replace", parameters), isDryRun: try Self.flag("dry_run", parameters))
    let item = try MLMExtension.item(try await request.text())
    let collection = try Self.collection(of: item, parameters)
    guard MLMExtension.isDeclared(by: item) else { throw DocumentRefusal([MLMExtension.notDeclared]) }
    let seen = try await services.look(item, ModelLook.deadlineOfWrites)
    var findings = seen.findings
    guard findings.faults.isEmpty else { throw DocumentRefusal(findings.faults) }
    // What could not be seen in time is no reason to turn a version away.
    let bars = findings.runBars.filter { !$0.isPending }
    guard try Self.flag("catalog_only", parameters) || bars.isEmpty else {
      throw DocumentRefusal(bars.map(\.fault))
    }
    if try Self.flag("check_registry", parameters) {
      guard let containers = services.containers else { throw APIError(.unavailable, "This server asks no registries") }
      findings = findings.adding(try await ContainerFindings.ask(containers, of: item))
    }
    let registered = try await ModelRegistration(store: services.store).register(item, in: collection, options: options)
    if !registered.isDryRun, registered.outcome != .unchanged {
      let admitted = AdmittedItem(item: item, warnings: [], proof: seen.proof)
      await services.keep([admitted], in: registered.reference.collection)
    }
    let isNew = registered.outcome == .created && !registered.isDryRun
    let url = request.base.url("collections", registered.reference.collection, "items", registered.reference.id)
    var response = Response.json(
      registered.json(item, findings), status: isNew ? .created : .ok)
    response.headers[isNew ? .location : .contentLocation] = url
    return response
  }

  /// The collection that the parameter or the item names; both must name the same.
  private static func collection(of item: Item, _ parameters: [String: String]) throws -> String {
    let named = parameters["collection"] ?? item.collectionID
    guard let named, !named.isEmpty else {
      throw ParameterError("collection", "say into which collection, here or in the item's member collection")
    }
    guard item.collectionID.map({ $0.utf8.elementsEqual(named.utf8) }) ?? true else {
      throw DocumentRefusal([
        .misplaced(
          "/collection", "the item's collection differs from the parameter",
          mend: "write the same in both, or leave one of them out")
      ])
    }
    return named
  }

  private static func flag(_ name: String, _ parameters: [String: String]) throws(ParameterError) -> Bool {
    switch parameters[name] {
    case nil, "false": false
    case "true": true
    default: throw ParameterError(name, "the value must be true or false")
    }
  }
}
