import ArgumentParser
import Foundation
import HTTPClient
import StacAPI
import StacModel
import StacStore

/// `gnomon match`: the models that can read something, and why the others cannot.
struct MatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "match",
    abstract: "Find the models of the catalog that can read an item, a collection, or bands.",
    discussion: """
      Every model is compared with what is named: bands by name and by the light they see, pixel size, place, months, \
      platform and length of a series. Models that fit come ranked, the best first; the others come with their reasons. \
      docs/matching.md says how it is judged.

      EXAMPLES
        gnomon match sentinel-2-amazon/s2-amazon           an item of the catalog
        gnomon match scene.json                            an item in a file, which need not be in the catalog
        gnomon match --collection modis-sinop --datetime 2013-09-01T00:00:00Z/2014-08-31T00:00:00Z
        gnomon match --bands B02,B03,B04,B08 --gsd 10 --platform sentinel-2a
        gnomon match scene.json --model models/land-cover  why, or why not, this one
      """)

  @Argument(
    help: ArgumentHelp("A file with a STAC item, or an item of the catalog.", valueName: "file | collection/id"))
  var item: String?

  @Option(
    help: ArgumentHelp("Read items of this collection; of a file, the collection that it belongs to.", valueName: "id"))
  var collection: String?

  @Option(help: ArgumentHelp("Where: west,south,east,north in degrees.", valueName: "numbers"))
  var bbox: String?

  @Option(help: ArgumentHelp("When: an instant or an interval.", valueName: "time"))
  var datetime: String?

  @Option(help: ArgumentHelp("Names of bands, where no item is named.", valueName: "name,…"))
  var bands: String?

  @Option(help: ArgumentHelp("Size of a pixel of those bands.", valueName: "metres"))
  var gsd: Double?

  @Option(help: ArgumentHelp("What took them.", valueName: "name"))
  var platform: String?

  @Option(
    help: ArgumentHelp(
      "The one model that is asked about, as collection/id, or collection/name@latest, @production or @version.",
      valueName: "collection/id"))
  var model: String?

  @Flag(help: "List models too that cannot be run here.")
  var unrunnable = false

  @Option(help: ArgumentHelp("The most models that are listed.", valueName: "number"))
  var limit: Int = 10

  @Option(help: ArgumentHelp("The most refused models that are listed.", valueName: "number"))
  var refused: Int = 10

  @Flag(help: "Print the answer as JSON.")
  var json = false

  @OptionGroup var database: DatabaseOptions

  @Option(help: ArgumentHelp("Address of a server that shall be asked instead.", valueName: "http://…"))
  var url: String?

  @OptionGroup var serverKey: ServerKeyOptions

  func run() async throws {
    let body = try body()
    let answer = if let url { try await ask(url, body) } else { try await judge(body) }
    print(json ? JSONSerializer.text(.object(answer)) : MatchTable(answer).text)
    // Programs see by the status whether there is a model.
    if answer["numberMatched"]?.integer == 0 { throw ExitCode(3) }
  }

  /// The body of a request, so that both ways are checked by the same rules.
  private func body() throws -> JSONObject {
    var body: JSONObject = [:]
    if let item { try name(item, in: &body) }
    if let collection { body["collection"] = .string(collection) }
    if let bbox { body["bbox"] = try BoundingBoxOption.json(bbox) }
    if let datetime { body["datetime"] = .string(datetime) }
    if let bands { body["bands"] = .array(bands.split(separator: ",").map { .string(String($0)) }) }
    if let gsd { body["gsd"] = JSONValue(gsd) }
    if let platform { body["platform"] = .string(platform) }
    if let model { body["model"] = .string(try ItemName.reference(model).processID) }
    if unrunnable { body["runnable"] = false }
    body["limit"] = .init(limit)
    body["refused"] = .init(refused)
    return body
  }

  /// An item of a file, or one of the catalog.
  private func name(_ text: String, in body: inout JSONObject) throws {
    if let data = FileManager.default.contents(atPath: text) {
      do {
        body["item"] = try JSONParser.parse(Array(data))
      } catch {
        throw CommandFailure("\(text): \(error)")
      }
      return
    }
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, collection == nil else {
      throw CommandFailure("'\(text)' is no file that can be read, and no item such as sentinel-2-amazon/s2-amazon")
    }
    body["items"] = [["collection": .string(parts[0]), "id": .string(parts[1])]]
  }

  private func judge(_ body: JSONObject) async throws -> JSONObject {
    do {
      let request = try MatchRequest(body: .object(body))
      return try await OpenCatalog.with(database, command: "match") { catalog in
        let matching = ModelMatching(store: catalog.store, runtime: ModelProofs.runtime)
        return try await listed { offset, limit in
          var request = request
          (request.offset, request.limit) = (offset, limit)
          return try await matching.match(request).summary
        }
      }
    } catch let error as ParameterError {
      throw CommandFailure(error.description)
    } catch let error as StoreError {
      throw CommandFailure(error.description)
    }
  }

  private func ask(_ url: String, _ body: JSONObject) async throws -> JSONObject {
    let server = try RemoteServer(url: url, key: serverKey.key, client: HTTPClient(maximumBytes: 64 << 20))
    return try await listed { offset, limit in
      var body = body
      body["offset"] = .init(offset)
      body["limit"] = .init(limit)
      return try await server.object("POST", "/models/match", .object(body))
    }
  }

  /// The answer with as many models as are to be listed, which come page by page.
  ///
  /// - Parameter page: the models from a place on, so many at most; fewer where an answer holds no more.
  private func listed(_ page: (_ offset: Int, _ limit: Int) async throws -> JSONObject) async throws -> JSONObject {
    var answer = try await page(0, limit)
    var models = answer["models"]?.array ?? []
    let matched = Int(answer["numberMatched"]?.integer ?? 0)
    while models.count < min(limit, matched) {
      let more = try await page(models.count, limit - models.count)["models"]?.array ?? []
      guard !more.isEmpty else { break }
      models += more
    }
    answer["models"] = .array(models)
    answer["numberReturned"] = .init(models.count)
    answer["links"] = nil
    return answer
  }
}

