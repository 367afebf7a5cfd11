import Foundation

/// Python's HTTP server on a free port of this machine, with answers for every case the tests need.
final class LocalServer: @unchecked Sendable {
  // @unchecked: written in init and deinit only.
  private let process = Process()
  let port: Int
  var root: String { "http://127.0.0.1:\(port)" }

  init() throws {
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-u", "-c", Self.program]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    var line = Data()
    while let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty, byte != Data([10]) {
      line.append(byte)
    }
    port = Int(String(decoding: line, as: UTF8.self)) ?? 0
  }

  deinit {
    // A test's thread may block the gentler signals, and the child inherits that.
    kill(process.processIdentifier, SIGKILL)
  }

  private static let program = #"""
    import http.server, json, re, socket, threading
    content = bytes((i * 7 + i // 251) % 256 for i in range(3_000_000))
    asked, lock = [], threading.Lock()
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def reply(self, status, body, length=None, **headers):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body) if length is None else length))
            for name, value in headers.items(): self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        def echo(self):
            size = int(self.headers.get("Content-Length") or 0)
            said = {"method": self.command, "path": self.path, "body": self.rfile.read(size).decode(),
                    "client": self.client_address[1], "type": self.headers.get("Content-Type"),
                    "authorization": self.headers.get("Authorization")}
            self.reply(422 if self.path == "/refuse" else 200, json.dumps(said).encode(), Location="/elsewhere")
        do_POST = do_PUT = do_DELETE = echo
        def range(self, mode):
            first, last = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"]).groups())
            with lock:
                asked.append([first, last, self.headers.get("If-Match"), self.headers.get("If-Unmodified-Since")])
                is_first = first == 0
            last = min(last, len(content) - 1)
            body, tag = content[first:last + 1], '"v1"'
            place = f"bytes {first}-{last}/{len(content)}"
            if mode == "none": return self.reply(200, content, ETag=tag)
            if mode == "flaky" and len(asked) % 2 == 0: return self.reply(503, b"later")
            if mode == "refused" and not is_first: return self.reply(412, b"")
            if mode == "lost" and not is_first: return self.reply(200, content, ETag=tag)
            if mode == "tag" and not is_first: tag = '"v2"'
            if mode == "size" and not is_first: place += "0"
            if mode == "shifted" and not is_first: place = f"bytes {first + 1}-{last + 1}/{len(content)}"
            if mode == "placeless" and not is_first: place = "bytes"
            names = {"Content-Range": place, "ETag": tag}
            if mode == "versionless": del names["ETag"]
            if mode == "dated": names = {"Content-Range": place, "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
            if mode == "packed" and not is_first: names["Content-Encoding"] = "gzip"
            if mode == "cut" and not is_first: return self.reply(206, body[:-1], **names)
            if mode == "long" and not is_first: return self.reply(206, body + b"x", **names)
            if mode == "ended" and not is_first:
                self.close_connection = True
                return self.reply(206, body[:-1], len(body), **names)
            if mode == "stalls" and not is_first: threading.Event().wait(20)
            self.reply(206, body, **names)
        def do_GET(self):
            path, _, query = self.path.partition("?")
            if path == "/file": self.reply(200, bytes(range(256)) * 1000, **{"Content-Type": "image/tiff"})
            elif path == "/short":
                self.reply(200, b"half", length=1000)
                self.close_connection = True
            elif path == "/endless":
                self.send_response(200)
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                try:
                    while True: self.wfile.write(bytes(65536))
                except OSError: pass
            elif path == "/silent": threading.Event().wait(20)
            elif path == "/to": self.reply(302, b"moved", Location=query)
            elif path == "/loop": self.reply(302, b"", Location="/loop")
            elif path == "/ranges": self.range(query)
            elif path == "/asked": self.reply(200, json.dumps(asked).encode())
            elif path == "/missing": self.reply(404, b"no")
            else: self.echo()
        def log_message(self, *arguments): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1])
    server.serve_forever()
    """#
}
