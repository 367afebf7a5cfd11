import Lineage
import MLMExtension
import StacModel

/// What is told against the links of a model to its training data, by what they say themselves and by the files of DVC that
/// can be read here.
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
      let pointer = JSONPointer("/links").appending(index)
      findings += TrainingDataLink.malformed(in: link).map { difference in
        ModelFinding(
          beyond: .trainingData, at: pointer.appending(difference.member), difference.message,
          remedy: "write what Git says (gnomon training-data --repository --commit prints the link), or leave it out")
      }
      guard let bytes = await access.smallFile(at: link.href) else { continue }
      findings += Self.findings(data, bytes, at: pointer)
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
