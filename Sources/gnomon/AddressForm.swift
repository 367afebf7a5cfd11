import MLMExtension
import MLflow
import ModelArtifacts
import StacModel

/// What is wrong with the form of an address that begins like one of MLflow or of storage of the S3 kind.
struct AddressForm {
  /// A sentence without its full stop.
  let message: String
  let remedy: String

  /// Nil where the address has the form of its scheme, or a scheme whose forms are not known here.
  init?(of address: String) {
    let scheme = address.prefix { $0 != ":" }.lowercased()
    guard scheme.utf8.count < address.utf8.count, let form = Self.forms[scheme] else { return nil }
    do throws(ArtifactError) {
      if try Self.isSound(address, scheme) { return nil }
      message = "'\(address.prefix(100))' has not the form of addresses that begin with \(scheme):"
    } catch {
      message = error.description
    }
    remedy = "write \(form)"
  }

  private static let forms = [
    "runs": "runs:/RUN_ID/PATH, such as runs:/0123456789abcdef0123456789abcdef/model/model.ubj",
    "models":
      "models:/NAME/VERSION with a number, models:/NAME@ALIAS, models:/NAME/latest, or models:/m-ID/PATH of a logged "
      + "model",
    "mlflow-artifacts":
      "mlflow-artifacts:/PATH, or mlflow-artifacts://HOST/PATH with the host of a --mlflow-tracking-uri",
    "s3": "s3://BUCKET/KEY",
  ]

  private static func isSound(_ address: String, _ scheme: String) throws(ArtifactError) -> Bool {
    if scheme == "s3" { return try S3Location(address) != nil }
    return ModelURI(address) != nil
  }
}

extension AddressForm {
  /// The addresses of a model's files whose form is wrong.
  static func findings(of item: Item) -> [ModelFinding] {
    item.assets.compactMap { asset in
      guard !asset.isContainer, let form = AddressForm(of: asset.href) else { return nil }
      return ModelFinding(
        beyond: .addressForm, at: JSONPointer("/assets").appending(asset.key).appending("href"), form.message,
        remedy: form.remedy)
    }
  }
}
