import Postgres
import StacModel

/// Single items of many callers.
extension PostgresCatalogStore {
  /// Adds an item of which one statement writes all that is kept, by itself or with others that come at the same time.
  ///
  /// Who returns is told of a commit. An item that the database refuses fails by itself.
  func insert(single row: ItemRow) async throws(StoreError) -> WriteOutcome {
    guard let sets = propertySets[row], row.isSurelyValid else { return try await insert(alone: row) }
    switch await queues.turn(row, sets: sets) {
    case .done(let result): return try result.get()
    case .own:
      defer { writeNext(in: row.collectionID) }
      return try await insert(alone: row)
    }
  }

  private func insert(alone row: ItemRow) async throws(StoreError) -> WriteOutcome {
    let set = ItemSet([row])
    return try await writeAgain(set) { [propertySets] session throws(PostgresError) in
      try session.insert(row, into: row.collectionID, remembering: propertySets)
    }
  }

  /// Writes what has come meanwhile, in a task that no caller can cancel: it is not one caller's.
  private func writeNext(in collection: String) {
    let group = queues.next(in: collection)
    if group.isEmpty { return }
    Task.detached {
      var group = group
      while !group.isEmpty {
        await insert(group, into: collection)
        group = queues.next(in: collection)
      }
    }
  }

  private func insert(_ group: [ItemQueues.Waiter], into collection: String) async {
    do throws(StoreError) {
      guard let added = try await add(group, to: collection) else { return await insertEach(of: group) }
      for waiter in group {
        let isAdded = added.contains(Array(waiter.row.id.utf8))
        waiter.answer(.success(isAdded ? .written : .taken(waiter.row.id, collection: collection)))
      }
    } catch {
      for waiter in group { waiter.answer(.failure(error)) }
    }
  }

  /// Adds a group by one statement: the identifiers of those that were not there; nil where they must be added one by one,
  /// with nothing written.
  private func add(_ group: [ItemQueues.Waiter], to collection: String) async throws(StoreError) -> Set<[UInt8]>? {
    let set = ItemSet(group.map(\.row))
    let sets = Array(Set(group.flatMap(\.sets)))
    defer { memory.queryables.forget() }
    return try await write { session throws(PostgresError) in
      do throws(PostgresError) {
        return try session.insert(set, into: collection, notedWith: sets)
      } catch {
        guard error.concernsOneItem else { throw error }
        return nil
      }
    }
  }

  private func insertEach(of group: [ItemQueues.Waiter]) async {
    await withDiscardingTaskGroup { tasks in
      for waiter in group {
        tasks.addTask {
          do throws(StoreError) {
            waiter.answer(.success(try await insert(alone: waiter.row)))
          } catch {
            waiter.answer(.failure(error))
          }
        }
      }
    }
  }
}

extension PostgresError {
  /// Whether the server may refuse but one of several items, or would take them all the next time.
  fileprivate var concernsOneItem: Bool {
    guard let state, !isConnectionLoss else { return false }
    switch state.class {
    case .operatorIntervention, .insufficientResources: return false
    default: return true
    }
  }
}
