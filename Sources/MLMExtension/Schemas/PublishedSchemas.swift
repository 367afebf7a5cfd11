// Made by scripts/embed_schemas.py.

/// The published schemas of the MLM extension and of those it leans on, by name and version.
enum PublishedSchemas {
  static let texts: [String: String] = [
    "classification/1.0.0": classification100,
    "classification/1.1.0": classification110,
    "classification/2.0.0": classification200,
    "datacube/2.0.0": datacube200,
    "datacube/2.1.0": datacube210,
    "datacube/2.2.0": datacube220,
    "datacube/2.3.0": datacube230,
    "eo/1.0.0": eo100,
    "eo/1.1.0": eo110,
    "eo/2.0.0": eo200,
    "file/1.0.0": file100,
    "file/2.0.0": file200,
    "file/2.1.0": file210,
    "mlm/1.0.0": mlm100,
    "mlm/1.1.0": mlm110,
    "mlm/1.2.0": mlm120,
    "mlm/1.3.0": mlm130,
    "mlm/1.4.0": mlm140,
    "mlm/1.5.0": mlm150,
    "mlm/1.5.2": mlm152,
    "processing/1.0.0": processing100,
    "processing/1.1.0": processing110,
    "processing/1.2.0": processing120,
    "raster/1.0.0": raster100,
    "raster/1.1.0": raster110,
    "raster/2.0.0": raster200,
    "scientific/1.0.0": scientific100,
    "stac-bands/1.1.0": stacBands110,
    "version/1.0.0": version100,
    "version/1.1.0": version110,
    "version/1.2.0": version120,
  ]
}
