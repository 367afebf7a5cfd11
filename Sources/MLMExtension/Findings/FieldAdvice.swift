import StacModel

/// How to write a member, for those whose form is worth a word.
enum FieldAdvice {
  /// The advice for a member, or for the list that an element stands in.
  static func of(_ pointer: JSONPointer) -> String? {
    let parts = pointer.parts
    guard let name = parts.last(where: { Int($0) == nil }) else { return nil }
    if parts.last != name, let advice = ofElements[name] { return advice }
    if name == "name", parts.contains("classification:classes") { return className }
    if parts.dropLast().last == "mlm:hyperparameters" { return byName["mlm:hyperparameters"] }
    return byName[name]
  }

  private static let count = "write an integer of 0 or more, or leave it out"
  private static let function = "write null, or an object with format and expression, or (1.5) an array of such objects"
  private static let classes =
    "each class is an object with value (an integer) and description, and best a name (classification extension 1.1.0)"
  private static let className =
    "write letters, digits, '-' and '_' only (classification extension 2.0.0); words for people go into title"
  private static let tasks = "write an array of distinct tasks, such as [\"semantic-segmentation\"]; the known are "

  private static let byName: [String: String] = [
    "mlm:name":
      "begin with a letter, end with a letter or digit, use letters, digits, spaces, '_', '.' and '-' only, three at least",
    "mlm:architecture": "write what the model is, such as \"Gradient boosted trees\" or \"U-Net\"",
    "mlm:tasks": tasks + taskNames, "tasks": tasks + taskNames,
    "mlm:framework": "write a name such as \"XGBoost\", without a space, '.', '_' or '-' at its ends",
    "mlm:framework_version": "write a full semantic version of three numbers, such as \"1.7.0\" (not \"1.7\")",
    "mlm:memory_size": count, "mlm:total_parameters": count, "mlm:batch_size_suggestion": count,
    "mlm:accelerator_count": "write an integer of 1 or more, or leave it out",
    "mlm:accelerator":
      "write null or one of amd64, cuda, xla, amd-rocm, intel-ipex-cpu, intel-ipex-gpu, macos-arm; for a plain processor "
      + "null or amd64",
    "mlm:pretrained_source": "write a text (an address or a name), or null where the model was trained from scratch",
    "mlm:hyperparameters":
      "write an object with one member at least, names of letters, digits, '_', '.' and '-', or leave it out",
    "mlm:input": "write an array of objects with name, input and, where the model takes bands, bands",
    "mlm:output": "write an array of objects with name, tasks and result",
    "mlm:artifact_type": "say how the file was written, such as \"xgboost.Booster.save_model\"",
    "mlm:entrypoint": "name the function or script to run, and give the asset the role \"code\"",
    "input": "write an object of shape, dim_order and data_type",
    "result": "write an object of shape, dim_order, data_type",
    "shape": "write an array of integers, -1 where any size is taken",
    "dim_order": "write an array of distinct dimension names, such as [\"batch\", \"bands\", \"height\", \"width\"]",
    "data_type": "write a raster data type, such as \"float32\" or \"uint8\"",
    "bands": "write an array of names, or of objects with name and, for a derived band, format and expression",
    "variables": "write an array of names, or of objects with name and, for a derived one, format and expression",
    "format": "give format and expression together, such as \"gdal-calc\" and \"(A - B) / (A + B)\"",
    "expression": "give format and expression together, such as \"gdal-calc\" and \"(A - B) / (A + B)\"",
    "value_scaling": "write null, or an array of one object for all bands or one for each",
    "minimum": "write a number", "maximum": "write a number", "mean": "write a number", "stddev": "write a number",
    "resize_type":
      "write null or one of crop, pad, interpolation-nearest, interpolation-linear, interpolation-cubic, "
      + "interpolation-area, interpolation-lanczos4, interpolation-max, wrap-fill-outliers, wrap-inverse-map",
    "pre_processing_function": function, "post_processing_function": function,
    "classification:classes": classes,
    "color_hint": "write six hexadecimal digits RRGGBB without '#'",
    "file:checksum": "write a multihash in lower-case hexadecimal: 1220 and the SHA-256 of the file",
    "file:size": "write the size of the file in bytes",
    "sci:doi": "write the DOI alone, such as \"10.5281/zenodo.123\", without https://doi.org/",
  ]

  private static let ofElements: [String: String] = [
    "dim_order": "name a dimension in lower-case letters, such as \"batch\" or \"bands\" (not \"B\", \"C\")",
    "shape": "write an integer, -1 where any size is taken",
    "value_scaling":
      "min-max and clip take minimum and maximum, z-score mean and stddev, clip-min minimum, clip-max maximum, offset and "
      + "scale value, processing format and expression",
    "mlm:tasks": "write one of " + taskNames, "tasks": "write one of " + taskNames,
    "bands": "write a name, or an object with name and, for a derived band, format and expression, nothing else",
    "eo:bands": "write an object with a name", "raster:bands": "write an object with a name",
  ]

  private static let taskNames = ModelTask.allCases.map(\.rawValue).joined(separator: ", ")
}
