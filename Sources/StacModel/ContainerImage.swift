extension Asset {
  private static let runtimeRoles: Set = ["runtime", "mlm:inference-runtime", "mlm:training-runtime"]

  /// Whether the asset names a container image: by a media type of OCI or Docker, by the role `mlm:container`, or by a role
  /// of a runtime where no media type says that it is something else.
  public var isContainer: Bool {
    let type = type?.lowercased()
    if let type, type.hasPrefix("application/vnd.oci.") || type.hasPrefix("application/vnd.docker.") {
      // A layer is a file of an image.
      return !type.contains("layer") && !type.contains("rootfs")
    }
    // A text says how to build an image.
    if roles.contains("mlm:container") { return type?.hasPrefix("text/") != true }
    return type == nil && isRuntime
  }

  /// Whether the asset tells what the model runs in, as an image or otherwise.
  public var isRuntime: Bool { !Self.runtimeRoles.isDisjoint(with: roles) }
}

/// A digest as container images are pinned by it: `algorithm:encoded`.
public enum ContentDigest {
  /// Whether a text is one. Of SHA-256 and SHA-512 the length is known.
  ///
  /// Source: OCI image specification, descriptors.
  public static func isWellFormed(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
    guard parts.count == 2, parts[0].wholeMatch(of: #/[a-z0-9]+(?:[+._-][a-z0-9]+)*/#) != nil else { return false }
    let isLowerHex = parts[1].allSatisfy { $0.isASCII && $0.isHexDigit && !$0.isUppercase }
    switch parts[0] {
    case "sha256": return parts[1].utf8.count == 64 && isLowerHex
    case "sha512": return parts[1].utf8.count == 128 && isLowerHex
    default:
      return parts[1].utf8.count >= 32
        && parts[1].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "=_-".contains($0)) }
    }
  }
}
