import StacModel

extension PredictionReport.Resampling {
  /// Adds it to what a document says of the band.
  func write(to document: inout JSONObject) {
    document["resampling"] = .string(method)
    document["resampling_from"] = .string(origin)
    if let sign { document["resampling_sign"] = .string(sign) }
  }

  /// For people, with what to write where it is wrong.
  func text(of band: String) -> String {
    switch origin {
    case "default": "\(method) (nothing says that its numbers are classes; else --resampling \(band)=nearest)"
    case "request": "\(method) (as asked for)"
    default: "\(method) (\(origin): \(sign ?? "classes"))"
    }
  }
}
