import Logging
import Postgres
import StacStore

/// Settles the extents of collections now and then: what was removed may have held a border.
enum StatisticsUpkeep {
  private static let interval = Duration.seconds(600)

  /// Begins now, and goes on until the task is cancelled.
  static func start(pool: PostgresPool, logger: Logger) -> Task<Void, Never> {
    Task {
      while !Task.isCancelled {
        await settle(pool, logger)
        try? await Task.sleep(for: interval)
      }
    }
  }

  /// A failure is no reason to stop serving: a read-only database settles nothing.
  private static func settle(_ pool: PostgresPool, _ logger: Logger) async {
    do throws(PostgresError) {
      let count = try await pool.withSession { session throws(PostgresError) in try session.settleStatistics() }
      if count > 0 { logger.info("extents settled", metadata: ["collections": .stringConvertible(count)]) }
    } catch {
      logger.debug("extents not settled", metadata: ["error": .string(error.message)])
    }
  }
}
