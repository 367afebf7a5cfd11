/// The versions of the STAC specification, as `stac_version` names them.
public enum STACVersion {
  /// The versions of documents that are taken.
  public static let accepted = ["1.0.0", "1.0.1", "1.1.0"]
}
