"""OpenStack Swift with its S3 interface, as Debian packages it: a real server of the S3 kind, on one folder."""

import contextlib
import datetime
import hashlib
import hmac
import os
import subprocess
import urllib.parse
from pathlib import Path

import requests

from gnomon_server import free_port, wait_until

ACCESS_KEY, SECRET_KEY = "test:tester", "testing"
SERVERS = ["account", "container", "object"]


class ObjectStorage:
    """Four processes of Swift on a folder of their own; buckets of the user test:tester."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.ports = {name: free_port() for name in [*SERVERS, "proxy"]}
        self.endpoint = f"http://127.0.0.1:{self.ports['proxy']}"
        self.host = f"127.0.0.1:{self.ports['proxy']}"
        self.processes = []

    def __enter__(self):
        (self.folder / "devices" / "d1").mkdir(parents=True)
        (self.folder / "swift.conf").write_text(
            "[swift-hash]\nswift_hash_path_suffix = gnomon\nswift_hash_path_prefix = tests\n"
            "[storage-policy:0]\nname = gold\ndefault = yes\n")
        for name in SERVERS:
            self._ring(name)
            (self.folder / f"{name}.conf").write_text(self._common(name) + f"""
devices = {self.folder}/devices
mount_check = false
[pipeline:main]
pipeline = {name}-server
[app:{name}-server]
use = egg:swift#{name}
""")
        (self.folder / "proxy.conf").write_text(self._common("proxy") + """
[pipeline:main]
pipeline = catch_errors cache s3api tempauth proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
check_bucket_owner = false
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
""")
        for name in [*SERVERS, "proxy"]:
            log = open(self.folder / f"{name}.log", "wb")
            environment = {**os.environ, "SWIFT_CONF_DIR": str(self.folder)}
            self.processes.append(subprocess.Popen(
                [f"/usr/bin/swift-{name}-server", str(self.folder / f"{name}.conf"), "-v"], stdout=log, stderr=log,
                env=environment))
        wait_until(self._ready, 60, "Swift answers")
        return self

    def _common(self, name):
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        return (f"[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = {self.ports[name]}\nworkers = 0\nuser = {user}\n"
                f"swift_dir = {self.folder}\nlog_address = {self.folder}/no-log\n")

    def _ring(self, name):
        builder = str(self.folder / f"{name}.builder")
        for arguments in [["create", "2", "1", "0"],
                          ["add", f"r1z1-127.0.0.1:{self.ports[name]}/d1", "1"], ["rebalance"]]:
            subprocess.run(["swift-ring-builder", builder, *arguments], check=True, capture_output=True)

    def _ready(self):
        for process in self.processes:
            assert process.poll() is None, "\n".join(
                file.read_text(errors="replace")[-1500:] for file in self.folder.glob("*.log"))
        with contextlib.suppress(requests.RequestException):
            return self.request("PUT", "/ready").status_code in (200, 409)
        return False

    def __exit__(self, *_):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=20)

    def request(self, method, path, body=b""):
        """A request signed in its header, by the rules of AWS Signature Version 4."""
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{now[:8]}/us-east-1/s3/aws4_request"
        digest = hashlib.sha256(body).hexdigest()
        path = urllib.parse.quote(path)
        names = "host;x-amz-content-sha256;x-amz-date"
        canonical = (f"{method}\n{path}\n\nhost:{self.host}\nx-amz-content-sha256:{digest}\nx-amz-date:{now}\n\n"
                     f"{names}\n{digest}")
        text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = b"AWS4" + SECRET_KEY.encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        session = requests.Session()
        session.trust_env = False
        return session.request(method, self.endpoint + path, data=body, timeout=20, headers={
            "X-Amz-Date": now, "X-Amz-Content-Sha256": digest,
            "Authorization": f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{scope}, SignedHeaders={names}, "
                             f"Signature={signature}"})

    def put(self, bucket, key, content):
        self.request("PUT", f"/{bucket}")
        # A machine that is busy makes the servers behind the proxy answer too late for it, which is 503.
        wait_until(lambda: self.request("PUT", f"/{bucket}/{key}", content).status_code == 200, 60, f"{key} is kept")

    def delete(self, bucket, key):
        assert self.request("DELETE", f"/{bucket}/{key}").status_code == 204
