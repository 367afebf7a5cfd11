"""A web server of files that hands them out at once, drop by drop, or not at all, as the path begins and until it is told to."""

import http.server
import threading
from urllib.parse import unquote


class SlowHost:
    """`/quick/…` answers at once; `/drip/…` and `/silent/…` only when `hurry` is called; `asked` counts requests by path."""

    def __init__(self, files):
        self.files, self.asked, self.lock, self.ready = dict(files), {}, threading.Lock(), threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                _, manner, name = unquote(self.path).split("/", 2)
                content = outer.files.get(name.split("?")[0])
                with outer.lock:
                    outer.asked[self.path] = outer.asked.get(self.path, 0) + 1
                if manner == "silent":
                    outer.ready.wait()
                if content is None:
                    return self.send_error(404)
                try:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.send(content, manner)
                except OSError:  # who asked has gone
                    self.close_connection = True

            def send(self, content, manner):
                sent = 0
                # As slow as is not yet taken for a broken connection.
                while manner == "drip" and sent < len(content) and not outer.ready.wait(0.05):
                    self.wfile.write(content[sent:sent + 75])
                    sent += 75
                self.wfile.write(content[sent:])

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, manner, name):
        return f"http://{self.host}/{manner}/{name}"

    def hurry(self):
        self.ready.set()

    def close(self):
        self.ready.set()
        self.server.shutdown()
        self.server.server_close()
