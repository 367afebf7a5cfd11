"""The registry of the CNCF distribution, as Debian packages it, and a token service as registries of the cloud have them."""

import base64
import hashlib
import http.server
import json
import subprocess
import threading
import time
import urllib.parse
from pathlib import Path

import requests

from gnomon_server import free_port, wait_until

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class Registry:
    """`docker-registry serve` on a folder of its own; with a token service it lets nobody in without a token."""

    def __init__(self, folder, tokens=None):
        self.folder = Path(folder)
        self.host = f"127.0.0.1:{free_port()}"
        self.tokens = tokens
        self.process = None
        self.http = requests.Session()
        self.http.trust_env = False

    def __enter__(self):
        auth = ""
        if self.tokens:
            auth = (f"auth:\n  token:\n    realm: {self.tokens.url}/token\n    service: registry\n    issuer: tests\n"
                    f"    rootcertbundle: {self.tokens.certificate}\n")
        (self.folder / "config.yml").write_text(
            f"version: 0.1\nlog:\n  level: warn\nstorage:\n  filesystem:\n    rootdirectory: {self.folder}/data\n"
            f"  delete:\n    enabled: true\nhttp:\n  addr: {self.host}\n{auth}")
        self.log = open(self.folder / "registry.log", "wb")
        self.process = subprocess.Popen(["docker-registry", "serve", str(self.folder / "config.yml")],
                                        stdout=self.log, stderr=self.log)
        wait_until(self._ready, 30, "the registry answers")
        return self

    def _ready(self):
        assert self.process.poll() is None, (self.folder / "registry.log").read_text()[-2000:]
        try:
            return self.http.get(f"http://{self.host}/v2/", timeout=5).status_code in (200, 401)
        except requests.RequestException:
            return False

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()

    def push(self, repository, tag, text):
        """Puts an image with one small layer; gives the digest of its index."""
        headers = {}
        if self.tokens:
            headers["Authorization"] = "Bearer " + self.tokens.token(f"repository:{repository}:pull,push")
        base = f"http://{self.host}/v2/{repository}"

        def blob(content):
            digest = "sha256:" + hashlib.sha256(content).hexdigest()
            place = self.http.post(f"{base}/blobs/uploads/", headers=headers, timeout=10)
            assert place.status_code == 202, place.text
            address = urllib.parse.urljoin(base, place.headers["Location"])
            joint = "&" if "?" in address else "?"
            done = self.http.put(f"{address}{joint}digest={digest}", data=content, headers=headers, timeout=10)
            assert done.status_code == 201, done.text
            return {"digest": digest, "size": len(content)}

        def put(reference, kind, document):
            content = json.dumps(document).encode()
            answer = self.http.put(f"{base}/manifests/{reference}", data=content, timeout=10,
                                   headers={**headers, "Content-Type": kind})
            assert answer.status_code == 201, answer.text
            return {"mediaType": kind, "size": len(content), "digest": "sha256:" + hashlib.sha256(content).hexdigest()}

        configuration = {"mediaType": "application/vnd.oci.image.config.v1+json", **blob(b'{"text":"%s"}' % text.encode())}
        layer = {"mediaType": "application/vnd.oci.image.layer.v1.tar", **blob(text.encode())}
        content = {"schemaVersion": 2, "mediaType": MANIFEST, "config": configuration, "layers": [layer]}
        digest = "sha256:" + hashlib.sha256(json.dumps(content).encode()).hexdigest()
        manifest = put(digest, MANIFEST, content)
        index = {"schemaVersion": 2, "mediaType": INDEX,
                 "manifests": [{**manifest, "platform": {"architecture": "amd64", "os": "linux"}}]}
        return put(tag, INDEX, index)["digest"]


class WebServer:
    """Answers every path with status 200, one content type and one body, as a registry does that names no digest."""

    def __init__(self, kind, body):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_HEAD(self):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()

            def do_GET(self):
                self.do_HEAD()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()


class TokenService:
    """Gives whoever asks a token for pulling, signed with a key of its own."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.key, self.certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        self.asked = []

    def __enter__(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(self.key), "-out",
                        str(self.certificate), "-subj", "/CN=tests", "-days", "2"], check=True, capture_output=True)
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
                service.asked.append(query)
                body = json.dumps({"token": service.token(query["scope"][0])}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()

    def token(self, scope):
        """A JSON Web Token that the registry takes: signed by RS256, the certificate within."""
        def encoded(content):
            return base64.urlsafe_b64encode(content).rstrip(b"=")

        certificate = subprocess.run(["openssl", "x509", "-in", str(self.certificate), "-outform", "DER"], check=True,
                                     capture_output=True).stdout
        kind, name, actions = scope.split(":", 2)
        now = int(time.time())
        head = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(certificate).decode()]}
        claims = {"iss": "tests", "sub": "", "aud": "registry", "exp": now + 300, "nbf": now - 10, "iat": now, "jti": "1",
                  "access": [{"type": kind, "name": name, "actions": actions.split(",")}]}
        text = encoded(json.dumps(head).encode()) + b"." + encoded(json.dumps(claims).encode())
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", str(self.key)], input=text, check=True,
                                   capture_output=True).stdout
        return (text + b"." + encoded(signature)).decode()
