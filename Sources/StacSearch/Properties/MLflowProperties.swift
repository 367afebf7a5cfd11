import CQL2

/// What model items say of their MLflow run, and what the run says of itself.
enum MLflowProperties {
  /// What documents hold.
  static let declared: [PropertyDefinition] = [
    .text("mlflow:tracking_uri", "MLflow server", "The URL of the MLflow tracking server that has the run"),
    .text("mlflow:run_id", "MLflow run", "The identifier of the MLflow run that made the model"),
    .text("mlflow:experiment_id", "MLflow experiment", "The identifier of the run's experiment"),
    .text("mlflow:registered_model", "Registered model", "The name under which MLflow's registry has the model"),
    .text("mlflow:alias", "Alias", "The alias in MLflow's registry that leads to the model's version"),
    .object("mlflow:metrics", "Metrics", "The metrics of the run, as the item has them"),
  ]

  /// What the catalog has fetched from MLflow.
  static let derived: [PropertyDefinition] = [
    .text(
      "mlflow:state", "State of the MLflow run",
      "Whether MLflow has the run that the model links to, as it declares it",
      among: ["waiting", "ok", "missing", "drifted", "unreachable", "refused"]),
    .text("mlflow:status", "Status of the MLflow run", "How the run ended, as MLflow says: FINISHED, FAILED, …"),
    .instant("mlflow:fetched", "Run fetched", "When MLflow was last asked for the run and answered"),
  ]

  static let families: [DerivedPropertyFamily] = [
    DerivedPropertyFamily(prefix: "mlflow:metrics.") { name, rest in
      .number(name, rest, "A metric of the MLflow run, by its latest value")
    },
    DerivedPropertyFamily(prefix: "mlflow:params.") { name, rest in
      .text(name, rest, "A parameter of the MLflow run, as text")
    },
    DerivedPropertyFamily(prefix: "mlflow:tags.") { name, rest in
      .text(name, rest, "A tag of the MLflow run")
    },
  ]
}
