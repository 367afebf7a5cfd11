/// What kind of value an expression has.
public enum ValueType: String, Sendable, Hashable, CaseIterable {
  case boolean, number, string, timestamp, date, interval, geometry, array
  /// Not declared: the value of a property that takes the type of what it is compared with.
  case any
}

/// What a filter may know of the properties it names.
public protocol PropertyTypes: Sendable {
  /// The declared type; ``ValueType/any`` for a property that may occur but has no declared type; nil for a property
  /// that a filter must not name.
  func type(ofProperty name: String) -> ValueType?
}
