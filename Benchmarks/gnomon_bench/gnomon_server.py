"""gnomon as a server under test."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

from . import generate
from .cluster import free_port
from .load import Server
from .processes import Tree

NAME, SCHEMA = "gnomon", "gnomon"
INDEXED = ("eo:cloud_cover", "mlm:framework", "mlm:tasks")  # the same that the peer gets
OWN = ("mlm:framework", "mlm:tasks")  # what models are found by has indexes in every catalog, over models alone
SORTED = ("view:sun_elevation", "s2:vegetation_percentage")  # what sort_any_region sorts by, as an operator would for it


def environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("GNOMON_")}


class Gnomon:
    """A binary and a cluster to run it on."""

    name, schema = NAME, SCHEMA

    def __init__(self, binary, cluster, options=()):
        self.binary, self.cluster, self.options = str(binary), cluster, list(options)

    def run(self, *arguments, database, **options):
        """Runs a command to its end; whether it succeeded."""
        command = [self.binary, *map(str, arguments), "--database-url", self.cluster.url(database)]
        return subprocess.run(command, env=environment(), **options).returncode == 0

    def version(self):
        return subprocess.run([self.binary, "--version"], capture_output=True, text=True).stdout.strip()

    def create(self, database):
        self.cluster.recreate(database)
        self.run("migrate", database=database, stdout=subprocess.DEVNULL)

    def index(self, database, names=INDEXED):
        """Indexes properties as an operator would; what needs none, or no item has, is left."""
        for name in (name for name in names if name not in OWN):
            done = subprocess.run([self.binary, "index", "add", name, "--database-url", self.cluster.url(database)],
                                  env=environment(), capture_output=True, text=True)
            if done.returncode:
                print(f"no index over {name}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)

    def load_files(self, folder, database, files=None):
        """Loads a data set's files; the seconds that took."""
        begin = time.monotonic()
        paths = [folder / "collections.ndjson", *generate.item_files(folder)] if files is None else files
        if not self.run("load", *paths, database=database):
            raise SystemExit("gnomon load left something out (above): what is measured would not be the data set")
        return time.monotonic() - begin

    def load_command(self, folder, database):
        return [self.binary, "load", str(folder / "collections.ndjson"), *map(str, generate.item_files(folder)),
                "--database-url", self.cluster.url(database)]

    def environment(self, database):
        return environment()

    def count(self, database, collection=None):
        """How many items the database holds, or one collection of it."""
        statement = "SELECT count(*) FROM gnomon.items"
        if collection:
            statement += f" WHERE collection_key = (SELECT key FROM gnomon.collections WHERE id = '{collection}')"
        return int(self.cluster.sql(database, statement))

    def fill(self, folder, database):
        """The database with the data set in it; the seconds that loading took."""
        self.create(database)
        seconds = self.load_files(folder, database)
        self.index(database)
        self.cluster.settled(database)
        return seconds

    @contextmanager
    def serving(self, database, log):
        """A Server that answers from a database; ended afterwards."""
        port = free_port()
        with open(log, "ab") as output:
            process = subprocess.Popen(
                [self.binary, "serve", "--port", str(port), "--log-level", "warning", "--database-url",
                 self.cluster.url(database), *self.options], stdout=output, stderr=output, stdin=subprocess.DEVNULL,
                env=environment())
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/readyz", process, log)
            yield Server(self.name, url, Tree((process.pid,)), self.cluster.tree)
        finally:
            end(process)


def wait_for(url, process, log, seconds=300):
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the server does not answer at {url}; see {log}") from None
            time.sleep(0.02)


def end(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
