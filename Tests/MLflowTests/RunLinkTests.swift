import HTTPClient
import MLflow
import StacModel
import Testing

/// How an item names its run, and which servers it may name.
@Suite struct RunLinkTests {
  private static func item(link: String? = nil, fields: String = "", properties: String = "") throws -> Item {
    let links = link.map { #"{"rel":"mlflow:run","href":\#(JSONSerializer.text(.string($0)))\#(fields)}"# } ?? ""
    return try Item(
      JSONParser.parse(
        """
        {"type":"Feature","stac_version":"1.1.0","id":"a","geometry":null,"links":[\(links)],"assets":{},\
        "properties":{"datetime":"2026-01-01T00:00:00Z"\(properties)}}
        """))
  }

  @Test(
    arguments: [
      ("https://ml.example.org/#/experiments/7/runs/abc123", "https://ml.example.org", "abc123", "7"),
      (
        "https://ml.example.org/flow/#/experiments/7/runs/abc123/artifacts?x=1", "https://ml.example.org/flow",
        "abc123", "7"
      ),
      ("http://ml:5000/api/2.0/mlflow/runs/get?run_id=abc-1", "http://ml:5000", "abc-1", nil),
      ("http://ML:80/ajax-api/2.0/mlflow/runs/get?x=1&run_uuid=abc", "http://ml", "abc", nil),
      ("runs:/abc123/model", nil, "abc123", nil),
    ] as [(String, String?, String, String?)])
  func `A link to a page, to a request or by a URI names a run`(
    _ href: String, _ server: String?, _ run: String, _ experiment: String?
  ) throws {
    let declared = try #require(RunDeclaration(Self.item(link: href)))
    #expect(declared.fault == nil)
    #expect(declared.server?.url == server)
    #expect(declared.runID == run)
    #expect(declared.experimentID == experiment)
  }

  @Test func `A link by a URI of a model names its version, its alias or the logged model`() throws {
    let version = try #require(RunDeclaration(Self.item(link: "models:/crops/3")))
    #expect((version.registeredModel, version.version, version.fault) == ("crops", "3", nil))
    let alias = try #require(RunDeclaration(Self.item(link: "models:/crops@champion")))
    #expect((alias.registeredModel, alias.alias, alias.fault) == ("crops", "champion", nil))
    let id = "m-0123456789abcdef0123456789abcdef"
    for href in ["models:/\(id)", "https://ml.example.org/#/experiments/7/models/\(id)"] {
      let logged = try #require(RunDeclaration(Self.item(link: href)))
      #expect(logged.modelID == id && logged.runID == nil && logged.fault == nil)
    }
  }

  @Test(
    arguments: [
      ("models:/crops/latest", "", "the latest version of 'crops'"),
      ("models:/crops/Staging", "", "the stage 'Staging'"),
      ("models:/crops/3", #","mlflow:version":"Production""#, "'Production' is no number of a version"),
      ("models:/crops/Canary", "", "names no run"), ("models:/crops/3", #","mlflow:model_id":"../x""#, "logged model"),
    ])
  func `What is one version today and another tomorrow is refused with what to write`(
    _ href: String, _ properties: String, _ reason: String
  ) async throws {
    let declared = try #require(RunDeclaration(Self.item(link: href, properties: properties)))
    let report = await RunReport.of(declared, from: MLflowServers())
    #expect(report.state == .refused && report.reasons.count == 1)
    #expect(report.reasons.first?.contains(reason) == true, "\(report.reasons)")
  }

  @Test func `What is said beside a link to a stage counts`() throws {
    for said in [#","mlflow:version":"3""#, #","mlflow:alias":"champion""#, #","mlflow:run_id":"abc""#] {
      #expect(try RunDeclaration(Self.item(link: "models:/crops/Production", properties: said))?.fault == nil)
    }
  }

  @Test func `Properties win over fields of the link, and these over its href`() throws {
    let item = try Self.item(
      link: "http://a/#/experiments/1/runs/x", fields: #","mlflow:run_id":"y","mlflow:experiment_id":"2""#,
      properties: #","mlflow:run_id":"z","mlflow:version":3,"mlflow:registered_model":"m","mlflow:metrics":{"f1":0.5}"#)
    let declared = try #require(RunDeclaration(item))
    #expect(declared.runID == "z")
    #expect(declared.experimentID == "2")
    #expect(declared.server?.url == "http://a")
    #expect(declared.version == "3")
    #expect(declared.metrics.first?.value == 0.5)
    #expect(declared.json["metrics"]?.object?["f1"]?.double == 0.5)
  }

  @Test func `An item without a link and without a name links to no run`() throws {
    #expect(try RunDeclaration(Self.item()) == nil)
    #expect(try RunDeclaration(Self.item(properties: #","mlflow:metrics":{"a":1}"#)) == nil)
  }

  @Test(arguments: [
    (#"{"accuracy":"0.9","f1":1}"#, ["the item's metric accuracy is no number"]),
    (#"{"a":null}"#, ["the item's metric a is no number"]),
    ("5", ["the item's mlflow:metrics is no object of numbers"]),
    ("[1]", ["the item's mlflow:metrics is no object of numbers"]), (#"{"f1":1}"#, []), ("null", []),
  ])
  func `Metrics that are no numbers are told`(_ metrics: String, _ faults: [String]) throws {
    let item = try Self.item(link: "runs:/abc", properties: #","mlflow:metrics":\#(metrics)"#)
    #expect(try #require(RunDeclaration(item)).metricFaults == faults)
  }

  @Test(arguments: [
    "https://example.org/run", "http://a/#/experiments/1", "http://a/api/2.0/mlflow/runs/get?run_id=../x", "runs:/..",
    "http://a/#/experiments/1/runs/a%2Fb",
  ])
  func `A link that names no run is told`(_ href: String) throws {
    let declared = try #require(RunDeclaration(Self.item(link: href)))
    #expect(declared.fault?.contains("names no run") == true)
  }

  @Test(arguments: [
    "file:///etc", "databricks", "http://u:p@a", "http://a?x=1", "http://a/../b", "http://a b", "ftp://a", "//a",
  ])
  func `A server is an http URL without secrets`(_ text: String) {
    #expect(TrackingServer(text) == nil)
  }

  @Test func `A server has one spelling`() {
    #expect(TrackingServer("HTTPS://Ml.Example.org:443/a/")?.url == "https://ml.example.org/a")
    #expect(TrackingServer("http://[::1]:5000")?.url == "http://[::1]:5000")
  }

  @Test func `Only servers that the operator names, or hosts that are allowed, are asked`() async throws {
    let servers = MLflowServers(
      named: [try #require(TrackingServer("http://127.0.0.1:1"))], policy: FetchPolicy(allowedHosts: ["ml.example.org"])
    )
    #expect(throws: Never.self) { try servers.client(of: nil) }
    #expect(throws: Never.self) { try servers.client(of: TrackingServer("https://ml.example.org")) }
    for text in ["http://127.0.0.1:2", "http://ml.example.org:8080", "https://other.example.org", "http://[::1]"] {
      #expect(throws: MLflowError.self) { try servers.client(of: TrackingServer(text)) }
    }
    #expect(throws: MLflowError.self) { try MLflowServers().client(of: nil) }
    var declared = try #require(RunDeclaration(Self.item(link: "http://10.0.0.1/#/experiments/1/runs/x")))
    #expect(await RunReport.of(declared, from: servers).state == .refused)
    declared.server = nil
    #expect(await RunReport.of(declared, from: servers).state == .unreachable)
  }

  @Test(
    arguments: [
      ("models:/land-cover/3", .version(model: "land-cover", version: "3")),
      ("models:/land cover@champion", .alias(model: "land cover", alias: "champion")),
      ("models:/m-0123456789abcdef0123456789abcdef", .loggedModel(id: "m-0123456789abcdef0123456789abcdef", path: "")),
      ("runs:/abc/model/model.ubj", .run(id: "abc", path: "model/model.ubj")),
      ("models:/a/Latest", .latest(model: "a", stage: nil)),
      ("models:/a/production", .latest(model: "a", stage: "Production")),
      ("mlflow-artifacts:/1/models/x", .artifacts(path: "1/models/x", authority: nil)),
      ("mlflow-artifacts:///1/x", .artifacts(path: "1/x", authority: nil)),
      ("mlflow-artifacts://ML:5000/1/x", .artifacts(path: "1/x", authority: "ml:5000")),
    ] as [(String, ModelURI)])
  func `URIs of MLflow are read`(_ text: String, _ uri: ModelURI) { #expect(ModelURI(text) == uri) }

  @Test(arguments: [
    "models:/a/Canary", "models:/a", "models:/a/3/x", "models:/a@", "models:/@b", "runs:/abc", "runs:/abc/../x",
    "runs:/a/%2e%2e/x",
    "mlflow-artifacts://host", "mlflow-artifacts://u:p@host/1/x", "mlflow-artifacts:/../x", "s3://a/b", "models:/", "",
    "a\u{1}:/b",
  ])
  func `Stages that there are not, steps up and other schemes are none`(_ text: String) {
    #expect(ModelURI(text) == nil)
  }
}
