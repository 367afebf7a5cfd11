import Lineage
import MLMExtension
import StacModel

/// What the files of DVC that can be read here tell against the links of a model to its training data.
enum TrainingDataFindings {
  /// How many links are looked at.
  private static let mostLinks = 20

  static func of(_ item: Item, _ access: AssetAccess) async -> [ModelFinding] {
    var findings: [ModelFinding] = []
    var looked = 0
    for (index, link) in item.links.enumerated() {
      guard let data = TrainingDataLink(link) else { continue }
      looked += 1
      guard looked <= mostLinks else { break }
      guard let bytes = await access.smallFile(at: link.href) else { continue }
      findings += Self.findings(data, bytes, at: JSONPointer("/links").appending(index))
    }
    return findings
  }

  private static func findings(_ data: TrainingDataLink, _ bytes: [UInt8], at pointer: JSONPointer) -> [ModelFinding] {
    do throws(TrainingDataError) {
      return data.differences(from: try DVCFile(bytes)).map { difference in
        ModelFinding(
          beyond: .trainingData, at: pointer.appending(difference.member), difference.message,
          remedy: "link the file of DVC of the commit that the model was trained on, or write what it says "
            + "(gnomon training-data prints the link)")
      }
    } catch {
      return [
        ModelFinding(
          beyond: .trainingData, at: pointer.appending("href"), "the file of DVC is not understood: \(error)",
          remedy: "link a *.dvc file or a dvc.lock as DVC writes it")
      ]
    }
  }
}
