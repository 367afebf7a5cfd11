extension JSONValue {
  /// The value changed by a merge patch (RFC 7396 section 2): members of an object are set, removed where the patch says
  /// null, and patched in turn where both are objects; anything else is replaced whole.
  ///
  /// Members that stay keep their place; new ones come last.
  public func merging(_ patch: JSONValue) -> JSONValue {
    guard let changes = patch.object else { return patch }
    var object = object ?? JSONObject()
    for change in changes.members {
      let merged = (object[change.name] ?? .null).merging(change.value)
      object[change.name] = change.value.isNull ? JSONValue?.none : merged
    }
    return .object(object)
  }
}
