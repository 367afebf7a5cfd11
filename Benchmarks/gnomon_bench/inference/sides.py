"""The two sides: how each is run on a scene and a model, and what it tells of itself."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from . import catalog, scene, training, watched
from .checks import last_json

SIEVE, SIMPLIFY = 16, 10  # pixels, metres
WHEELS = ("rasterio", "xgboost-cpu", "numpy", "shapely", "pyproj", "pyogrio", "geopandas", "connected-components-3d")
AUTOMATIC = "automatic"
AS_THE_PEER = ("--sieve", SIEVE, "--simplify", SIMPLIFY, "--confidence")


@dataclass(frozen=True)
class Place:
    """What is measured: a scene and a model, and the folder where all of it lies."""

    folder: Path
    size: int
    trees: int

    @property
    def scene(self):
        return scene.ensure(self.folder, self.size)

    @property
    def model(self):
        return training.ensure(self.folder / "models", self.trees)

    @property
    def data_directory(self):
        return self.folder / "data"

    @property
    def raw(self):
        """The peer's class map before the sieve."""
        return self.folder / f"raw-{self.size}-{self.trees}.npy"

    def out(self, name):
        """A folder for results, empty."""
        path = self.folder / "out" / f"{name}-{self.size}-{self.trees}"
        shutil.rmtree(path, ignore_errors=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def watched(self, command, name):
        temporary = self.folder / "temporary"
        shutil.rmtree(temporary, ignore_errors=True)
        return watched.run(command, temporary, self.folder / f"{name}.log")


def load(gnomon, place):
    """A data directory that holds the scene and the model, whose PostgreSQL is stopped."""
    catalog.load(gnomon, place.data_directory, place.folder, {place.size: place.scene}, {place.trees: place.model})


def warm(path):
    """Reads a file, so that it lies in memory for both sides."""
    with open(path, "rb") as file:
        while file.read(1 << 24):
            pass


class Peer:
    name = "peer"

    def run(self, place, keep_raw=False):
        """(the folder of its results, cost and stages)."""
        out = place.out(self.name)
        raw = ["--raw", place.raw] if keep_raw else []
        program = [sys.executable, "-m", f"{__package__}.peer", place.scene, place.model, out]
        cost = place.watched([*program, "--sieve", SIEVE, "--simplify", SIMPLIFY, *raw], self.name)
        return out, {**last_json(cost.output), **cost.facts()}

    @staticmethod
    def version():
        return ", ".join(f"{name} {metadata.version(name)}" for name in WHEELS)


class Gnomon:
    name = "gnomon"

    def __init__(self, binary):
        self.binary = str(binary)
        self.help = subprocess.run([self.binary, "predict", "--help"], capture_output=True, text=True).stdout

    def version(self):
        return subprocess.run([self.binary, "--version"], capture_output=True, text=True).stdout.strip()

    def instruction_sets(self, wanted):
        """Those of the wanted ones that can be asked for; what the machine offers where none can."""
        return wanted if "--instruction-set" in self.help else [AUTOMATIC]

    def run(self, place, instruction_set=AUTOMATIC, options=AS_THE_PEER, results=None):
        """(the folder of its results, cost and stages); `results` names the folder."""
        out = place.out(f"{self.name}-{results or instruction_set}")
        command = [
            self.binary,
            "predict",
            "--data-dir",
            place.data_directory,
            "--model",
            f"{catalog.MODELS}/lulc-{place.trees}",
            "--item",
            f"{catalog.SCENES}/scene-{place.size}",
            "--out",
            out,
            *options,
        ]
        if instruction_set != AUTOMATIC:
            command += ["--instruction-set", instruction_set]
        if "--json" in self.help:
            command.append("--json")
        cost = place.watched(command, self.name)
        told = last_json(cost.output)
        stages = {
            stage["name"]: {"wall": stage["seconds"], "cpu": stage.get("cpu_seconds")}
            for stage in told.get("stages", [])
        }
        kept = {key: told[key] for key in ("engine", "instruction_set", "pixels", "polygons") if key in told}
        scratch = max(cost.scratch_bytes, told.get("scratch_file_bytes", 0))
        return out, {"stages": stages, **kept, **cost.facts(), "scratch_bytes": scratch}
