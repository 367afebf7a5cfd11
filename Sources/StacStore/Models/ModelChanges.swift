/// A model's row.
public struct ModelKey: Sendable, Hashable {
  let collection: Int32
  let id: String

  /// Identifiers are compared byte by byte, as the database does: the Unicode forms of one name are several.
  public static func == (left: ModelKey, right: ModelKey) -> Bool {
    left.collection == right.collection && left.id.utf8.elementsEqual(right.id.utf8)
  }
}

/// Which changes of models have been read: whatever a later reading can find has changed since.
public struct ModelMark: Sendable, Hashable {
  /// The oldest transaction that ran then.
  let oldest: String
}

/// A model that may have changed.
public struct ModelChange: Sendable, Hashable {
  public let key: ModelKey
  /// The transaction that changed it last: a model whose number is known has not changed since it was read.
  public let transaction: UInt64
  /// Whether it is still there, and a model.
  public let isModel: Bool
}

/// What has changed among the models since a mark.
public struct ModelChanges: Sendable {
  public let mark: ModelMark
  public let changes: [ModelChange]
}

/// A model's item as it is stored.
public struct StoredModel: Sendable {
  public let key: ModelKey
  public let document: StoredDocument
  /// The state of its promotion; nil where nothing was decided.
  public let state: String?
  /// What its files tell against a run, by the software that was asked about; nil where nothing is known to.
  public let obstacle: String?
}
