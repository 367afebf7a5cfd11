import StacModel

/// What polygons of a map lack; nothing, as a rule.
public struct PolygonFaults: Sendable, Hashable {
  /// Areas without a polygon, because nothing of them remains with the decimals that are written.
  public var collapsed: Int
  /// Polygons whose lines meet others, or which GEOS refuses, even along the pixel edges.
  public var unsettled: Int

  /// Faults by their numbers.
  public init(collapsed: Int = 0, unsettled: Int = 0) {
    self.collapsed = collapsed
    self.unsettled = unsettled
  }

  /// As members of a document; also where there is no fault.
  var members: JSONObject {
    ["gnomon:polygons_collapsed": JSONValue(collapsed), "gnomon:polygons_unsettled": JSONValue(unsettled)]
  }

  /// A sentence about each kind of fault that there is.
  public var sentences: [String] {
    var sentences: [String] = []
    if collapsed > 0 {
      sentences.append(
        "\(collapsed) areas have no polygon: nothing of them remains with the decimals of a degree that are written.")
    }
    if unsettled > 0 {
      sentences.append(
        "\(unsettled) polygons may overlap their neighbours or leave gaps: even along the edges of pixels they meet others"
          + " or are not valid with the decimals of a degree that are written.")
    }
    return sentences
  }
}
