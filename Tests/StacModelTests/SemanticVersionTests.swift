import StacModel
import Testing

@Suite struct SemanticVersionTests {
  @Test func `Versions are ordered as section 11 of Semantic Versioning orders them`() throws {
    let ascending = [
      "0.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
      "1.0.0-rc.1", "1.0.0", "1.0.1", "v1.9", "1.10.0", "2.0.0-0", "2", "2.0.0.1", "10.0.0",
      "99999999999999999999999.0.0", "100000000000000000000000.0.0",
    ]
    let versions = try ascending.map { try #require(SemanticVersion($0)) }
    for (left, right) in zip(versions, versions.dropFirst()) {
      #expect(left < right)
      #expect(!(right < left) && left != right)
    }
    #expect(versions.shuffled().sorted() == versions)
  }

  @Test(arguments: [
    ["1", "1.0", "1.0.0", "v1.0.0", "V1", "01.0", "1.0.0+build.7"], ["1.0.0-rc.1", "1-rc.1+x", "1.0-rc.01"],
  ])
  func `What is written otherwise may mean the same`(texts: [String]) throws {
    let versions = try texts.map { try #require(SemanticVersion($0)) }
    #expect(Set(versions).count == 1)
    #expect(Set(texts.map(SemanticVersion.normal)).count == 1)
  }

  @Test func `What means something else is spelled otherwise, and what is no version stays`() {
    let texts = [
      "0", "1", "1.0.1", "1.0.0-rc.1", "1.0.0-rc.1.1", "1.0.0-1", "10", "2024-01-15", "", "final", "Final", "1.a",
    ]
    #expect(Set(texts.map(SemanticVersion.normal)).count == texts.count)
    #expect(SemanticVersion.normal("final") == "final" && SemanticVersion.normal("v1.20.0") == "1.20")
  }

  @Test func `Dates are releases in the order of the calendar`() throws {
    let ascending = ["2022", "2023-12", "2023-12-31", "2024-01", "2024-01-15", "2024.1.16", "2024-11-02"]
    let versions = try ascending.map { try #require(SemanticVersion($0)) }
    #expect(versions.sorted() == versions && versions.allSatisfy { !$0.isPrerelease })
    #expect(try #require(SemanticVersion("2024-13-01")).isPrerelease, "no month")
    #expect(try #require(SemanticVersion("1.0-01")).isPrerelease)
  }

  @Test(arguments: [
    "", "v", "1.", ".1", "1..2", "a", "1.a", "1.0.0-", "1.0.0-a..b", "1.0.0-é", " 1", "1 ", "-1", "latest", "１",
  ])
  func `What is no version is none`(text: String) { #expect(SemanticVersion(text) == nil) }

  @Test func `A version of any length is read or refused`() {
    #expect(SemanticVersion(String(repeating: "9", count: 200)) != nil)
    #expect(SemanticVersion(String(repeating: "1.", count: 100_000)) == nil)
  }
}
