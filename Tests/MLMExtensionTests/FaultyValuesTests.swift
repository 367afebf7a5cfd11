import MLMExtension
import StacModel
import Testing

private let both = "1.5.2/item_eo_and_raster_bands"

/// Nulls, other kinds, values and forms, member by member, over the versions and the extensions that models lean on; Python's
/// jsonschema refuses each over the published schemas too.
@Suite struct FaultyValuesTests {
  static let members = [
    FaultyModel(basic, "properties/mlm:name", .null),
    FaultyModel(basic, "properties/mlm:architecture", ["U-Net"]),
    FaultyModel(basic, "properties/mlm:tasks", [.null], at: "properties/mlm:tasks/0"),
    FaultyModel(basic, "properties/mlm:tasks", .null),
    FaultyModel(basic, "properties/mlm:input", .null),
    FaultyModel(basic, "properties/mlm:output", "x"),
    FaultyModel(bands, "properties/mlm:framework", .null),
    FaultyModel(bands, "properties/mlm:framework", "scikit learn."),
    FaultyModel(bands, "properties/mlm:framework_version", "v2.1.0"),
    FaultyModel(bands, "properties/mlm:framework_version", .null),
    FaultyModel(bands, "properties/mlm:memory_size", .number(JSONNumber(1.5) ?? JSONNumber(0))),
    FaultyModel(bands, "properties/mlm:total_parameters", true),
    FaultyModel(bands, "properties/mlm:batch_size_suggestion", -4),
    FaultyModel(bands, "properties/mlm:pretrained", .null),
    FaultyModel(bands, "properties/mlm:accelerator", "CUDA"),
    FaultyModel(bands, "properties/mlm:accelerator", ["cuda"]),
    FaultyModel(bands, "properties/mlm:accelerator_count", .number(JSONNumber(1.5) ?? JSONNumber(0))),
    FaultyModel(bands, "properties/mlm:accelerator_count", .null),
    FaultyModel(bands, "properties/mlm:accelerator_constrained", .null),
    FaultyModel(basic, "properties/mlm:hyperparameters", .null),
    FaultyModel(basic, "properties/mlm:hyperparameters", ["lr"]),
    FaultyModel(basic, "properties/mlm:hyperparameters", ["": 1], at: "properties/mlm:hyperparameters/"),
    FaultyModel(basic, "assets/model/mlm:artifact_type", .null),
    FaultyModel(basic, "assets/model/mlm:artifact_type", ["xgboost"]),
    FaultyModel(basic, "assets/model/mlm:compile_method", 1),
    FaultyModel(basic, "assets/model/mlm:input", []),
    FaultyModel(basic, "assets/model/mlm:hyperparameters", ["a": 1]),
    FaultyModel(basic, "\(input)", .null),
    FaultyModel(basic, "\(input)/name", .null),
    FaultyModel(basic, "\(input)/input", .null),
    FaultyModel(basic, "\(input)/input", []),
    FaultyModel(basic, "\(input)/input/shape", .null),
    FaultyModel(basic, "\(input)/input/shape", 3),
    FaultyModel(basic, "\(input)/input/shape/1", .number(JSONNumber(1.5) ?? JSONNumber(0))),
    FaultyModel(basic, "\(input)/input/shape/1", .null),
    FaultyModel(basic, "\(input)/input/dim_order", "batch,bands"),
    FaultyModel(basic, "\(input)/input/dim_order", []),
    FaultyModel(basic, "\(input)/input/dim_order/0", .null),
    FaultyModel(basic, "\(input)/input/dim_order/0", "batch size"),
    FaultyModel(basic, "\(input)/input/data_type", .null),
    FaultyModel(basic, "\(input)/input/data_type", "Float32"),
    FaultyModel(basic, "\(input)/input/data_type", nil),
    FaultyModel(basic, "\(input)/bands", .null),
    FaultyModel(bands, "\(input)/bands", .null),
    FaultyModel(bands, "\(input)/bands/1", .null),
    FaultyModel(bands, "\(input)/bands/1", ["name": "B02", "common_name": "blue"], at: "\(input)/bands/1/common_name"),
    FaultyModel(bands, "\(input)/bands/1", ["name": .null], at: "\(input)/bands/1/name"),
    FaultyModel(bands, "\(input)/bands", []),
    FaultyModel(formula, "\(input)/bands/3/format", 7),
    FaultyModel(formula, "\(input)/bands/3/name", nil),
    FaultyModel(bands, "\(input)/value_scaling", ["type": "min-max", "minimum": 0, "maximum": 1]),
    FaultyModel(bands, "\(input)/value_scaling/0", .null),
    FaultyModel(
      bands, "\(input)/value_scaling/0", ["type": "min-max", "minimum": 0], at: "\(input)/value_scaling/0/maximum"),
    FaultyModel(
      bands, "\(input)/value_scaling/0", ["type": "clip", "maximum": 0], at: "\(input)/value_scaling/0/minimum"),
    FaultyModel(
      bands, "\(input)/value_scaling/0", ["type": "clip-min", "maximum": 0], at: "\(input)/value_scaling/0/minimum"),
    FaultyModel(
      bands, "\(input)/value_scaling/0", ["type": "clip-max", "maximum": "1"], at: "\(input)/value_scaling/0/maximum"),
    FaultyModel(bands, "\(input)/value_scaling/0", ["type": "scale"], at: "\(input)/value_scaling/0/value"),
    FaultyModel(
      bands, "\(input)/value_scaling/0", ["type": "offset", "value": .null], at: "\(input)/value_scaling/0/value"),
    FaultyModel(
      bands, "\(input)/value_scaling/0", ["type": "processing", "format": "gdal-calc"],
      at: "\(input)/value_scaling/0/expression"),
    FaultyModel(bands, "\(input)/value_scaling/0/mean", .null),
    FaultyModel(bands, "\(input)/resize_type", "nearest"),
    FaultyModel(bands, "\(input)/resize_type", ["crop"]),
    FaultyModel(bands, "\(input)/resize_type", false),
    FaultyModel(raster, "\(input)/pre_processing_function", "normalise"),
    FaultyModel(raster, "\(input)/pre_processing_function/format", .null),
    FaultyModel(raster, "\(input)/pre_processing_function/expression", nil),
    FaultyModel(cube, "\(input)/variables", "t2m"),
    FaultyModel(cube, "\(input)/variables/0", .null),
    FaultyModel(cube, "\(input)/variables/0", ["name": "a", "expression": "x"], at: "\(input)/variables/0/format"),
    FaultyModel(basic, "\(output)", .null),
    FaultyModel(basic, "\(output)/name", ""),
    FaultyModel(basic, "\(output)/tasks", ["classification", "classification"]),
    FaultyModel(basic, "\(output)/tasks", .null),
    FaultyModel(basic, "\(output)/result", .null),
    FaultyModel(basic, "\(output)/result/shape", nil),
    FaultyModel(basic, "\(output)/result/shape/0", -2),
    FaultyModel(basic, "\(output)/result/data_type", "double"),
    FaultyModel(basic, "\(output)/result/dim_order", ["class", "class"]),
    FaultyModel(basic, "\(output)/description", 7),
    FaultyModel(
      basic, "\(output)/post_processing_function", ["format": "x"], at: "\(output)/post_processing_function/expression"),
    FaultyModel(unet, "\(output)/classification:classes/0", .null),
    FaultyModel(unet, "\(output)/classification:classes/0/value", .number(JSONNumber(1.5) ?? JSONNumber(0))),
    FaultyModel(unet, "\(output)/classification:classes/0/value", nil),
    FaultyModel(unet, "\(output)/classification:classes/0/description", 3),
    FaultyModel(unet, "\(output)/classification:classes/0/color_hint", "red"),
  ]

