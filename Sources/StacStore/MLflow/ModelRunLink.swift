import Digests
import Postgres
import StacModel

extension Item {
  /// SHA-256 of what the item says of its MLflow run, but for the metrics that it has copied: its properties `mlflow:*` and
  /// its links with rel `mlflow:run`, as they stand; nil where it says nothing.
  var runLinkDigest: [UInt8]? {
    var said: [JSONValue] = []
    for member in properties.members where member.name.hasPrefix("mlflow:") && member.name != "mlflow:metrics" {
      said += [.string(member.name), member.value]
    }
    for link in links where link.rel == LinkRelation.mlflowRun.rawValue { said.append(.object(link.json)) }
    // Without a digest MLflow is asked anew.
    return said.isEmpty ? nil : try? SHA256.hash(Array(JSONSerializer.text(.array(said)).utf8))
  }
}

extension PostgresSession {
  /// Says of the models of a set that name the same runs as before that what is known of these holds; where the metrics are
  /// others that the items have copied, MLflow is to be asked soon.
  func keepRuns(of set: ItemSet, keys: [[UInt8]: Int32]) throws(PostgresError) {
    let models = WrittenModels(set, keys: keys, \.runLink)
    guard !models.isEmpty else { return }
    let isAsked: SQL = "(r.declared -> 'metrics' IS DISTINCT FROM i.properties -> 'mlflow:metrics')"
    _ = try query(
      """
      UPDATE gnomon.mlflow_runs r SET item_updated_at = i.updated_at, \
      checked_at = CASE WHEN NOT \(isAsked) THEN r.checked_at END, \
      due_at = CASE WHEN \(isAsked) THEN now() ELSE r.due_at END \
      FROM \(models.rows) JOIN gnomon.items i ON i.collection_key = n.key::int4 AND i.id = n.id COLLATE "C" \
      WHERE r.collection_key = i.collection_key AND r.id = i.id AND r.link = n.digest AND r.state <> 'waiting'
      """, plan: .generic)
  }
}
