import ArgumentParser
import Foundation

/// The settings of `gnomon serve`: options first, then the environment, then defaults; docs/configuration.md lists them.
struct ServeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Address to listen on (GNOMON_HOST; default 127.0.0.1).", valueName: "address"))
  var host: String?

  @Option(help: ArgumentHelp("Port to listen on, 0 for a free one (GNOMON_PORT; default 8080).", valueName: "port"))
  var port: Int?

  @OptionGroup var database: DatabaseOptions

  @Option(help: "Who may write and run models: loopback is this machine only, open is everybody (GNOMON_AUTH).")
  var auth: Authorization?

  @Option(
    help: ArgumentHelp(
      "Folder whose files may be read as assets; repeatable (GNOMON_ASSET_ROOT).", valueName: "folder"))
  var assetRoot: [String] = []

  @Option(
    help: ArgumentHelp("Host that assets may be fetched from; repeatable (GNOMON_ALLOW_HOST).", valueName: "host"))
  var allowHost: [String] = []

  @Option(help: ArgumentHelp("Address that links are made with (GNOMON_PUBLIC_URL).", valueName: "https://…"))
  var publicURL: String?

  @Option(
    help: ArgumentHelp(
      "Proxy whose forwarding headers decide the links; repeatable (GNOMON_TRUSTED_PROXY).", valueName: "address"))
  var trustedProxy: [String] = []

  @Option(help: ArgumentHelp("How much is logged (GNOMON_LOG_LEVEL; default info).", valueName: "level"))
  var logLevel: String?

  /// Who may write and run models.
  enum Authorization: String, ExpressibleByArgument, CaseIterable {
    case loopback, open
  }
}
