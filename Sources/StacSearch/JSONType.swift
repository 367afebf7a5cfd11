/// A type of JSON values, as PostgreSQL's `jsonb_typeof` and JSON Schema name it, in the order in which types are shown.
public enum JSONType: String, Sendable, Hashable, CaseIterable {
  case boolean, number, string, array, object, null
}
