import Postgres

extension DerivedProperty {
  /// What MLflow says of the runs of models, from `gnomon.mlflow_runs`.
  static let mlflow: [DerivedProperty] = [
    DerivedProperty(name: "mlflow:state") { _ in
      "(SELECT to_jsonb(nullif(r.state, 'unlinked')) FROM gnomon.mlflow_runs r WHERE \(isOfItem))"
    } names: { collection in
      one("mlflow:state", in: collection)
    },
    DerivedProperty(name: "mlflow:status") { _ in
      ofRun("r.run -> 'status'")
    } names: { collection in
      one("mlflow:status", in: collection)
    },
    DerivedProperty(name: "mlflow:fetched") { _ in
      ofRun("to_jsonb(to_char(timezone('UTC', r.fetched_at), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'))")
    } names: { collection in
      one("mlflow:fetched", in: collection)
    },
    // A metric that the item itself has stands in for that of a run that was never fetched.
    DerivedProperty(name: "mlflow:metrics.", isFamily: true) { rest in
      """
      coalesce(\(ofRun("r.run -> 'metrics' -> \(rest)")), i.properties -> 'mlflow:metrics' -> \(rest))
      """
    } names: { collection in
      member(of: "mlflow:metrics.", in: collection)
    },
    DerivedProperty(name: "mlflow:params.", isFamily: true) { rest in
      ofRun("r.run -> 'params' -> \(rest)")
    } names: { collection in
      member(of: "mlflow:params.", in: collection)
    },
    DerivedProperty(name: "mlflow:tags.", isFamily: true) { rest in
      ofRun("r.run -> 'tags' -> \(rest)")
    } names: { collection in
      member(of: "mlflow:tags.", in: collection)
    },
  ]

  /// What MLflow said of a run that the item named before it changed is kept until the item is looked at again, and is not
  /// told of it meanwhile, as `…/mlflow` does not.
  private static func ofRun(_ value: SQL) -> SQL {
    "(SELECT \(value) FROM gnomon.mlflow_runs r WHERE \(isOfItem) AND r.state <> 'waiting')"
  }

  private static let isOfItem: SQL =
    "r.collection_key = i.collection_key AND r.id = i.id AND r.item_updated_at = i.updated_at"

  private static func one(_ name: String, in collection: Int64?) -> SQL {
    """
    SELECT \(name)::text WHERE (SELECT true FROM gnomon.mlflow_runs r \
    WHERE r.state <> 'unlinked'\(within(collection)) LIMIT 1)
    """
  }

  private static func member(of prefix: String, in collection: Int64?) -> SQL {
    """
    SELECT DISTINCT r.name FROM gnomon.mlflow_names r \
    WHERE starts_with(r.name, \(prefix))\(within(collection))
    """
  }

  private static func within(_ collection: Int64?) -> SQL {
    collection.map { " AND r.collection_key = \($0)::int4" } ?? ""
  }
}
