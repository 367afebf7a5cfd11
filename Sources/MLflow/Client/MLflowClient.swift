internal import Foundation
internal import HTTPClient
import StacModel

/// Asks one MLflow tracking server by its REST API 2.0, as servers of MLflow 2 and 3 answer it.
///
/// Redirects are not followed; answers are bounded in size and time by ``MLflowServers``.
///
/// Source: MLflow REST API, https://mlflow.org/docs/latest/api_reference/rest-api.html
public struct MLflowClient: Sendable {
  /// The server that is asked.
  public let server: TrackingServer
  private let credentials: MLflowCredentials?
  private let http: HTTPClient

  init(server: TrackingServer, credentials: MLflowCredentials?, http: HTTPClient) {
    self.server = server
    self.credentials = credentials
    self.http = http
  }

  /// Asks for something below `/api/2.0/mlflow/`.
  func get(_ path: String, _ query: KeyValuePairs<String, String?> = [:]) async throws(MLflowError) -> JSONObject {
    let pairs = query.compactMap { name, value in value.map { "\(name)=\(PercentCoding.encode($0))" } }
    let suffix = pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    return try await object("GET", "/api/2.0/mlflow/\(path)\(suffix)")
  }

  /// Sends a JSON object below `/api/2.0/mlflow/`.
  @discardableResult
  func send(_ method: String, _ path: String, _ body: JSONObject) async throws(MLflowError) -> JSONObject {
    try await object(method, "/api/2.0/mlflow/\(path)", body: JSONSerializer.bytes(.object(body)))
  }

  func object(_ method: String, _ path: String, body: [UInt8]? = nil) async throws(MLflowError) -> JSONObject {
    let bytes = try await bytes(method, path, body: body)
    if bytes.isEmpty { return [:] }
    let limits = JSONLimits(depth: 32, values: 500_000)
    do throws(JSONSyntaxError) {
      guard let object = try JSONParser.parse(bytes.withoutEscapedNull, limits: limits).object else {
        throw JSONSyntaxError(position: 0, message: "no object was found")
      }
      return object
    } catch {
      throw .unreadable(error.description)
    }
  }

  /// The body of an answer with status 200.
  func bytes(_ method: String, _ path: String, body: [UInt8]? = nil) async throws(MLflowError) -> [UInt8] {
    var headers = ["Accept": "application/json"]
    if body != nil { headers["Content-Type"] = "application/json" }
    if let credentials { headers["Authorization"] = credentials.header }
    let response: HTTPResponse
    do throws(HTTPClientError) {
      response = try await http.send(HTTPRequest(method: method, url: server.url + path, headers: headers, body: body))
    } catch {
      throw MLflowError(error)
    }
    guard response.status != 200 else { return response.body }
    let failure = Self.failure(response)
    throw credentials.map { failure.without($0.secrets) } ?? failure
  }

  /// What an answer with another status than 200 says: `{"error_code": …, "message": …}`, or plain text.
  private static func failure(_ response: HTTPResponse) -> MLflowError {
    let object = (try? JSONParser.parse(response.body, limits: JSONLimits(depth: 8, values: 1_000)))?.object
    let code = object?["error_code"]?.string ?? "no error code"
    let text = object?["message"]?.string ?? String(decoding: response.body.prefix(200), as: UTF8.self)
    let message = String(text.prefix(300))
    switch response.status {
    case 401, 403: return .denied(status: response.status, message: message)
    case _ where code == "RESOURCE_DOES_NOT_EXIST": return .notFound(message)
    // Whatever else stands at the address answers so too: a proxy, another program, a path that is not MLflow's.
    case 404 where object?["error_code"] == nil:
      return .unreadable("status 404 without an error code of MLflow; is it the server's address?")
    default: return .failed(status: response.status, code: code, message: message)
    }
  }
}

extension MLflowClient {
  /// A run with its metrics, parameters and tags (`runs/get`).
  ///
  /// - Throws: ``MLflowError/notFound(_:)`` where the server has none; a deleted run is found, with its stage.
  public func run(id: String) async throws(MLflowError) -> MLflowRun {
    let answer = try await get("runs/get", ["run_id": id])
    guard let run = answer["run"]?.object.flatMap(MLflowRun.init) else { throw .unreadable("runs/get gives no run") }
    guard run.id == id else { throw .unreadable("runs/get gives run \(run.id.prefix(64)), and \(id) was asked for") }
    return run
  }

  /// Runs of experiments that a filter in MLflow's own language finds, newest first (`runs/search`).
  public func runs(
    inExperiments experiments: [String], filter: String = "", limit: Int = 100
  ) async throws(MLflowError) -> [MLflowRun] {
    let answer = try await send(
      "POST", "runs/search",
      [
        "experiment_ids": .array(experiments.map(JSONValue.string)), "filter": .string(filter),
        "max_results": .init(limit),
      ])
    return answer["runs"]?.array?.compactMap { $0.object.flatMap(MLflowRun.init) } ?? []
  }

  /// An experiment (`experiments/get`).
  public func experiment(id: String) async throws(MLflowError) -> MLflowExperiment {
    let answer = try await get("experiments/get", ["experiment_id": id])
    guard let experiment = answer["experiment"]?.object.flatMap(MLflowExperiment.init) else {
      throw .unreadable("experiments/get gives no experiment")
    }
    return experiment
  }

  /// The values that a metric had, in the order in which they were logged (`metrics/get-history`).
  public func history(ofMetric metric: String, run: String) async throws(MLflowError) -> [MLflowMetric] {
    let answer = try await get("metrics/get-history", ["run_id": run, "metric_key": metric, "max_results": "25000"])
    return answer["metrics"]?.array?.compactMap { $0.object.flatMap(MLflowMetric.init) } ?? []
  }
}

extension [UInt8] {
  /// JSON without `\u0000`, which MLflow keeps in parameters and tags and nothing else takes.
  fileprivate var withoutEscapedNull: [UInt8] {
    let escaped = Array("\\u0000".utf8)
    guard Data(self).range(of: Data(escaped)) != nil else { return self }
    var kept: [UInt8] = []
    var index = 0
    while index < count {
      // An escape is two bytes at least: the second may be a backslash that begins none.
      let length = self[index] == escaped[0] ? 2 : 1
      if length == 2, self[index...].starts(with: escaped) {
        index += escaped.count
      } else {
        kept += self[index..<Swift.min(index + length, count)]
        index += length
      }
    }
    return kept
  }
}