  static let olderVersions = [
    FaultyModel("1.0.0/item_basic", "properties/mlm:accelerator", "gpu"),
    FaultyModel("1.0.0/item_eo_bands", "\(input)/norm_type", "zscore"),
    FaultyModel("1.0.0/item_eo_bands", "\(input)/resize_type", "crop-center"),
    FaultyModel("1.0.0/item_eo_bands", "\(input)/statistics/0/mean", "1"),
    FaultyModel("1.0.0/item_eo_bands", "assets/weights/roles", ["mlm:weights"]),
    FaultyModel("1.0.0/item_multi_io", "\(input)/input/dim_order/0", 7),
    FaultyModel("1.0.0/item_eo_bands", "properties/mlm:framework_version", .null),
    FaultyModel("1.1.0/item_raster_bands", "\(input)/norm_by_channel", "no"),
    FaultyModel("1.1.0/item_eo_bands", "\(input)/input/shape", []),
    FaultyModel(
      "1.1.0/item_basic", "properties/mlm:hyperparameters", ["a b": 1], at: "properties/mlm:hyperparameters/a b"),
    FaultyModel("1.2.0/item_bands_expression", "\(input)/bands/3/expression", nil),
    FaultyModel("1.2.0/item_eo_bands", "\(input)/norm_clip", ["a"], at: "\(input)/norm_clip/0"),
    FaultyModel("1.2.0/item_eo_bands", "\(input)/statistics/0", 3),
    FaultyModel("1.2.0/item_eo_bands", "properties/mlm:pretrained_source", true),
    FaultyModel("1.3.0/item_eo_bands", "\(input)/resize_type", 1),
    FaultyModel("1.3.0/item_eo_bands", "properties/mlm:accelerator_count", 0),
    FaultyModel("1.4.0/item_eo_bands", "\(input)/value_scaling/0/type", "zscore", at: "\(input)/value_scaling/0"),
    FaultyModel("1.4.0/item_eo_bands", "properties/mlm:framework_version", "2.1"),
    FaultyModel("1.4.0/item_basic", "assets/model/mlm:entrypoint", "a.py"),
    FaultyModel("1.4.0/item_raster_bands", "properties/mlm:tasks", ["downscaling"], at: "properties/mlm:tasks/0"),
    FaultyModel("1.5.0/item_datacube_variables", "\(input)/variables", .null),
    FaultyModel("1.5.0/item_eo_bands", "\(input)/input/dim_order/1", "channel", at: "\(input)/bands"),
    FaultyModel("1.5.0/item_pytorch_geo_unet", "\(output)/classification:classes/0/description", nil),
    FaultyModel("1.5.1/item_basic", "properties/mlm:artifact_type", "x"),
    FaultyModel("1.5.1/item_datacube_variables", "properties/cube:variables", nil),
  ]

