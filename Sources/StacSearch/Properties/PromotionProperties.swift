import CQL2

/// What was decided about models.
enum PromotionProperties {
  static let derived: [PropertyDefinition] = [
    .text(
      "gnomon:state", "State of the model",
      "How far the model has come; null where nothing was decided about its present document",
      among: ["proposed", "validated", "approved", "production", "retired"])
  ]
}
