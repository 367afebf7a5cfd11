import CQL2

/// The item properties of extensions that describe images: eo 2.0, view 1.1, sat 1.2, sar 1.3, projection 2.0, raster
/// 2.0, classification 1.1 and grid 1.1, with what earlier versions had.
enum ImageryProperties {
  static let all: [PropertyDefinition] = optical + geometry + radar + pixels

  private static let optical: [PropertyDefinition] = [
    .number("eo:cloud_cover", "Cloud cover", "How much of the picture clouds cover, in per cent", from: 0, to: 100),
    .number("eo:snow_cover", "Snow cover", "How much of the picture snow and ice cover, in per cent", from: 0, to: 100),
    .text("eo:common_name", "Common band name", "The customary name of the band: red, nir, swir16"),
    .number("eo:center_wavelength", "Wavelength", "The centre wavelength of the band, in micrometres", from: 0),
    .number("eo:full_width_half_max", "Full width at half maximum", "The band's width, in micrometres", from: 0),
    .number("eo:solar_illumination", "Solar illumination", "In watts per square metre and micrometre", from: 0),
    .objects("eo:bands", "Spectral bands", "The bands, as version 1 of the extension describes them"),
  ]

  private static let geometry: [PropertyDefinition] = [
    .number("view:off_nadir", "Off-nadir angle", "Between nadir and the line of sight, in degrees", from: 0, to: 90),
    .number(
      "view:incidence_angle", "Incidence angle", "Between vertical and line of sight, in degrees", from: 0, to: 90),
    .number("view:azimuth", "Viewing azimuth", "From the scene to the platform, in degrees", from: 0, to: 360),
    .number("view:sun_azimuth", "Sun azimuth", "From the scene to the sun, in degrees", from: 0, to: 360),
    .number("view:sun_elevation", "Sun elevation", "Above the horizon, in degrees", from: -90, to: 90),
    .number("view:moon_azimuth", "Moon azimuth", "From the scene to the moon, in degrees", from: 0, to: 360),
    .number("view:moon_elevation", "Moon elevation", "Above the horizon, in degrees", from: -90, to: 90),
    .text(
      "sat:orbit_state", "Orbit state", "Which way the platform flew",
      among: ["ascending", "descending", "geostationary", "crossing"]),
    .integer("sat:absolute_orbit", "Absolute orbit", "The orbit's number since launch", from: 1),
    .integer("sat:relative_orbit", "Relative orbit", "The orbit's number within a cycle", from: 1),
    .integer("sat:orbit_cycle", "Orbit cycle", "Days until the orbits repeat", from: 1),
    .instant("sat:anx_datetime", "Ascending node", "When the platform crossed the ascending node"),
    .text("sat:platform_international_designator", "International designator", "The COSPAR number of the platform"),
    .text("sat:acquisition_station", "Acquisition station", "The station that received the data"),
    .object("sat:orbit_state_vectors", "Orbit state vectors", "Positions and velocities by time"),
  ]

  private static let polarizations = ["HH", "VV", "HV", "VH", "LH", "LV", "RH", "RV", "CH", "CV"]

  private static let radar: [PropertyDefinition] = [
    .text("sar:instrument_mode", "Instrument mode", "The name of the sensor's mode: IW, EW, SM"),
    .text(
      "sar:frequency_band", "Frequency band", "The band's letter", among: ["P", "L", "S", "C", "X", "Ku", "K", "Ka"]),
    .number("sar:center_frequency", "Centre frequency", "In gigahertz", from: 0),
    .number("sar:bandwidth", "Bandwidth", "The range bandwidth, in gigahertz", from: 0),
    .texts("sar:polarizations", "Polarizations", "Sent and received", among: polarizations),
    .text("sar:product_type", "Product type", "The kind of product: SSC, MGD, GRD"),
    .number("sar:resolution_range", "Range resolution", "Across the track, in metres", from: 0),
    .number("sar:resolution_azimuth", "Azimuth resolution", "Along the track, in metres", from: 0),
    .number("sar:pixel_spacing_range", "Range pixel spacing", "Across the track, in metres", from: 0),
    .number("sar:pixel_spacing_azimuth", "Azimuth pixel spacing", "Along the track, in metres", from: 0),
    .number("sar:looks_range", "Range looks", "Looks across the track", from: 0),
    .number("sar:looks_azimuth", "Azimuth looks", "Looks along the track", from: 0),
    .number("sar:looks_equivalent_number", "Equivalent number of looks", "After multilooking", from: 0),
    .text("sar:observation_direction", "Observation direction", "Where the antenna looks", among: ["left", "right"]),
    .texts("sar:beam_ids", "Beams", "The identifiers of the beams"),
  ]

  private static let pixels: [PropertyDefinition] = [
    .text("proj:code", "CRS", "The coordinate reference system as authority and code: EPSG:32632"),
    .integer("proj:epsg", "EPSG code", "The coordinate reference system, as version 1 of the extension has it"),
    .text("proj:wkt2", "CRS as WKT 2", "The coordinate reference system in well-known text"),
    .object("proj:projjson", "CRS as PROJJSON", "The coordinate reference system in JSON"),
    .object("proj:geometry", "Projected footprint", "The footprint in the item's coordinate reference system"),
    .numbers("proj:bbox", "Projected box", "The bounding box in the item's coordinate reference system"),
    .object("proj:centroid", "Centroid", "The centre as latitude and longitude"),
    .numbers("proj:shape", "Shape", "Rows and columns"),
    .numbers("proj:transform", "Transform", "The affine transformation from pixels to coordinates"),
    .objects("raster:bands", "Raster bands", "The bands, as version 1 of the extension describes them"),
    .integer("raster:bits_per_sample", "Bits per sample", "The bits that hold a value", from: 1),
    .text("raster:sampling", "Sampling", "Whether a pixel stands for an area or a point", among: ["area", "point"]),
    .number("raster:scale", "Scale", "What a stored value is multiplied by"),
    .number("raster:offset", "Offset", "What is added to a scaled value"),
    .number("raster:spatial_resolution", "Resolution", "The average side of a pixel, in metres", from: 0),
    .object("raster:histogram", "Histogram", "How the values are distributed"),
    .objects("classification:classes", "Classes", "The values and what they mean"),
    .objects("classification:bitfields", "Bit fields", "The bits and what they mean"),
    .text("grid:code", "Grid cell", "Grid and cell: MGRS-32TQM, WRS2-047027"),
    .integer("mgrs:utm_zone", "UTM zone", "The zone of the MGRS cell", from: 1, to: 60),
    .text("mgrs:latitude_band", "Latitude band", "The band's letter in the MGRS cell"),
    .text("mgrs:grid_square", "Grid square", "The letters of the 100 km square in the MGRS cell"),
  ]
}
