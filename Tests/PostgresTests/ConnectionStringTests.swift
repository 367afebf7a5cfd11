import Postgres
import Testing

@Suite("Connection strings")
struct ConnectionStringTests {
  @Test("Each host of a URL is a server of its own, with its port and all that is said for both")
  func hosts() throws {
    let string = try #require(ConnectionString("postgresql://me:secret@one:5433,two/catalog?sslmode=require"))
    let servers = string.servers
    #expect(servers.map(\.address) == ["one:5433", "two"])
    #expect(servers.allSatisfy { $0["dbname"] == "catalog" && $0["user"] == "me" && $0["sslmode"] == "require" })
    #expect(servers.allSatisfy { !$0.address.contains("secret") && $0["password"] == "secret" })
  }

  @Test("One port serves several hosts, and sockets are hosts too")
  func ports() throws {
    let string = try #require(ConnectionString("host=/run/a,/run/b port=6000 dbname=catalog"))
    #expect(string.servers.map { $0["port"] } == ["6000", "6000"])
    #expect(string.servers.map { $0["host"] } == ["/run/a", "/run/b"])
    let addresses = try #require(ConnectionString("hostaddr=10.0.0.1,10.0.0.2 port=1,2"))
    #expect(addresses.servers.map(\.address) == ["10.0.0.1:1", "10.0.0.2:2"])
  }

  @Test("What is printed is read again as the same", arguments: ["it's", "back\\slash", "with space", ""])
  func printing(value: String) throws {
    var string = try #require(ConnectionString("host=a"))
    string["password"] = value
    let again = try #require(ConnectionString(string.text))
    #expect(again["password"] == value && again["host"] == "a")
  }

  @Test("What libpq does not understand is none")
  func refusals() {
    #expect(ConnectionString("postgresql://[oops") == nil)
    #expect(ConnectionString("no keyword") == nil)
  }
}
