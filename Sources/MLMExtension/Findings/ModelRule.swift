/// The rules that a model's item is held to; the raw value is the rule's name in docs/mlm.md.
public enum ModelRule: String, Sendable, Hashable, CaseIterable {
  // What refuses.
  case knownVersion = "known-version"
  case schema
  case extensionSchema = "extension-schema"

  // What makes a run impossible or wrong.
  case modelAsset = "model-asset"
  case inputPresent = "input-present"
  case outputPresent = "output-present"
  case dimensionCount = "dimension-count"
  case dimensionSize = "dimension-size"
  case bandCount = "band-count"
  case bandDescribed = "band-described"
  case bandUnique = "band-unique"
  case expressionReadable = "expression-readable"
  case expressionBands = "expression-bands"
  case functionReadable = "function-readable"
  case postProcessing = "post-processing"
  case scalingCount = "scaling-count"
  case scalingRange = "scaling-range"
  case scalingReadable = "scaling-readable"
  case oldNormalisation = "old-normalisation"
  case classValueUnique = "class-value-unique"
  case classValueRange = "class-value-range"
  case classCount = "class-count"
  case executableFormat = "executable-format"

  // What the model's files tell, and bars a run.
  case fileChecksum = "file-checksum"
  case fileSize = "file-size"
  case fileFormat = "file-format"
  case runnableHere = "runnable-here"
  case goldenVectorMet = "golden-vector-met"
  case fileUnchecked = "file-unchecked"
  case otherRuntime = "other-runtime"

  // What is doubtful.
  case laterVersion = "later-version"
  case classesNamed = "classes-named"
  case classNameUnique = "class-name-unique"
  case classesMember = "classes-member"
  case taskListed = "task-listed"
  case nameUnique = "name-unique"
  case checksumPresent = "checksum-present"
  case checksumForm = "checksum-form"
  case artifactPresent = "artifact-present"
  case artifactKnown = "artifact-known"
  case artifactFramework = "artifact-framework"
  case mediaType = "media-type"
  case modelAssetUnique = "model-asset-unique"
  case assetRole = "asset-role"
  case memberPlace = "member-place"
  case frameworkPresent = "framework-present"
  case frameworkVersionPresent = "framework-version-present"
  case pretrainedSource = "pretrained-source"
  case containerDigest = "container-digest"
  case goldenVector = "golden-vector"
  case runLink = "run-link"
  case runMetrics = "run-metrics"
  case versionSelectable = "version-selectable"
  case bandsOnAsset = "bands-on-asset"
  case extensionDeclared = "extension-declared"
  case extensionSpelling = "extension-spelling"
  case fileReadable = "file-readable"
  case addressForm = "address-form"
  case trainingData = "training-data"

  // What the catalog, registries and MLflow tell.
  case versionUnique = "version-unique"
  case decisionKept = "decision-kept"
  case containerFound = "container-found"
  case runAgrees = "run-agrees"

  /// Whether a model that does not meet the rule may not be run.
  public var barsRun: Bool {
    switch self {
    case .knownVersion, .schema, .extensionSchema, .modelAsset, .inputPresent, .outputPresent, .dimensionCount,
      .dimensionSize, .bandCount, .bandDescribed, .bandUnique, .expressionReadable, .expressionBands, .functionReadable,
      .postProcessing, .scalingCount, .scalingRange, .scalingReadable, .oldNormalisation, .classValueUnique,
      .classValueRange, .classCount, .executableFormat, .fileChecksum, .fileSize, .fileFormat, .runnableHere,
      .goldenVectorMet, .otherRuntime, .fileUnchecked:
      true
    default: false
    }
  }
}
