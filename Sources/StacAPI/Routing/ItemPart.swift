/// What is told of an item beside its document, at a place below it; the raw value is the last name of the path.
enum ItemPart: String, Sendable, Hashable {
  /// What was found in a model's document.
  case validation
  /// What it was made of, and what was made of it.
  case lineage
  /// The MLflow run of a model.
  case mlflow
  /// What was decided about a model.
  case promotions
  /// The container images of a model, and what their registries said of them.
  case container

  /// The methods the place answers, in the order of an Allow header.
  var methods: [String] {
    switch self {
    case .validation, .lineage, .mlflow: ["GET", "HEAD", "OPTIONS"]
    case .promotions: ["GET", "HEAD", "POST", "OPTIONS"]
    // POST asks the registries now.
    case .container: ["GET", "HEAD", "POST", "OPTIONS"]
    }
  }
}