/// An answer as tables for people.
struct MatchTable {
  private let answer: JSONObject

  init(_ answer: JSONObject) { self.answer = answer }

  var text: String {
    let matched = answer["numberMatched"]?.integer ?? 0
    let refused = answer["numberRefused"]?.integer ?? 0
    var parts: [String] = []
    if matched == 0 { parts.append("No model of the catalog can read this.") } else { parts.append(models) }
    let listed = entries("models").count
    if listed < matched { parts.append("\(listed) of \(matched) models are listed; --limit lists more.") }
    if refused > 0 { parts.append("\(refused) cannot read it (\(counts)):\n" + reasons) }
    return parts.joined(separator: "\n\n")
  }

  private var models: String {
    let rows = entries("models").map { model in
      [
        model["score"]?.double.map { Self.decimals($0) } ?? "", Self.name(model),
        model["version"]?.string ?? "", model["state"]?.string ?? "",
        model["time_steps"]?.integer.map { String($0) } ?? "1",
        model["obstacle"].map { _ in "cannot be run here" } ?? model["title"]?.string ?? "",
      ]
    }
    return TextTable(
      header: ["SCORE", "MODEL", "VERSION", "STATE", "ITEMS", "TITLE"], rows: rows, rightAligned: [0, 4]
    ).text
  }

  private var counts: String {
    (answer["refusedBy"]?.object?.members ?? []).map { "\($0.value.integer ?? 0) \($0.name)" }.joined(separator: ", ")
  }

  private var reasons: String {
    entries("refused").map { model in
      let reasons = (model["reasons"]?.array ?? []).compactMap(\.object).map { reason in
        "    \(reason["code"]?.string ?? ""): \(reason["message"]?.string ?? "")"
      }
      return (["  \(Self.name(model))"] + reasons).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// The model as commands name it.
  private static func name(_ model: JSONObject) -> String {
    "\(model["collection"]?.string ?? "")/\(model["item"]?.string ?? "")"
  }

  private func entries(_ name: String) -> [JSONObject] { (answer[name]?.array ?? []).compactMap(\.object) }

  private static func decimals(_ value: Double) -> String {
    let number = Int((value * 1_000).rounded())
    let digits = String(number % 1_000)
    return "\(number / 1_000)." + String(repeating: "0", count: 3 - digits.count) + digits
  }
}
