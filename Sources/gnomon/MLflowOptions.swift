import ArgumentParser
import HTTPClient
import MLflow

/// Which MLflow tracking servers are asked, and how often.
struct MLflowOptions: ParsableArguments {
  @Option(
    name: .customLong("mlflow-tracking-uri"),
    help: ArgumentHelp(
      "MLflow server to ask for the runs of models, at any address; repeatable, asked one after the other for items that name "
        + "none (GNOMON_MLFLOW_TRACKING_URI).", valueName: "http://…"))
  var trackingURI: [String] = []

  @Option(
    name: .customLong("mlflow-refresh"),
    help: ArgumentHelp(
      "How old what is known of a run may get; 0 asks never (GNOMON_MLFLOW_REFRESH; default 10min).",
      valueName: "duration"))
  var refresh: String?

  /// The settings, or the first that cannot be understood.
  ///
  /// - Parameter policy: which other servers documents may name.
  func settings(policy: FetchPolicy) throws -> MLflowSettings {
    let text = refresh ?? Environment.value("GNOMON_MLFLOW_REFRESH") ?? "10min"
    guard let duration = Int(text) == 0 ? .zero : Duration(option: text) else {
      throw CommandFailure("--mlflow-refresh is a duration such as 30s or 10min, or 0, not '\(text)'")
    }
    return MLflowSettings(
      servers: try Self.servers(trackingURI, policy: policy), refresh: duration == .zero ? nil : duration)
  }

  /// The servers of an option or of the environment, which also has what they are told of who asks.
  static func servers(_ named: [String], policy: FetchPolicy = FetchPolicy()) throws -> MLflowServers {
    let texts = named.isEmpty ? Environment.list("GNOMON_MLFLOW_TRACKING_URI") : named
    let servers = try texts.map { text in
      guard let server = TrackingServer(text) else {
        throw CommandFailure(
          "--mlflow-tracking-uri needs an address such as https://mlflow.example.org, without user and password, not "
            + "'\(text)'")
      }
      return server
    }
    return MLflowServers(named: servers, credentials: credentials, policy: policy)
  }

  /// In the environment only: arguments can be read by every user of the machine. Names beginning with MLFLOW are those that
  /// MLflow's own library reads, in its order.
  private static var credentials: MLflowCredentials? {
    if let token = Environment.value("GNOMON_MLFLOW_TOKEN") { return .bearer(token) }
    if let user = Environment.value("GNOMON_MLFLOW_USERNAME") {
      return .basic(user: user, password: Environment.value("GNOMON_MLFLOW_PASSWORD") ?? "")
    }
    if let user = Environment.value("MLFLOW_TRACKING_USERNAME") {
      return .basic(user: user, password: Environment.value("MLFLOW_TRACKING_PASSWORD") ?? "")
    }
    return Environment.value("MLFLOW_TRACKING_TOKEN").map(MLflowCredentials.bearer)
  }
}

/// How MLflow is asked.
struct MLflowSettings: Sendable {
  let servers: MLflowServers
  /// How old what is known of a run may get; nil where nobody is asked.
  let refresh: Duration?
}
