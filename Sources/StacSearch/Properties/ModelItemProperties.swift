import CQL2

/// The item properties of the machine learning model extension (mlm 1.5) and of what models are published with.
public enum ModelItemProperties {
  /// What stands in no document: the items that a model can read, which is found by comparing the model with the item.
  public static let reads = "gnomon:reads"

  static let all: [PropertyDefinition] = [
    .text("mlm:name", "Model", "The name of the model"),
    .text("mlm:architecture", "Architecture", "The kind of model, as the literature calls it"),
    .texts("mlm:tasks", "Tasks", "What the model does"),
    .text("mlm:framework", "Framework", "The library that the model was made with"),
    .text("mlm:framework_version", "Framework version", "The version of that library"),
    .integer("mlm:memory_size", "Memory", "The memory that the model takes on the accelerator, in bytes", from: 0),
    .integer("mlm:total_parameters", "Parameters", "How many parameters the model has", from: 0),
    .flag("mlm:pretrained", "Pretrained", "Whether the model has been trained"),
    .text("mlm:pretrained_source", "Pretraining data", "What the model was trained on"),
    .integer("mlm:batch_size_suggestion", "Batch size", "How many inputs at a time are advised", from: 0),
    .text("mlm:accelerator", "Accelerator", "The hardware that the model is meant for"),
    .flag("mlm:accelerator_constrained", "Accelerator needed", "Whether the model runs on that hardware only"),
    .text("mlm:accelerator_summary", "Accelerator summary", "The hardware in words"),
    .integer("mlm:accelerator_count", "Accelerators", "How many accelerators the model needs", from: 1),
    .objects("mlm:input", "Inputs", "What the model reads"),
    .objects("mlm:output", "Outputs", "What the model gives"),
    .object("mlm:hyperparameters", "Hyperparameters", "The settings of the training"),
    .text("mlm:artifact_type", "Artifact type", "How the model's file was written"),
    .text("mlm:compile_method", "Compile method", "Whether the model is compiled ahead of time or just in time"),
    .text(
      reads, "Can read",
      "An item as collection/item, each percent-encoded where it has a slash: models that can read it. Only with = and IN"
    ),
    .text("mlm:entrypoint", "Entry point", "The function that runs the model"),
  ]
}
