import StacModel
import StacStore
import Testing

/// Which version of a model a name leads to.
@Suite struct ModelFamilyTests {
  private static func release(
    _ id: String, _ version: String?, _ state: ModelState? = nil, isUnchanged: Bool = true, isDeprecated: Bool = false,
    created: Int64 = 0
  ) -> ModelRelease {
    ModelRelease(
      id: id, version: version, isDeprecated: isDeprecated, state: state, isUnchanged: isUnchanged,
      created: Timestamp(microseconds: created))
  }

  private static func family(_ releases: ModelRelease...) -> ModelFamily {
    ModelFamily(name: "Crops", releases: releases)
  }

  @Test(arguments: [ModelState.proposed, .validated, .approved, .production])
  func `A decision counts for the document it was taken upon, and for no other`(state: ModelState) {
    let changed = Self.release("changed", "1.0.0", state, isUnchanged: false, created: 2)
    let approved = Self.release("approved", "1.0.0", .approved, created: 1)
    #expect(Self.family(changed, approved).release(of: "1.0.0")?.id == "approved")
    #expect(Self.family(changed, approved).latest?.id == "approved")
    let first = Self.release("first", "1.0.0", created: 1)
    #expect(Self.family(changed, first).release(of: "1")?.id == "first")
    let decided = Self.release("decided", "1.0.0", state, created: 2)
    #expect(Self.family(decided, first).release(of: "1.0.0")?.id == "decided")
    let retired = Self.release("retired", "1.0.0", .retired, isUnchanged: false)
    #expect(Self.family(retired, first).release(of: "1.0.0")?.id == "first")
  }

  @Test func `The latest version is neither deprecated nor retired`() {
    let old = Self.release("old", "1.0.0")
    let retired = Self.release("retired", "2.0.0", .retired)
    let changed = Self.release("changed", "2.1.0", .retired, isUnchanged: false)
    let deprecated = Self.release("deprecated", "3.0.0", .production, isDeprecated: true)
    #expect(Self.family(old, retired, changed, deprecated).latest?.id == "old")
    #expect(Self.family(retired, changed, deprecated).latest == nil)
    for only in [retired, changed, deprecated] { #expect(Self.family(only).latest == nil) }
    #expect(Self.family(Self.release("only", "no version")).latest?.id == "only")
    #expect(Self.family(retired, deprecated).release(of: "2.0.0")?.id == "retired")
  }
}
