import CQL2

/// The item properties of missions: landsat 2.0, sentinel-2 1.0 and sentinel-1 0.2.
///
/// Names whose type differs between versions are left to the data.
enum MissionProperties {
  static let all: [PropertyDefinition] = landsat + sentinel1 + sentinel2 + sentinel2Percentages

  private static let landsat: [PropertyDefinition] = [
    .text("landsat:scene_id", "Scene", "The identifier of the Landsat scene"),
    .text("landsat:collection_category", "Collection category", "How well the scene is registered: T1, T2, RT"),
    .text("landsat:collection_number", "Collection number", "The Landsat collection"),
    .text("landsat:wrs_type", "WRS", "Which Worldwide Reference System: 1 or 2"),
    .text("landsat:wrs_path", "WRS path", "The path in the Worldwide Reference System"),
    .text("landsat:wrs_row", "WRS row", "The row in the Worldwide Reference System"),
    .text("landsat:correction", "Correction", "The level of correction: L1TP, L2SP"),
    .number("landsat:cloud_cover_land", "Cloud cover over land", "In per cent; -1 is unknown", from: -1, to: 100),
  ]

  private static let sentinel1: [PropertyDefinition] = [
    .text("s1:datatake_id", "Datatake", "The identifier of the Sentinel-1 datatake"),
    .text("s1:orbit_source", "Orbit source", "Where the orbit comes from"),
    .text("s1:product_identifier", "Product", "The name of the Sentinel-1 product"),
    .text("s1:product_timeliness", "Timeliness", "How soon the product was made"),
    .text("s1:resolution", "Resolution class", "full, high or medium"),
    .instant("s1:processing_datetime", "Processing time", "When the product was processed"),
    .numbers("s1:shape", "Shape", "Columns and rows"),
  ]

  private static let sentinel2: [PropertyDefinition] = [
    .text("s2:tile_id", "Tile", "The identifier of the Sentinel-2 tile"),
    .text("s2:granule_id", "Granule", "The identifier of the granule"),
    .text("s2:datatake_id", "Datatake", "The identifier of the datatake"),
    .text("s2:datastrip_id", "Datastrip", "The identifier of the datastrip"),
    .text("s2:datatake_type", "Datatake type", "The type of the datatake: INS-NOBS"),
    .text("s2:product_uri", "Product", "The name of the SAFE product"),
    .text("s2:product_type", "Product type", "S2MSI1C or S2MSI2A"),
    .text("s2:processing_baseline", "Processing baseline", "The version of the processing: 05.09"),
    .text("s2:mgrs_tile", "MGRS tile", "The tile's place in the grid: 32TQM"),
    .instant("s2:generation_time", "Generation time", "When the product was made"),
    .number("s2:mean_solar_zenith", "Mean solar zenith", "In degrees", from: 0, to: 180),
    .number("s2:mean_solar_azimuth", "Mean solar azimuth", "In degrees", from: 0, to: 360),
    .number("s2:reflectance_conversion_factor", "Reflectance conversion factor", "Correction for the sun's distance"),
  ]

  private static let sentinel2Percentages: [PropertyDefinition] = [
    percentage("water", "Water"),
    percentage("snow_ice", "Snow and ice"),
    percentage("vegetation", "Vegetation"),
    percentage("not_vegetated", "Bare ground"),
    percentage("thin_cirrus", "Thin cirrus"),
    percentage("cloud_shadow", "Cloud shadow"),
    percentage("high_proba_clouds", "Clouds of high probability"),
    percentage("medium_proba_clouds", "Clouds of medium probability"),
    percentage("nodata_pixel", "Pixels without data"),
    percentage("unclassified", "Unclassified pixels"),
    percentage("dark_features", "Dark features"),
    percentage("saturated_defective_pixel", "Saturated or defective pixels"),
    percentage("degraded_msi_data", "Degraded data"),
  ]

  private static func percentage(_ name: String, _ title: String) -> PropertyDefinition {
    .number("s2:\(name)_percentage", title, "How much of the picture, in per cent", from: 0, to: 100)
  }
}
