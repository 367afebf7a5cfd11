"""The tables and plots of the inference benchmark, for docs/benchmarks.md."""

from ..tables import number, table
from . import stage_plot

MAPS, AREA, PARTS = "inference-map", "inference-area", "inference-parts"


def circumstances(result):
    machine = result["machine"]
    lines = [
        f"{machine['when']}; {machine['cores']} cores of {machine['processor']}, {machine['memory_gib']} GiB, "
        f"{machine['system']}, kernel {machine['kernel']}, Python {machine['python']}; load before the run "
        f"{machine['load_before']}."
    ]
    lines += [f"{side}: {version}." for side, version in result["versions"].items()]
    return "\n".join(f"- {line}" for line in lines) + "\n"


def maps_section(results, folder):
    """One table for all scenes and models, then where the time goes in each."""
    results = sorted(results, key=lambda result: (result["size"], result["trees"]))
    text = circumstances(results[-1]) + "\n" + table(HEADS, [row for result in results for row in rows(result)], left=3)
    text += "\n" + "".join(verdict(result) for result in results)
    for result in results:
        path = folder / f"inference-{result['size']}-{result['trees']}.svg"
        bars = [(name(side, cost), cost["wall"], seconds(cost)) for side, cost in result["medians"].items()]
        path.write_text(stage_plot.stages(f"Seconds of a map: {title(result)}", bars))
        text += f"\n![stages](plots/{path.name})\n"
    return text + stages_table(results)


HEADS = [
    "scene",
    "trees",
    "side",
    "wall s",
    "CPU s",
    "peak MiB",
    "scratch MiB",
    "Mpixel/s",
    "x wall",
    "x CPU",
    "x memory",
    "rounds",
]


def title(result):
    return f"{result['size']:,} x {result['size']:,} pixels, {result['trees']:,} trees"


def name(side, cost):
    """A side with the instruction set that it says it used."""
    return side if side == "peer" else f"gnomon, {cost.get('instruction_set') or side}"


def rows(result):
    for side, cost in result["medians"].items():
        ratio = result["ratios"].get(side, {})
        yield [
            f"{result['size']:,}²",
            f"{result['trees']:,}",
            name(side, cost),
            number(cost["wall"]),
            number(cost["cpu"]),
            number(cost["rss_mib"]),
            number(cost["scratch_bytes"] / 2**20),
            number(result["size"] ** 2 / 1e6 / cost["wall"]),
            *(number(ratio.get(key)) for key in ("wall", "cpu", "rss_mib")),
            len(result["rounds"][side]),
        ]


def verdict(result):
    """What the checks of a scene and model found."""
    found = result.get("checks")
    if not found:
        return ""
    said = [
        f"{differs['pixels'] - differs['differing']:,} of {differs['pixels']:,} pixels as the peer's {when}"
        for key, when in (("raw", "before the sieve"), ("sieved", "after it"))
        if (differs := found.get(key))
    ]
    ours = found["polygons"]["gnomon"]
    said.append(
        f"{ours['polygons']:,} polygons of {ours['regions']:,} regions, {ours['invalid']} invalid, which cover "
        f"{ours['area_ratio']:.6f} of the pixels' area"
    )
    theirs = found["polygons"].get("peer")
    if theirs:
        said.append(f"the peer's {theirs['polygons']:,}, {theirs['invalid']} invalid, {theirs['area_ratio']:.6f}")
    return f"- {title(result)}: " + "; ".join(said) + ".\n"


def seconds(cost):
    return [(stage, entry["wall"]) for stage, entry in cost["stages"].items()]


def stages_table(results):
    """Wall (and CPU) seconds of each stage of each side."""
    text = ""
    for result in results:
        lines = [
            [name(side, cost), stage, number(entry["wall"]), number(entry["cpu"])]
            for side, cost in result["medians"].items()
            for stage, entry in cost["stages"].items()
        ]
        if lines:
            text += (
                f"\n{title(result)}, stage by stage:\n\n{table(['side', 'stage', 'wall s', 'CPU s'], lines, left=2)}"
            )
    return text


def area_section(results, folder):
    result = results[-1]
    median = result["median"]
    heads = ["area", "of", "trees", "wall s (median)", "slowest s", "CPU s", "peak MiB", "pixels", "rounds"]
    row = [
        f"{result['side']}²",
        f"{result['size']:,}²",
        f"{result['trees']:,}",
        number(median["wall"]),
        number(result["slowest"]),
        number(median["cpu"]),
        number(median["rss_mib"]),
        f"{result['pixels']:,}",
        len(result["rounds"]),
    ]
    return circumstances(result) + "\n" + table(heads, [row], left=2)


def parts_section(results, folder):
    result = results[-1]
    heads = ["part", "gnomon", "measured", "beside", "measured", "unit", "ratio", "wanted"]
    lines = [
        [
            part["part"],
            part["ours"]["name"],
            number(part["ours"]["value"]),
            part["other"]["name"],
            number(part["other"]["value"]),
            part["unit"],
            number(part["ratio"]),
            part["wanted"],
        ]
        for part in result["parts"]
    ]
    return circumstances(result) + "\n" + table(heads, lines, left=2)


SECTIONS = {MAPS: maps_section, AREA: area_section, PARTS: parts_section}
