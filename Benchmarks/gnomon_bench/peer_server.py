"""stac-fastapi-pgstac, the API that users would run instead, with the settings that were found fastest.

Two uvicorn workers, uvloop and httptools, no access log, no validation of answers, hydration in the API rather than in
SQL (the default is 5 to 12 times slower), ten connections a pool, and the option for direct responses made to work
(peer_app.py). pgstac keeps one partition a collection and indexes what the workloads filter and sort by.
"""

import json
import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from . import generate
from .cluster import free_port
from .gnomon_server import INDEXED, end, wait_for
from .load import Server
from .processes import Tree

NAME, SCHEMA = "peer", "pgstac"
WORKERS, CONNECTIONS = 2, 10
QUERYABLES = {
    "eo:cloud_cover": {"title": "Cloud Cover", "type": "number", "minimum": 0, "maximum": 100},
    "view:sun_elevation": {"type": "number"},
    "s2:vegetation_percentage": {"type": "number"},
    "platform": {"type": "string"},
    "constellation": {"type": "string"},
    "grid:code": {"type": "string"},
    "mlm:framework": {"type": "string"},
    "mlm:architecture": {"type": "string"},
    "mlm:tasks": {"type": "array", "items": {"type": "string"}},
    "mlm:total_parameters": {"type": "integer"},
}
SETTINGS = {
    "STAC_FASTAPI_TITLE": "peer",
    "STAC_FASTAPI_DESCRIPTION": "stac-fastapi-pgstac",
    "STAC_FASTAPI_LANDING_ID": "peer",
    "ENABLE_TRANSACTIONS_EXTENSIONS": "TRUE",
    "ENABLE_RESPONSE_MODELS": "FALSE",
    "ENABLE_DIRECT_RESPONSE": "TRUE",
    "USE_API_HYDRATE": "TRUE",
    "DB_MIN_CONN_SIZE": str(CONNECTIONS),
    "DB_MAX_CONN_SIZE": str(CONNECTIONS),
    "CORS_METHODS": "GET,POST,PUT,PATCH,DELETE,OPTIONS",
    "PYTHONDONTWRITEBYTECODE": "1",
}
PACKAGES = (
    "stac-fastapi-pgstac",
    "pypgstac",
    "fastapi",
    "starlette",
    "uvicorn",
    "uvloop",
    "httptools",
    "asyncpg",
    "orjson",
    "pydantic",
)


class Peer:
    """The peer's virtual environment and a cluster to run it on."""

    name, schema = NAME, SCHEMA

    def __init__(self, environment, cluster):
        self.programs, self.cluster = Path(environment).absolute() / "bin", cluster
        if not (self.programs / "pypgstac").exists():
            raise SystemExit(f"no pypgstac in {self.programs}: run scripts/setup.sh bench")

    def run(self, *arguments, database, **options):
        return subprocess.run(
            [str(self.programs / "pypgstac"), *map(str, arguments)],
            check=True,
            env=self.cluster.environment(database),
            **options,
        )

    def version(self):
        code = f"from importlib.metadata import version as v; print(', '.join(p + ' ' + v(p) for p in {PACKAGES!r}))"
        return subprocess.run(
            [str(self.programs / "python"), "-c", code], capture_output=True, text=True
        ).stdout.strip()

    def create(self, database):
        self.cluster.recreate(database)
        self.cluster.sql(database, f'ALTER DATABASE "{database}" SET search_path TO pgstac, public')
        self.run("migrate", database=database, stdout=subprocess.DEVNULL)

    def index(self, database, names=INDEXED):
        queryables, listed = json.dumps({"properties": QUERYABLES}), ",".join(f"'{name}'" for name in names)
        self.cluster.sql(
            database,
            "SET search_path TO pgstac, public; SELECT pgstac.upsert_queryables("
            f"'{queryables}'::jsonb, NULL, ARRAY[{listed}], false)",
        )

    def load_files(self, folder, database, files=None):
        """Loads a data set's files by pypgstac's COPY; the seconds that took."""
        begin = time.monotonic()
        self.run(
            "load",
            "collections",
            folder / "collections.ndjson",
            "--method",
            "upsert",
            database=database,
            stdout=subprocess.DEVNULL,
        )
        for file in generate.item_files(folder) if files is None else files:
            self.run(
                "load",
                "items",
                file,
                "--method",
                "insert",
                "--chunksize",
                "10000",
                database=database,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        return time.monotonic() - begin

    def load_command(self, folder, database):
        """Loads the collections, and gives the command that loads the items."""
        self.run(
            "load",
            "collections",
            folder / "collections.ndjson",
            "--method",
            "upsert",
            database=database,
            stdout=subprocess.DEVNULL,
        )
        return [
            str(self.programs / "pypgstac"),
            "load",
            "items",
            str(generate.item_files(folder)[0]),
            "--method",
            "insert",
            "--chunksize",
            "10000",
        ]

    def environment(self, database):
        return self.cluster.environment(database)

    def count(self, database, collection=None):
        """How many items the database holds, or one collection of it."""
        of = f" WHERE collection = '{collection}'" if collection else ""
        return int(self.cluster.sql(database, f"SELECT count(*) FROM pgstac.items{of}"))

    def fill(self, folder, database):
        """The database with the data set in it; the seconds that loading took."""
        self.create(database)
        self.index(database)
        seconds = self.load_files(folder, database)
        self.cluster.settled(database)
        return seconds

    @contextmanager
    def serving(self, database, log):
        """A Server that answers from a database; ended afterwards."""
        port, connection = free_port(), self.cluster.environment(database)
        command = [
            str(self.programs / "uvicorn"),
            "peer_app:create_app",
            "--app-dir",
            str(Path(__file__).parent / "peer"),
            "--factory",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--workers",
            str(WORKERS),
            "--loop",
            "uvloop",
            "--http",
            "httptools",
            "--no-access-log",
            "--log-level",
            "warning",
            "--backlog",
            "2048",
            "--timeout-keep-alive",
            "75",
        ]
        with open(log, "ab") as output:
            process = subprocess.Popen(
                command,
                env=connection | SETTINGS,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                cwd=os.path.dirname(log),
            )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/_mgmt/ping", process, log)
            yield Server(self.name, url, Tree((process.pid,)), self.cluster.tree)
        finally:
            end(process)
