"""A PostgreSQL cluster of the tests' own, which may be killed: a unix socket in a short folder, and no TCP."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from gnomon_server import alive, wait_until

BINARIES = Path("/usr/lib/postgresql/15/bin")


class Cluster:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="gnomon-pg-", dir="/tmp"))
        self.data = self.folder / "data"
        self.user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self.initialize()
        with open(self.data / "postgresql.conf", "a") as configuration:
            configuration.write(f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\n"
                                "max_connections = 60\nfsync = off\nrestart_after_crash = off\n")
        self.start()

    def initialize(self):
        self.command("initdb", "-D", self.data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                     "--no-sync")

    def command(self, name, *arguments):
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        subprocess.run([*prefix, BINARIES / name, *map(str, arguments)], check=True, cwd=self.folder,
                       stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, timeout=120)

    def start(self):
        self.command("pg_ctl", "-D", self.data, "-w", "-t", "100", "-l", self.folder / "log", "start")

    def kill(self):
        """Ends the server as kill -9 of all its processes does."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        processes = [postmaster] + [int(line) for line in subprocess.run(
            ["pgrep", "-P", str(postmaster)], capture_output=True, text=True).stdout.split()]
        for process in processes:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        wait_until(lambda: not any(alive(process) for process in processes), 30, "PostgreSQL is gone")
        # A process that nobody has waited for yet still counts for PostgreSQL.
        (self.data / "postmaster.pid").unlink()
        (self.folder / ".s.PGSQL.5432.lock").unlink()

    def url(self, database):
        return f"postgresql://tester@/{database}?host={self.folder}"

    def create(self, database):
        """Makes an empty database and gives its address."""
        self.query("postgres", f'CREATE DATABASE "{database}" TEMPLATE template0')
        return self.url(database)

    def query(self, database, statement):
        """Runs a statement; its rows as lists of texts."""
        done = subprocess.run([BINARIES / "psql", self.url(database), "-XAtqv", "ON_ERROR_STOP=1", "-F", "\t", "-c", statement],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]

    def number(self, database, statement):
        """The one number that a statement gives, -1 where it cannot be asked now."""
        try:
            return int(self.query(database, statement)[0][0])
        except (AssertionError, IndexError):
            return -1

    def close(self):
        if (self.data / "postmaster.pid").exists():
            self.command("pg_ctl", "-D", self.data, "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class Standby(Cluster):
    """A streaming replica of a cluster."""

    def __init__(self, primary, settings=""):
        self.primary = primary
        super().__init__()
        if settings:
            with open(self.data / "postgresql.conf", "a") as configuration:
                configuration.write(settings + "\n")
            self.command("pg_ctl", "-D", self.data, "-w", "-m", "fast", "-l", self.folder / "log", "restart")

    def initialize(self):
        self.command("pg_basebackup", "-D", self.data, "-d", self.primary.url("postgres"), "-R", "-X", "stream",
                     "-c", "fast", "--no-sync")

    def stop(self):
        self.command("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")

    def promote(self):
        self.command("pg_ctl", "-D", self.data, "-w", "promote")

    def pause(self):
        """Lets nothing more be replayed: what the primary commits from now on is not seen here."""
        self.query("postgres", "SELECT pg_wal_replay_pause()")
        wait_until(lambda: self.query("postgres", "SELECT pg_get_wal_replay_pause_state()") == [["paused"]], 30,
                   "replay is paused")

    def resume(self):
        self.query("postgres", "SELECT pg_wal_replay_resume()")
