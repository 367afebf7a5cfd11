import ArgumentParser
import HTTPClient
import Lineage
import StacAPI
import StacModel

/// `gnomon lineage`: what an item was made of, and what was made of it.
struct LineageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lineage",
    abstract: "Show what a model, another item or a collection was made of, and what was made of it.",
    discussion: """
      Walks from a prediction to its model, its images, the MLflow run, the container and the training data, and from a \
      model to its predictions. What lies in other catalogs is named and not fetched. Without a choice it prints two \
      trees; --svg and --dot print a drawing.

      EXAMPLES
        gnomon lineage models/amazon-land-cover
        gnomon lineage training-polygons
        gnomon lineage models/amazon-land-cover --svg > lineage.svg
        gnomon lineage models/amazon-land-cover --dot | dot -Tpdf -o lineage.pdf
        gnomon lineage models/land-cover@production --json
        gnomon lineage predictions/0a1b2c --json --direction sources
      """)

  /// How the lineage is written.
  enum Form: String, EnumerableFlag {
    case text, json, svg, dot

    static func help(for value: Form) -> ArgumentHelp? {
      switch value {
      case .text: "Two trees, for people."
      case .json: "Nodes and edges, for programs."
      case .svg: "A drawing."
      case .dot: "Graphviz."
      }
    }
  }

  @Argument(
    help: ArgumentHelp(
      "The model or item, as collection/id; a model also as collection/name@latest, @production or @version. Without a "
        + "slash a collection.", valueName: "collection/id"))
  var model: String

  @Flag(exclusivity: .exclusive)
  var form: Form = .text

  @Option(help: ArgumentHelp("sources, results or both.", valueName: "direction"))
  var direction: String = "both"

  @Option(help: ArgumentHelp("How many steps are walked each way, 1 to 32.", valueName: "steps"))
  var depth: Int = 8

  @Option(help: ArgumentHelp("How many nodes are shown, 1 to 1000.", valueName: "nodes"))
  var limit: Int = 200

  @OptionGroup var database: DatabaseOptions

  @Option(help: ArgumentHelp("Address of a server to ask instead.", valueName: "http://…"))
  var url: String?

  @OptionGroup var serverKey: ServerKeyOptions

  func run() async throws {
    let place = try place()
    guard let way = LineageRequest.Direction(rawValue: direction) else {
      throw CommandFailure("--direction is sources, results or both, not '\(direction)'")
    }
    guard 1...LineageRequest.greatestDepth ~= depth else { throw CommandFailure("--depth is a number from 1 to 32") }
    guard 1...LineageRequest.greatestLimit ~= limit else { throw CommandFailure("--limit is a number from 1 to 1000") }
    if let url { return try await ask(url, place) }
    let request = LineageRequest(direction: way, depth: depth, limit: limit)
    guard let base = BaseURL("http://localhost") else { throw CommandFailure("no address") }
    let access = AssetAccess.user(dataDirectory: database.dataDirectory, allowedHosts: [])
    let graph = try await OpenCatalog.with(database, command: "lineage") { catalog in
      let lineage = StoredLineage(store: catalog.store, base: base) { await access.smallFile(at: $0) }
      return try await LineageWalk.graph(of: try await lineage.meant(by: place), request, in: lineage)
    }
    guard let graph else { throw Self.missing(place) }
    switch form {
    case .text: print(graph.outline)
    case .json: print(JSONSerializer.text(.object(graph.json())))
    case .svg: print(graph.svg, terminator: "")
    case .dot: print(graph.dot, terminator: "")
    }
  }

  private func place() throws -> CatalogPlace {
    guard model.contains("/") else { return CatalogPlace(collection: model, item: nil) }
    let reference = try ItemName.reference(model, of: "a model or another item")
    return CatalogPlace(collection: reference.collection, item: reference.id)
  }

  private static func missing(_ place: CatalogPlace) -> CommandFailure {
    guard let item = place.item else {
      return CommandFailure(
        "there is no collection '\(place.collection)'; a model or another item is collection/id, such as "
          + "models/amazon-land-cover")
    }
    return CommandFailure("there is no item '\(item)' in the collection '\(place.collection)'")
  }

  private func ask(_ url: String, _ place: CatalogPlace) async throws {
    let query = "?f=\(form.rawValue)&direction=\(direction)&depth=\(depth)&limit=\(limit)"
    let answer = try await RemoteServer(url: url, key: serverKey.key, client: HTTPClient(totalSeconds: 120))
      .answer("GET", RemoteServer.path(of: place) + "/lineage" + query)
    guard answer.status != 404 || place.item != nil else { throw Self.missing(place) }
    guard answer.status == 200 else { throw RemoteServer.refusal(answer) }
    let text = String(decoding: answer.body, as: UTF8.self)
    print(text, terminator: text.hasSuffix("\n") ? "" : "\n")
  }
}