  static let extensions = [
    FaultyModel(bands, "assets/weights/eo:bands/0/full_width_half_max", .null, .extensionSchema),
    FaultyModel(bands, "properties/eo:cloud_cover", 101, .extensionSchema),
    FaultyModel(cube, "properties/cube:dimensions", [], .extensionSchema),
    FaultyModel(cube, "assets/weights/file:size", -1, .extensionSchema),
    FaultyModel(cube, "assets/weights/file:size", "1 MB", .extensionSchema),
    FaultyModel(cube, "assets/weights/file:byte_order", "middle", .extensionSchema),
    FaultyModel(both, "assets/weights/eo:bands/0/center_wavelength", "0.4", .extensionSchema),
    FaultyModel(both, "assets/weights/eo:bands/0/common_name", "infrared", .extensionSchema),
    FaultyModel(both, "assets/weights/eo:bands", [], .extensionSchema),
    FaultyModel(cube, "properties/cube:variables", []),
    FaultyModel(cube, "properties/sci:publications", ["doi": "10.1/x"], .extensionSchema),
    FaultyModel(cube, "properties/sci:citation", 7, .extensionSchema),
    FaultyModel(basic, "properties/version", 1, .extensionSchema, declaring: "version/v1.2.0"),
    FaultyModel(basic, "properties/deprecated", "no", .extensionSchema, declaring: "version/v1.2.0"),
    FaultyModel(basic, "properties/experimental", 0, .extensionSchema, declaring: "version/v1.2.0"),
    FaultyModel(basic, "properties/version", .null, .extensionSchema, declaring: "version/v1.1.0"),
    FaultyModel(basic, "properties/sci:doi", "doi:10.5281/zenodo.1", .extensionSchema, declaring: "scientific/v1.0.0"),
    FaultyModel(basic, "properties/processing:software", ["x"], .extensionSchema, declaring: "processing/v1.2.0"),
    FaultyModel(
      basic, "properties/processing:expression", ["format": "x"], .extensionSchema,
      at: "properties/processing:expression/expression", declaring: "processing/v1.2.0"),
    FaultyModel(basic, "properties/processing:level", 3, .extensionSchema, declaring: "processing/v1.1.0"),
    FaultyModel(basic, "properties/processing:lineage", .null, .extensionSchema, declaring: "processing/v1.0.0"),
    FaultyModel(basic, "properties/processing:facility", ["a"], .extensionSchema, declaring: "processing/v1.1.0"),
    FaultyModel(
      basic, "assets/model/classification:classes", [["value": 1]], .extensionSchema,
      at: "assets/model/classification:classes/0/description", declaring: "classification/v1.1.0"),
    FaultyModel(
      basic, "properties/classification:bitfields", [["offset": 0]], .extensionSchema,
      at: "properties/classification:bitfields/0/length", declaring: "classification/v1.1.0"),
    FaultyModel(
      basic, "assets/model/classification:classes", [["value": "1", "description": "a"]], .extensionSchema,
      at: "assets/model/classification:classes/0/value", declaring: "classification/v1.0.0"),
    FaultyModel(basic, "assets/model/raster:scale", "2", .extensionSchema, declaring: "raster/v2.0.0"),
    FaultyModel(basic, "assets/model/raster:sampling", "pixel", .extensionSchema, declaring: "raster/v2.0.0"),
    FaultyModel(
      basic, "assets/model/raster:histogram", ["count": 1], .extensionSchema, at: "assets/model/raster:histogram/max",
      declaring: "raster/v2.0.0"),
    FaultyModel(basic, "properties/eo:snow_cover", -1, .extensionSchema, declaring: "eo/v2.0.0"),
    FaultyModel(
      basic, "assets/model/bands", [["name": "B01", "eo:common_name": "infrared"]], .extensionSchema,
      at: "assets/model/bands/0/eo:common_name", declaring: "eo/v2.0.0"),
    FaultyModel(basic, "assets/model/file:checksum", 7, .extensionSchema, declaring: "file/v2.1.0"),
    FaultyModel(basic, "assets/model/file:checksum", "1220XYZ", .extensionSchema, declaring: "file/v2.1.0"),
    FaultyModel(
      basic, "assets/model/file:size", .number(JSONNumber(1.5) ?? JSONNumber(0)), .extensionSchema,
      declaring: "file/v2.1.0"),
    FaultyModel(basic, "assets/model/file:values", [], .extensionSchema, declaring: "file/v2.0.0"),
    FaultyModel(basic, "assets/model/file:header_size", "1", .extensionSchema, declaring: "file/v2.1.0"),
    FaultyModel(basic, "assets/model/file:bits_per_sample", "8", .extensionSchema, declaring: "file/v1.0.0"),
  ]

