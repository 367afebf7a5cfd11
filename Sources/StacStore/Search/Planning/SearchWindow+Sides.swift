import Postgres
import StacModel

extension SearchWindow {
  /// The condition that the sides of an item's box meet those of the window, beginning with AND; empty where the window is
  /// for any place.
  ///
  /// The indexes over time (migration 0029) hold the sides behind their order, as steps of a ninetieth of a degree. What comes
  /// first in degrees never comes last in steps, so that nothing is lost; what passes is still to be tested.
  var sides: SQL {
    guard let boxes, let west = boxes.map(\.west).min(), let east = boxes.map(\.east).max(),
      let south = boxes.map(\.south).min(), let north = boxes.map(\.north).max()
    else { return "" }
    func side(_ name: SQL, _ comparison: SQL, _ degrees: Double) -> SQL {
      " AND \(Self.step("\(name)(i.geometry)")) \(comparison) \(Self.step("\(degrees)"))"
    }
    return side("ST_XMax", ">=", west - Self.margin) + side("ST_XMin", "<=", east + Self.margin)
      + side("ST_YMax", ">=", south - Self.margin) + side("ST_YMin", "<=", north + Self.margin)
  }

  /// The condition that the window's time puts to instants, beginning with AND; empty where it is for any time.
  var instants: SQL {
    let behind: SQL = earliestInstant.map { " AND i.datetime >= \(timestamp: $0)" } ?? ""
    let before: SQL = latestInstant.map { " AND i.datetime <= \(timestamp: $0)" } ?? ""
    return behind + before
  }

  /// More than a geometry grows by being made valid (`gnomon.mended`), and than versions of PostgreSQL round differently.
  private static let margin = 1e-7

  /// As the indexes have it. What lies beyond the world by two degrees or more is one step at each end.
  private static func step(_ degrees: SQL) -> SQL { "width_bucket(\(degrees), -182, 182, 32760)::smallint" }
}
