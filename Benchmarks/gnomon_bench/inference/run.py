"""`gnomon_bench inference`: whole maps, a small area of a large scene, and the parts."""

from . import area, maps, scene, training
from .sides import Place

WHAT = ("maps", "area", "parts")
SETS = ("avx512", "avx2", "portable")


def add_options(made):
    made.add_argument(
        "--size", type=int, choices=scene.SIZES, default=4096, help="pixels of the scene's side (default 4096)"
    )
    made.add_argument("--trees", type=int, choices=tuple(training.ROUNDS), default=200, help="trees (default 200)")
    made.add_argument("--rounds", type=int, default=3, help="rounds, of which medians count (default 3)")
    made.add_argument("--area-rounds", type=int, default=9, help="rounds of the small area (default 9)")
    made.add_argument("--only", type=lambda text: text.split(","), default=WHAT, help="of maps,area,parts")
    made.add_argument(
        "--instruction-sets",
        type=lambda text: text.split(","),
        default=available(),
        help="to measure by turns, of avx512,avx2,portable (default: all that this machine has)",
    )
    made.add_argument("--without-peer", action="store_true", help="measure gnomon alone")
    made.add_argument("--without-checks", action="store_true", help="do not compare the maps")


def available():
    """The instruction sets that the evaluator can use here, best first."""
    try:
        with open("/proc/cpuinfo") as lines:
            flags = set(next((line for line in lines if line.startswith("flags")), "").split())
    except OSError:
        flags = set()
    found = [name for name, flag in (("avx512", "avx512bw"), ("avx2", "avx2")) if flag in flags]
    return [*found, "portable"]


def run(options):
    options.results = options.work / "results"
    place = Place(options.work / "inference", options.size, options.trees)
    place.folder.mkdir(parents=True, exist_ok=True)
    if "maps" in options.only:
        maps.run(options, place)
    if "area" in options.only:
        area.run(options, place)
    if "parts" in options.only:
        from . import parts

        parts.run(options, place)
