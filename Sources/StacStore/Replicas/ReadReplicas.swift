public import Postgres
import Synchronization

/// How replicas are used.
public struct ReplicaSettings: Sendable {
  /// How many sessions reads have on each replica.
  public var sessions: Int
  /// How far behind the primary a replica may be that reads go to.
  public var maximumLag: Duration
  /// Is told of the statements of reads.
  public var observer: (any StatementObserver)?

  public init(sessions: Int = 8, maximumLag: Duration = .seconds(10), observer: (any StatementObserver)? = nil) {
    self.sessions = sessions
    self.maximumLag = maximumLag
    self.observer = observer
  }
}

/// That reads go to a replica from now on, or do not.
public struct ReplicaReport: Sendable {
  /// The replica's host and port.
  public let address: String
  public let isServing: Bool
  /// Why it does not serve.
  public let reason: String?
}

/// How many writes this process has finished, whether or not they succeeded.
final class WriteCount: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .sequentiallyConsistent) }
  func increment() { count.add(1, ordering: .sequentiallyConsistent) }
}

/// Streaming replicas of the catalog's database that reads go to by turns.
///
/// A replica is read from as long as it is known to show everything up to a time that is not longer ago than the bound, and
/// everything that this process has written. Otherwise the primary is read from, which always may be. Migrations, writes,
/// and what is read to be written are the primary's.
public final class ReadReplicas: Sendable {
  private let replicas: [ReadReplica]
  private let writes: WriteCount
  private let turn = Atomic<Int>(0)
  private let primary: PostgresPool
  private let tasks = Mutex<[Task<Void, Never>]>([])

  /// Begins to follow the servers of a connection string; those that cannot be reached are waited for.
  ///
  /// - Parameters:
  ///   - connectionURL: a libpq connection string; of several hosts each is a replica.
  ///   - primaryURL: that of the catalog's database, which must be at this program's schema.
  ///   - report: is told when reads begin to go to a replica, and when they no longer do.
  /// - Throws: ``Migrator/Refusal`` where a server is no replica of the database, ``PostgresError`` of the primary.
  public static func follow(
    _ connectionURL: String, primaryURL: String, settings: ReplicaSettings,
    report: @escaping @Sendable (ReplicaReport) -> Void
  ) async throws -> ReadReplicas {
    guard let connection = ConnectionString(connectionURL) else {
      throw Migrator.Refusal("the address of the replica is none that PostgreSQL understands")
    }
    let primary = PostgresPool(connectionURL: primaryURL, size: 2, statementTimeout: .seconds(5))
    let replicas = ReadReplicas(connection, primary: primary, settings: settings, report: report)
    do {
      let position = try await ServerPosition.read(primary)
      for replica in replicas.replicas { try await replica.check(against: position) }
    } catch {
      await replicas.shutdown()
      throw error
    }
    replicas.tasks.withLock { tasks in
      tasks = replicas.replicas.map { replica in Task { await replica.watch() } }
    }
    return replicas
  }

  private init(
    _ connection: ConnectionString, primary: PostgresPool, settings: ReplicaSettings,
    report: @escaping @Sendable (ReplicaReport) -> Void
  ) {
    let writes = WriteCount()
    self.writes = writes
    self.primary = primary
    replicas = connection.servers.map {
      ReadReplica($0, primary: primary, settings: settings, writes: writes, report: report)
    }
  }

  /// Whether reads go to a replica now.
  public var isServing: Bool { replica() != nil }

  /// The replica for the next read, nil where it is the primary's.
  func replica() -> ReadReplica? {
    let now = ContinuousClock.now
    if replicas.count == 1 { return replicas[0].serves(at: now) ? replicas[0] : nil }
    let start = turn.add(1, ordering: .relaxed).oldValue
    for offset in replicas.indices {
      let replica = replicas[Int(UInt(bitPattern: start &+ offset) % UInt(replicas.count))]
      if replica.serves(at: now) { return replica }
    }
    return nil
  }

  /// This process has written something, or may have: reads see it.
  func noteWrite(isCommitted: Bool) {
    writes.increment()
    for replica in replicas { replica.noteWrite(isCommitted: isCommitted) }
  }

  /// Ends all sessions.
  public func shutdown() async {
    for task in tasks.withLock({ $0 }) { task.cancel() }
    for replica in replicas { await replica.shutdown() }
    await primary.shutdown()
  }
}

extension PostgresError {
  /// Whether a read that failed on a replica may succeed on the primary: the replica is gone or going, its replay was in
  /// the way, or it refuses sessions.
  var mayBeOfReplica: Bool {
    if isConnectionLoss || reason == .sessionUnusable { return true }
    guard let state else { return false }
    switch state {
    case .queryCanceled: return false
    // A table or an index that is broken there may be whole on the primary.
    case SQLState(rawValue: "XX001"), SQLState(rawValue: "XX002"): return true
    default:
      let classes: [SQLState.Class] = [
        .connectionException, .transactionRollback, .insufficientResources, .operatorIntervention, .systemError,
      ]
      return classes.contains(state.class)
    }
  }
}
