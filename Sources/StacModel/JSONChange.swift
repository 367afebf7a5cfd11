/// One difference between two documents.
public struct JSONChange: Sendable, Hashable, CustomStringConvertible {
  /// The operation that makes it, as a JSON Patch names it (RFC 6902).
  public enum Operation: String, Sendable, Hashable {
    case add, remove, replace
  }

  public let operation: Operation
  public let pointer: JSONPointer
  /// What stood there, nil where something is added.
  public let old: JSONValue?
  /// What is to stand there, nil where something is removed.
  public let new: JSONValue?

  public init(operation: Operation, pointer: JSONPointer, old: JSONValue?, new: JSONValue?) {
    self.operation = operation
    self.pointer = pointer
    self.old = old
    self.new = new
  }

  /// One line for a person: `+`, `-` or `~`, the place and the values.
  public var description: String {
    switch operation {
    case .add: "+ \(pointer): \(Self.short(new))"
    case .remove: "- \(pointer): \(Self.short(old))"
    case .replace: "~ \(pointer): \(Self.short(old)) -> \(Self.short(new))"
    }
  }

  private static func short(_ value: JSONValue?) -> String {
    let text = value.map(JSONSerializer.text) ?? ""
    return text.count > 80 ? text.prefix(77) + "..." : text
  }
}

extension JSONValue {
  /// What has to be done to this document to make it the other, in the order of the document; the order of members is
  /// no difference.
  ///
  /// - Parameter limit: the most changes that are told.
  public func changes(to other: JSONValue, limit: Int = 100) -> [JSONChange] {
    var changes: [JSONChange] = []
    collect(to: other, at: .root, limit: limit, &changes)
    return changes
  }

  private func collect(to other: JSONValue, at pointer: JSONPointer, limit: Int, _ changes: inout [JSONChange]) {
    guard self != other, changes.count < limit else { return }
    switch (self, other) {
    case (.object(let old), .object(let new)):
      for name in old.names + new.names.filter({ old[$0] == nil }) {
        Self.collect(old[name], new[name], at: pointer.appending(name), limit: limit, &changes)
      }
    case (.array(let old), .array(let new)):
      for index in 0..<max(old.count, new.count) {
        Self.collect(
          old.dropFirst(index).first, new.dropFirst(index).first, at: pointer.appending(index), limit: limit, &changes)
      }
    default: changes.append(JSONChange(operation: .replace, pointer: pointer, old: self, new: other))
    }
  }

  private static func collect(
    _ old: JSONValue?, _ new: JSONValue?, at pointer: JSONPointer, limit: Int, _ changes: inout [JSONChange]
  ) {
    guard changes.count < limit else { return }
    switch (old, new) {
    case (let old?, let new?): old.collect(to: new, at: pointer, limit: limit, &changes)
    case (let old?, nil): changes.append(JSONChange(operation: .remove, pointer: pointer, old: old, new: nil))
    case (nil, let new?): changes.append(JSONChange(operation: .add, pointer: pointer, old: nil, new: new))
    case (nil, nil): return
    }
  }
}
