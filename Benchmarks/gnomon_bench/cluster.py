"""A PostgreSQL cluster of the benchmarks' own, on the loopback address, for every server that is measured."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
from pathlib import Path

from .processes import Tree

ROLE = "bench"
# For 2 cores and 24 GiB; memory is scaled to the machine. Nothing that weakens durability is touched.
SETTINGS = {
    "shared_buffers": "{twelfth}MB", "effective_cache_size": "{half}MB", "work_mem": "32MB",
    "maintenance_work_mem": "512MB", "random_page_cost": "1.1", "effective_io_concurrency": "200", "jit": "off",
    "max_connections": "100", "max_worker_processes": "4", "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "1", "wal_compression": "lz4", "max_wal_size": "8GB", "min_wal_size": "1GB",
    "checkpoint_timeout": "15min", "checkpoint_completion_target": "0.9", "logging_collector": "off",
    "log_min_messages": "warning",
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def programs():
    """The folder of PostgreSQL's programs: that of Debian's newest, or of `pg_config`."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if folders:
        return folders[-1].parent
    return Path(subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True).stdout.strip())


def settings():
    megabytes = int(Path("/proc/meminfo").read_text().split()[1]) // 1024
    sizes = {"twelfth": megabytes // 12, "half": megabytes // 2}
    return {name: value.format(**sizes) for name, value in SETTINGS.items()}


class Cluster:
    """Made once under a folder, started for a run and stopped after it; its data stay."""

    def __init__(self, folder):
        self.folder, self.programs = Path(folder), programs()
        self.data, self.log = self.folder / "data", self.folder / "log"
        self.password_file, self.port = self.folder / "password", None

    def as_owner(self, *command):
        """PostgreSQL does not run as root: then it runs as the system's user postgres."""
        return [*(["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []), *map(str, command)]

    def create(self):
        self.data.mkdir(parents=True)
        self.password_file.write_text(secrets.token_hex(16))
        self.password_file.chmod(0o600)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            for path in (self.folder, self.data, self.password_file):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        subprocess.run(self.as_owner(
            self.programs / "initdb", "-D", self.data, "-U", ROLE, "--pwfile", self.password_file, "-A",
            "scram-sha-256", "-E", "UTF8", "--locale", "C.UTF-8"), check=True, stdout=subprocess.DEVNULL)
        lines = "".join(f"{name} = '{value}'\n" for name, value in settings().items())
        with open(self.data / "postgresql.conf", "a") as out:
            out.write("\n" + lines)

    def start(self):
        if not (self.data / "PG_VERSION").exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            self.create()
        self.port = free_port()
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        subprocess.run(self.as_owner(self.programs / "pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", "120", "-o",
                                     options, "start"), check=True, stdout=subprocess.DEVNULL, cwd="/")
        return self

    def stop(self):
        subprocess.run(self.as_owner(
            self.programs / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", "300", "stop"),
            check=False, stdout=subprocess.DEVNULL, cwd="/")

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    @property
    def tree(self):
        return Tree((int((self.data / "postmaster.pid").read_text().split()[0]),))

    def environment(self, database):
        """libpq's variables for a database."""
        return {**os.environ, "PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": ROLE, "PGDATABASE": database,
                "PGPASSWORD": self.password_file.read_text()}

    def url(self, database):
        return f"postgresql://{ROLE}:{self.password_file.read_text()}@127.0.0.1:{self.port}/{database}"

    def sql(self, database, *statements):
        """Runs statements, each in a transaction of its own; what they print, one row a line."""
        command = [str(self.programs / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        for statement in statements:
            command += ["-c", statement]
        done = subprocess.run(command, env=self.environment(database), capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"psql: {done.stderr.strip()}")
        return done.stdout.strip()

    def recreate(self, database):
        self.drop(database)
        self.sql("postgres", f'CREATE DATABASE "{database}"')
        self.sql(database, "CREATE EXTENSION postgis")

    def drop(self, database):
        self.sql("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def note(self, database):
        """What `remember` noted of a database, empty where there is none."""
        return self.sql("postgres", "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
                                    f"WHERE datname = '{database}'")

    def remember(self, database, note):
        self.sql("postgres", f"COMMENT ON DATABASE \"{database}\" IS '{note}'")

    def settled(self, database):
        """As a catalog is after some time: vacuumed, analysed, written to disk."""
        self.sql(database, "VACUUM ANALYZE", "CHECKPOINT")

    def bytes_of_schema(self, database, schema):
        """Bytes on disk of a schema's tables, indexes included."""
        return int(self.sql(database, "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c "
                                      f"WHERE c.relnamespace = '{schema}'::regnamespace AND c.relkind IN ('r', 'm')"))

    def description(self):
        return {"versions": self.sql("template1", "SHOW server_version"), "settings": settings(),
                "durability": "fsync and synchronous_commit on"}