  static let stac11 = [
    FaultyModel(basic, "properties/bands", ["name": "B1"], .extensionSchema, stacVersion: "1.1.0"),
    FaultyModel(
      basic, "assets/model/bands", [["name": 1]], .extensionSchema, at: "assets/model/bands/0/name",
      stacVersion: "1.1.0"),
    FaultyModel(
      basic, "assets/model/bands", [["name": "a", "data_type": "float"]], .extensionSchema,
      at: "assets/model/bands/0/data_type", stacVersion: "1.1.0"),
    FaultyModel(basic, "assets/model/data_type", "float", .extensionSchema, stacVersion: "1.1.0"),
    FaultyModel(basic, "assets/model/nodata", "none", .extensionSchema, stacVersion: "1.1.0"),
    FaultyModel(
      basic, "assets/model/statistics", ["minimum": "a"], .extensionSchema, at: "assets/model/statistics/minimum",
      stacVersion: "1.1.0"),
    FaultyModel(basic, "properties/unit", 5, .extensionSchema, stacVersion: "1.1.0"),
  ]

  @Test(arguments: members + olderVersions) func aMemberThatTheSchemaDoesNotAcceptIsRefusedAtItsPlace(
    model: FaultyModel
  ) throws { try model.check(severity: .refusal) }

  @Test(arguments: extensions + stac11) func aMemberOfAnotherExtensionIsRefusedAtItsPlace(model: FaultyModel) throws {
    try model.check(severity: .refusal)
  }

  @Test func ofDimensionsThatAreNoListNothingMoreIsTold() throws {
    let document = Spoiling.changed(
      try example("\(basic).json"), ["properties", "mlm:input", "0", "input", "dim_order"], "batch,bands")
    let refusals = MLMExtension.validate(try Item(document ?? .null)).refusals
    #expect(refusals.map(\.pointer.description) == ["/\(input)/input/dim_order"])
  }

  @Test func remediesNameWhatTheVersionTakes() throws {
    let tasks = FaultyModel("1.4.0/item_basic", "properties/mlm:tasks", ["cooking"], at: "properties/mlm:tasks/0")
    let refusal = try #require(try tasks.findings().refusals.first)
    #expect(refusal.remedy.contains("super-resolution") && !refusal.remedy.contains("downscaling"))
    let names = FaultyModel(basic, "properties/mlm:hyperparameters", ["learning rate": 1])
    let other = try #require(try names.findings().refusals.first)
    #expect(other.message == "'learning rate' is no name of a hyperparameter" && other.remedy.contains("letters"))
  }
}
