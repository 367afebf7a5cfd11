// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: Swift 6 mode with the upcoming features the architecture names.
let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

/// Targets that touch C also say every unsafe expression aloud.
let memorySafeSettings = swiftSettings + [.strictMemorySafety()]

let package = Package(
  name: "gnomon",
  products: [.executable(name: "gnomon", targets: ["gnomon"])],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
  ],
  targets: [
    // The C doors: headers, links and the shims Swift cannot express.
    .target(name: "CPostgres", linkerSettings: [.linkedLibrary("pq")]),
    .target(
      name: "CGeo",
      linkerSettings: [
        .linkedLibrary("gdal"), .linkedLibrary("geos_c"), .linkedLibrary("proj"),
        .linkedLibrary("xgboost"),
      ]),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "CZstd", linkerSettings: [.linkedLibrary("zstd")]),
    .target(name: "CCrypto", linkerSettings: [.linkedLibrary("crypto")]),
    .target(name: "CSignals"),
    .target(name: "SQLFiles"),
    .target(name: "CTreeKernels"),

    // Values of the specifications: Foundation only.
    .target(name: "StacModel", swiftSettings: swiftSettings),
    .target(name: "MLMExtension", dependencies: ["StacModel"], swiftSettings: swiftSettings),
    .target(name: "CQL2", dependencies: ["StacModel"], swiftSettings: swiftSettings),
    .target(name: "StacSearch", dependencies: ["StacModel", "CQL2"], swiftSettings: swiftSettings),
    .target(name: "InternetAddresses", swiftSettings: swiftSettings),
    .target(name: "Vectors", swiftSettings: memorySafeSettings),

    .target(
      name: "YAMLValues", dependencies: ["StacModel", .product(name: "Yams", package: "Yams")],
      swiftSettings: memorySafeSettings),
    .target(name: "Lineage", dependencies: ["StacModel", "YAMLValues"], swiftSettings: memorySafeSettings),

    // Effects.
    .target(
      name: "CatalogFiles", dependencies: ["StacModel", "CZlib", "HTTPClient", "Postgres"],
      swiftSettings: memorySafeSettings),
    .target(name: "EmbeddedPostgres", swiftSettings: memorySafeSettings),
    .target(name: "Digests", dependencies: ["CCrypto"], swiftSettings: memorySafeSettings),
    .target(name: "Packing", dependencies: ["CZstd"], swiftSettings: memorySafeSettings),
    .target(name: "Postgres", dependencies: ["CPostgres"], swiftSettings: memorySafeSettings),
    .target(
      name: "StacStore",
      dependencies: ["StacModel", "CQL2", "StacSearch", "Postgres", "SQLFiles", "Digests", "Packing"],
      swiftSettings: memorySafeSettings),
    .target(name: "Geo", dependencies: ["CGeo", "Vectors"], swiftSettings: memorySafeSettings),
    .target(name: "TreeEnsembles", dependencies: ["CTreeKernels"], swiftSettings: memorySafeSettings),
    .target(
      name: "Inference",
      dependencies: ["CGeo", "Geo", "Vectors", "MLMExtension", "StacModel", "Digests", "TreeEnsembles"],
      swiftSettings: memorySafeSettings),
    .target(
      name: "HTTPClient", dependencies: ["CCurl", "InternetAddresses"], swiftSettings: memorySafeSettings),
    .target(
      name: "MLflow",
      dependencies: ["StacModel", "MLMExtension", "HTTPClient", "Digests", "YAMLValues"],
      swiftSettings: swiftSettings),
    .target(
      name: "Containers", dependencies: ["HTTPClient", "StacModel", "Digests"], swiftSettings: memorySafeSettings),
    .target(
      name: "ModelArtifacts", dependencies: ["HTTPClient", "Digests", "StacModel"], swiftSettings: memorySafeSettings),
    .target(
      name: "StacAPI",
      dependencies: [
        "StacModel", "CQL2", "StacSearch", "StacStore", "MLMExtension", "Inference", "InternetAddresses", "CZlib",
        "Lineage", "Containers",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
      ], swiftSettings: memorySafeSettings),
    .executableTarget(
      name: "gnomon",
      dependencies: [
        "StacAPI", "StacStore", "StacSearch", "Postgres", "EmbeddedPostgres", "CatalogFiles", "StacModel",
        "MLMExtension", "Inference", "HTTPClient", "InternetAddresses", "Geo", "Lineage", "MLflow", "ModelArtifacts",
        "Digests", "Containers", "TreeEnsembles", "CSignals", "YAMLValues",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ], swiftSettings: memorySafeSettings),

    // What `make bench-inference` times; no part of gnomon.
    .executableTarget(
      name: "gnomon-parts", dependencies: ["TreeEnsembles", "Vectors", "Geo"], path: "Benchmarks/Parts",
      swiftSettings: memorySafeSettings),

    // Tests: pure ones first, then C libraries, PostgreSQL, HTTP; Tests/EndToEnd drives the built binary from Python.
    .target(name: "SeededRandom", path: "Tests/SeededRandom", swiftSettings: swiftSettings),
    .testTarget(name: "StacModelTests", dependencies: ["StacModel"], swiftSettings: swiftSettings),
    .testTarget(
      name: "MLMExtensionTests", dependencies: ["MLMExtension", "StacModel", "SeededRandom"],
      swiftSettings: swiftSettings),
    .testTarget(name: "LineageTests", dependencies: ["Lineage", "StacModel"], swiftSettings: swiftSettings),
    .testTarget(name: "YAMLValuesTests", dependencies: ["YAMLValues", "StacModel"], swiftSettings: swiftSettings),
    .testTarget(
      name: "CQL2Tests", dependencies: ["CQL2", "StacModel", "SeededRandom"], swiftSettings: swiftSettings),
    .testTarget(
      name: "StacSearchTests", dependencies: ["StacSearch", "CQL2", "StacModel", "SeededRandom"],
      swiftSettings: swiftSettings),
    .testTarget(name: "CatalogFilesTests", dependencies: ["CatalogFiles", "StacModel"], swiftSettings: swiftSettings),
    .testTarget(
      name: "InternetAddressesTests", dependencies: ["InternetAddresses", "SeededRandom"], swiftSettings: swiftSettings),
    .testTarget(name: "DigestsTests", dependencies: ["Digests"], swiftSettings: swiftSettings),
    .testTarget(name: "PackingTests", dependencies: ["Packing"], swiftSettings: swiftSettings),
    .testTarget(name: "HTTPClientTests", dependencies: ["HTTPClient"], swiftSettings: swiftSettings),
    .testTarget(
      name: "MLflowTests", dependencies: ["MLflow", "StacModel", "HTTPClient"], swiftSettings: swiftSettings),
    .testTarget(name: "ContainersTests", dependencies: ["Containers", "HTTPClient"], swiftSettings: swiftSettings),
    .testTarget(
      name: "ModelArtifactsTests", dependencies: ["ModelArtifacts", "Digests", "HTTPClient"],
      swiftSettings: swiftSettings),
    .testTarget(name: "VectorsTests", dependencies: ["Vectors", "SeededRandom"], swiftSettings: swiftSettings),
    .testTarget(
      name: "GeoTests", dependencies: ["CGeo", "Geo", "Vectors", "SeededRandom"], swiftSettings: swiftSettings),
    .testTarget(
      name: "InferenceTests",
      dependencies: ["Inference", "Geo", "MLMExtension", "StacModel", "Digests", "SeededRandom", "TreeEnsembles"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "TreeEnsemblesTests", dependencies: ["TreeEnsembles", "SeededRandom"], swiftSettings: swiftSettings),
    .target(name: "TestSupport", dependencies: ["Postgres"], path: "Tests/TestSupport", swiftSettings: swiftSettings),
    .testTarget(name: "PostgresTests", dependencies: ["Postgres", "TestSupport"], swiftSettings: swiftSettings),
    .testTarget(
      name: "StacStoreTests",
      dependencies: [
        "StacStore", "StacSearch", "CQL2", "StacModel", "Postgres", "SQLFiles", "TestSupport", "SeededRandom",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "StacAPITests",
      dependencies: [
        "StacAPI", "StacModel", "StacSearch", "StacStore", "MLMExtension", "Postgres", "InternetAddresses",
        "TestSupport",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ], swiftSettings: swiftSettings),
  ]
)
