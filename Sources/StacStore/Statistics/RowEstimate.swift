public import Postgres
import StacModel

/// What the planner expects of a statement before it runs.
public struct RowEstimate: Sendable, Hashable {
  /// The rows that are counted, where the statement counts, else those that it returns.
  public let rows: Int
  /// The whole cost in the planner's unit: about one page read in order.
  public let cost: Double
  /// Whether geometries are tested, which the planner takes for dearer than it is.
  public let testsGeometries: Bool

  /// Reads the answer to `EXPLAIN (FORMAT JSON)`; nil where it is not one.
  ///
  /// A statement that adds up several counts is expected to count the sum of their rows.
  public init?(explained text: [UInt8]) {
    guard let plan = try? JSONParser.parse(text).array?.first?.object?["Plan"]?.object else { return nil }
    let counts = Self.counts(in: plan)
    let rows = counts.isEmpty ? plan["Plan Rows"]?.double ?? 0 : counts.reduce(0, +)
    self.rows = Int(min(max(rows.rounded(), 0), 1e15))
    cost = plan["Total Cost"]?.double ?? .infinity
    testsGeometries = Self.testsGeometries(plan)
  }

  private static func testsGeometries(_ plan: JSONObject) -> Bool {
    (plan["Filter"]?.string ?? "").contains("st_")
      || (plan["Plans"]?.array ?? []).contains { $0.object.map(testsGeometries) ?? false }
  }

  /// Whether a count has a chance to end within a time.
  ///
  /// On a machine of 2024, over 300,000 items in memory, between 120 and 1,500 units of cost were worked off in a
  /// millisecond, and between 1,200 and 16,000 where geometries are tested (more where a table was just filled, and the
  /// planner fears pages that are all at hand). What no machine like it can do in the time is hopeless; below that the
  /// deadline decides.
  func mayBeCounted(within deadline: Duration) -> Bool {
    cost <= deadline / .milliseconds(1) * (testsGeometries ? 15_000 : 2_000)
  }

  /// The rows that go into each topmost aggregate.
  private static func counts(in plan: JSONObject) -> [Double] {
    let children = (plan["Plans"]?.array ?? []).compactMap(\.object)
    guard plan["Node Type"]?.string == "Aggregate", let source = children.first else {
      return children.flatMap { counts(in: $0) }
    }
    guard plan["Partial Mode"]?.string == "Finalize" else { return [source["Plan Rows"]?.double ?? 0] }
    // Several processes count parts: Finalize over Gather over Partial, whose rows are those of one process.
    let workers = source["Workers Planned"]?.double ?? 0
    let leader = max(0, 1 - 0.3 * workers)  // get_parallel_divisor in costsize.c
    let parts = (source["Plans"]?.array ?? []).compactMap(\.object)
    return parts.flatMap { counts(in: $0) }.map { $0 * (workers + leader) }
  }
}

extension PostgresSession {
  /// What the planner expects of a statement; the statement does not run.
  public func estimate(of statement: SQL) throws(PostgresError) -> RowEstimate {
    guard let row = try query("EXPLAIN (FORMAT JSON) \(statement)").first,
      let estimate = RowEstimate(explained: try row.bytes(0))
    else { throw PostgresError(reason: .unreadableValue, function: "EXPLAIN", message: "not a plan") }
    return estimate
  }
}
