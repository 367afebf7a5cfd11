"""Whole maps: the peer and gnomon by turns on one scene with one model, and whether they made the same map."""

import statistics

from .. import measurement
from ..measurement import say
from . import checks, scene, sides

COMPARED = ("wall", "cpu", "rss_mib")


def run(options, place):
    gnomon, peer = sides.Gnomon(options.gnomon), sides.Peer()
    result = {
        "kind": "inference-map",
        "size": place.size,
        "trees": place.trees,
        "items": place.size * 10_000 + place.trees,
        "scene_bytes": place.scene.stat().st_size,
        "machine": measurement.machine(),
        "sieve": sides.SIEVE,
        "simplify": sides.SIMPLIFY,
        "versions": {"gnomon": gnomon.version(), "peer": peer.version()},
    }
    sides.load(gnomon.binary, place)
    sides.warm(place.scene)
    rounds, outputs = turns(options, place, gnomon, peer)
    result["rounds"] = rounds
    result["medians"] = {side: median(costs) for side, costs in rounds.items()}
    result["ratios"] = ratios(result["medians"])
    if not options.without_checks:
        result["checks"] = checked(place, gnomon, outputs)
        result["problems"] = checks.problems(result["checks"])
        say(f"{name(place)}: " + ("; ".join(result["problems"]) or "the maps agree"))
    measurement.write_json(options.results / f"inference-{place.size}-{place.trees}.json", result)
    return result


def turns(options, place, gnomon, peer):
    """The costs of each side's rounds, and the folder of its last results."""
    ours = gnomon.instruction_sets(options.instruction_sets)
    rounds = {side: [] for side in (ours if options.without_peer else [peer.name, *ours])}
    outputs = {}
    for turn in range(options.rounds):
        for side in rounds:
            keep = turn == 0 and not options.without_checks
            outputs[side], cost = peer.run(place, keep) if side == peer.name else gnomon.run(place, side)
            rounds[side].append(cost)
            say(f"{name(place)}, {side}: {told(cost)}")
    return rounds, outputs


def name(place):
    return f"{place.size} x {place.size}, {place.trees} trees"


def told(cost):
    scratch = f", {cost['scratch_bytes'] / 2**20:.0f} MiB of scratch files" if cost["scratch_bytes"] else ""
    return f"{cost['wall']:.2f} s, {cost['cpu']:.1f} CPU s, {cost['rss_mib']:.0f} MiB{scratch}"


def median(costs):
    """One row of several: medians of the costs and of each stage."""
    found = {key: round(statistics.median(cost[key] for cost in costs), 3) for key in COMPARED}
    found["scratch_bytes"] = max(cost["scratch_bytes"] for cost in costs)
    found["instruction_set"] = costs[0].get("instruction_set")
    found["stages"] = {name: {key: value(costs, name, key) for key in ("wall", "cpu")} for name in costs[0]["stages"]}
    return found


def value(costs, stage, key):
    values = [cost["stages"].get(stage, {}).get(key) for cost in costs]
    return None if None in values else round(statistics.median(values), 3)


def ratios(medians):
    """How many times less than the peer each of ours takes."""
    peer = medians.get("peer")
    if not peer:
        return {}
    return {
        side: {key: round(peer[key] / max(1e-9, ours[key]), 2) for key in COMPARED}
        for side, ours in medians.items()
        if side != "peer"
    }


def checked(place, gnomon, outputs):
    """The maps pixel by pixel (where the peer has run too), and the polygons against the map that they come from."""
    found, ours = {"polygons": {}}, [side for side in outputs if side != "peer"]
    codes = checks.classes(outputs[ours[0]] / "class.tif")
    if "peer" in outputs:
        import numpy as np

        for side in ours:
            same = checks.differing(
                checks.classes(outputs[side] / "class.tif"), checks.classes(outputs["peer"] / "class.tif")
            )
            found["sieved"] = max(found.get("sieved", same), same, key=lambda check: check["differing"])
        raw, _ = gnomon.run(place, options=(), results="raw")
        found["raw"] = checks.differing(checks.classes(raw / "class.tif"), np.load(place.raw))
        found["polygons"]["peer"] = checks.polygons(outputs["peer"] / "polygons.geojson", scene.CRS, codes)
    found["polygons"]["gnomon"] = checks.polygons(outputs[ours[0]] / "polygons.geojson", scene.CRS, codes)
    return found
