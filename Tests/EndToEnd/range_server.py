"""A web server of one folder that gives ranges of its files, or misbehaves as a test asks."""

import hashlib
import http.server
import re
import threading
from pathlib import Path


class RangeServer:
    """Files of a folder over HTTP; `mode` says how ranges after the first are answered, `sent` counts their bytes."""

    def __init__(self, folder):
        self.mode, self.sent, self.requests = "sound", 0, 0
        self.lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                content = (Path(folder) / self.path.strip("/")).read_bytes()
                with outer.lock:
                    outer.requests += 1
                    is_first = outer.requests == 1
                mode = "sound" if is_first and outer.mode != "whole" else outer.mode
                asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range") or "")
                if mode == "whole" or not asked:
                    return self.reply(200, content, {})
                first, last = int(asked[1]), min(int(asked[2]), len(content) - 1)
                tag = hashlib.sha256(content + mode.encode() * (mode == "changed")).hexdigest()
                body = content[first:last + 1]
                fields = {"ETag": f'"{tag}"', "Content-Range": f"bytes {first}-{last}/{len(content)}"}
                self.reply(206, body[:len(body) // 2] if mode == "cut" else body, fields)

            def reply(self, status, body, fields):
                with outer.lock:
                    outer.sent += len(body)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **fields}.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:  # what is not wanted is not read
                    self.close_connection = True

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
