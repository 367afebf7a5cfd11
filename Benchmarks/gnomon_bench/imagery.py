"""When and where images are taken, and their items: planned whole with numpy, written in blocks by any process."""

from dataclasses import dataclass

import numpy as np

from . import grids, landsat, sentinel
from .footprints import bounds, coordinates, cut, padded

SECOND, DAY = 1_000_000, 86_400_000_000  # times are int64 microseconds since 1970
BASELINES = ("02.12", "03.01", "04.00", "05.00", "05.09", "05.11")
LAST_DAY = np.datetime64("2025-12-31", "D")
BLOCK = 1000
SENTINEL_PLAN, SENTINEL_BLOCK, LANDSAT_PLAN, LANDSAT_BLOCK = 11, 12, 13, 14  # what a generator is seeded for


def microseconds(day):
    return np.datetime64(day, "us").astype(np.int64)


def texts(times, unit="ms"):
    """RFC 3339 of times, in UTC."""
    return [f"{text}Z" for text in np.datetime_as_string(np.asarray(times).astype("datetime64[us]"), unit=unit)]


def days_of(times):
    return times.astype("datetime64[us]").astype("datetime64[D]")


def places(random, weight, count):
    """Indexes of places, each as often as its weight says."""
    return np.searchsorted(np.cumsum(weight), random.random(count) * weight.sum()).clip(max=len(weight) - 1)


def round_lists(digits, **columns):
    return {name: np.round(column, digits).tolist() for name, column in columns.items()}


@dataclass(frozen=True)
class SentinelPlan:
    """What tells one item from the next, in order of datetime; `collections` are dealt out in turn."""
    seed: int
    tiles: grids.Tiles
    time: np.ndarray
    tile: np.ndarray
    unit: np.ndarray
    sequence: np.ndarray
    collections: tuple

    def __len__(self):
        return len(self.time)


def plan_sentinel(seed, count, collections=(sentinel.COLLECTION,)):
    random, tiles = np.random.default_rng([seed, SENTINEL_PLAN]), grids.tiles(seed)
    first = np.datetime64("2015-07-04", "D")
    tile = places(random, tiles.weight, count)
    day = ((LAST_DAY - first).astype(int) * (1 - random.random(count) ** 1.35)).astype(np.int64)
    morning = (10.5 - tiles.longitude[tile] / 15) * 3600 + random.normal(0, 900, count)
    time = microseconds(first) + day * DAY + (morning.astype(np.int64) * 1000 + random.integers(0, 1000, count)) * 1000
    order = np.lexsort((tile, time))
    time, tile = time[order], tile[order]
    # The second satellite flies since July 2017, the third since 2025.
    units = np.searchsorted([microseconds("2017-07-01"), microseconds("2025-01-01")], time, "right") + 1
    unit = (random.random(count) * units).astype(np.int8)
    return SentinelPlan(seed, tiles, time, tile.astype(np.int32), unit, repeats(time, tile, unit), tuple(collections))


def repeats(time, tile, unit):
    """How many earlier images the same satellite took of the same tile on the same day."""
    key = (days_of(time).astype(np.int64) * 100_000 + tile) * 4 + unit
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    starts = np.flatnonzero(np.r_[True, sorted_key[1:] != sorted_key[:-1]]) if len(key) else np.zeros(0, int)
    sequence = np.empty(len(key), np.int16)
    sequence[order] = np.arange(len(key)) - np.repeat(starts, np.diff(np.r_[starts, len(key)]))
    return sequence


def sentinel_columns(random, count):
    """Drawn numbers of a block's items, as lists by the names of the template's gaps."""
    cloud = np.round(100 * random.beta(0.45, 0.55, count), 6)
    vegetation = np.round((100 - cloud) * random.random(count), 6)
    columns = round_lists(
        6, cloud=cloud, vegetation=vegetation, bare=np.maximum(0, 100 - cloud - vegetation) * 0.8,
        medium_clouds=cloud * 0.3, high_clouds=cloud * 0.6, cirrus=cloud * 0.1,
        incidence=random.uniform(2, 11, count), sun_azimuth=random.uniform(20, 175, count),
        sun_elevation=random.uniform(12, 75, count), dark=random.random(count) * 3, shadow=random.random(count) * 5,
        water=random.random(count) * 20, unclassified=random.random(count) * 4, snow_share=random.random(count),
        hidden=random.uniform(5, 75, count))
    columns |= round_lists(4, azimuth=random.uniform(90, 300, count), degraded=random.random(count) / 20)
    columns |= round_lists(12, reflectance=random.uniform(0.967, 1.035, count))
    columns["orbit"] = random.integers(10_000, 60_000, count).tolist()
    columns["relative_orbit"] = [f"{n:03d}" for n in random.integers(1, 144, count).tolist()]
    columns["payload"] = [f"{a:016x}{b:016x}" for a, b in random.integers(0, 2**63, (count, 2)).tolist()]
    sizes = random.integers(20_000, 2**28, (sentinel.ASSET_COUNT, count))
    return columns | {f"size{number}": size for number, size in enumerate(sizes.tolist())}


def sentinel_block(plan, block):
    """The items of a block as lines of JSON in bytes, and the oracle's rows of them."""
    chosen = slice(block * BLOCK, (block + 1) * BLOCK)
    time, tile = plan.time[chosen], plan.tile[chosen].tolist()
    count = len(time)
    random = np.random.default_rng([plan.seed, SENTINEL_BLOCK, block])
    columns = sentinel_columns(random, count)
    columns["generated"] = texts(time + (random.uniform(5, 15, count) * 3600 * SECOND).astype(np.int64))
    columns["made"] = texts(time + (random.uniform(16, 25, count) * 3600 * SECOND).astype(np.int64))
    columns["datetime"] = texts(time)
    cuts = np.stack([random.random(count), random.normal(-14, 3, count), random.uniform(0.25, 0.9, count),
                     random.random(count)], 1).tolist()
    lines, ids, rings, names = [], [], [], list(columns)
    for k, values in enumerate(zip(*columns.values())):
        ring, whole = sentinel_ring(plan.tiles.ring[tile[k]].tolist(), *cuts[k])
        values = dict(zip(names, values))
        place = sentinel_place(plan.tiles, tile[k])
        complete_sentinel(values, place, "abc"[plan.unit[chosen][k]], int(plan.sequence[chosen][k]))
        values["collection"] = plan.collections[(block * BLOCK + k) % len(plan.collections)]
        values["nodata"] = 0 if whole else values["hidden"]
        values["snow"] = round(max(0, abs(place["latitude"]) - 40) * values["snow_share"], 6)
        values["coordinates"], values["bbox"] = coordinates(ring), bounds(ring)
        values["centre_x"] = round(sum(x for x, _ in ring) / len(ring), 5)
        values["centre_y"] = round(sum(y for _, y in ring) / len(ring), 5)
        lines.append(sentinel.TEMPLATE.fill(values))
        ids.append(values["id"])
        rings.append(padded(ring))
    rows = {"id": ids, "start": time, "end": time, "cloud": columns["cloud"], "sun": columns["sun_elevation"],
            "vegetation": columns["vegetation"], "ring": rings,
            "collection": np.arange(block * BLOCK, block * BLOCK + count) % len(plan.collections)}
    return ("\n".join(lines) + "\n").encode(), rows


def sentinel_ring(ring, chance, degrees, share, side):
    if chance >= 0.35:
        return ring, True
    part = cut(ring, np.radians(degrees), share, side < 0.5)
    return part, part is ring


def sentinel_place(tiles, index):
    name = str(tiles.name[index])
    left, top = tiles.upper_left[index].tolist()
    return {"tile": name, "zone": int(tiles.zone[index]), "band": name[2], "square": name[3:], "left": left, "top": top,
            "epsg": int(tiles.epsg[index]), "latitude": float(tiles.latitude[index])}


def complete_sentinel(values, place, unit, sequence):
    moment = values["datetime"]
    year, day = int(moment[:4]), moment[:10].replace("-", "")
    stem = f"S2{unit.upper()}_{place['tile']}_{day}_{sequence}"
    folder = (f"sentinel-s2-l2a-cogs/{place['zone']}/{place['band']}/{place['square']}/{year}/{int(moment[5:7])}/"
              f"{stem}_L2A")
    baseline = BASELINES[min(5, max(0, year - 2019))]
    values.update(
        place, id=f"{stem}_L2A", level_1c=f"{stem}_L1C", unit=unit, UNIT=unit.upper(), day=day, sequence=sequence,
        time=moment[11:19].replace(":", ""), baseline=baseline, baseline_digits=baseline.replace(".", ""),
        offset_applied="true" if year >= 2022 else "false", path=f"sentinel-cogs/{folder}",
        base=f"https://sentinel-cogs.s3.us-west-2.amazonaws.com/{folder}")


@dataclass(frozen=True)
class LandsatPlan:
    """What tells one item from the next, in order of datetime."""
    seed: int
    scenes: grids.Scenes
    time: np.ndarray
    scene: np.ndarray

    def __len__(self):
        return len(self.time)


def plan_landsat(seed, count):
    random, scenes = np.random.default_rng([seed, LANDSAT_PLAN]), grids.scenes(seed)
    first = np.datetime64("2015-01-01", "D")
    days = (LAST_DAY - first).astype(int)
    chosen = np.zeros(0, np.int64)
    while len(chosen) < count:  # one image of a scene a day
        more = places(random, scenes.weight, count) * np.int64(days) + random.integers(0, days, count)
        chosen = np.unique(np.concatenate([chosen, more]))
    chosen = random.permutation(chosen)[:count]
    scene, day = chosen // days, chosen % days
    # The seconds of a day stay within it, so that the date in the identifier is the day drawn.
    second = ((10.2 - scenes.longitude[scene] / 15) * 3600 + random.normal(0, 600, count)) % 86_400
    time = microseconds(first) + day * DAY + (second * SECOND).astype(np.int64)
    order = np.lexsort((scene, time))
    return LandsatPlan(seed, scenes, time[order], scene[order])


def landsat_block(plan, block):
    """The items of a block as lines of JSON in bytes, and the oracle's rows of them."""
    chosen = slice(block * BLOCK, (block + 1) * BLOCK)
    time, scene = plan.time[chosen], plan.scene[chosen].tolist()
    count = len(time)
    random = np.random.default_rng([plan.seed, LANDSAT_BLOCK, block])
    cloud = np.round(100 * random.beta(0.45, 0.55, count), 2)
    columns = round_lists(2, cloud=cloud, cloud_land=np.minimum(100, cloud * random.uniform(0.8, 1.2, count)))
    columns |= round_lists(6, sun_azimuth=random.uniform(20, 175, count), sun_elevation=random.uniform(12, 70, count),
                           shift=random.normal(0, 0.03, count))
    columns["datetime"] = texts(time, "us")
    columns["made"] = texts(time + 8 * DAY + random.integers(0, 86_400, count) * SECOND)
    columns["processed"] = [text[:10].replace("-", "") for text in texts(time + 8 * DAY)]
    columns["day_of_year"] = [f"{n:03d}" for n in (
        days_of(time) - days_of(time).astype("datetime64[Y]").astype("datetime64[D]")).astype(int) + 1]
    columns["newer"] = (random.random(count) < 0.5).tolist()
    columns["shape"] = np.stack([random.integers(7500, 7900, count), random.integers(7600, 8000, count)], 1).tolist()
    origins = np.stack([random.integers(3000, 20_000, count), random.integers(20_000, 200_000, count)], 1) * 30 + 15.0
    columns["transform"] = [[30.0, 0.0, x, 0.0, -30.0, y] for x, y in origins.tolist()]
    lines, ids, rings, names = [], [], [], list(columns)
    for k, values in enumerate(zip(*columns.values())):
        values = dict(zip(names, values))
        ring = [(round(x + values["shift"], 6), y) for x, y in plan.scenes.ring[scene[k]].tolist()]
        complete_landsat(values, plan.scenes, scene[k])
        values["coordinates"], values["bbox"] = coordinates(ring), bounds(ring)
        lines.append(landsat.TEMPLATE.fill(values))
        ids.append(values["id"])
        rings.append(padded(ring))
    rows = {"id": ids, "start": time, "end": time, "cloud": columns["cloud"], "sun": columns["sun_elevation"],
            "vegetation": np.full(count, np.nan), "ring": rings, "collection": np.zeros(count, int)}
    return ("\n".join(lines) + "\n").encode(), rows


def complete_landsat(values, scenes, index):
    moment = values["datetime"]
    year, day = moment[:4], moment[:10].replace("-", "")
    number = 9 if int(year) >= 2022 and values["newer"] else 8
    path, row = f"{scenes.path[index]:03d}", f"{scenes.row[index]:03d}"
    zone = int((scenes.longitude[index] + 180) // 6) + 1
    product = f"LC0{number}_L2SP_{path}{row}_{day}_{values['processed']}_02_T1"
    values.update(
        id=f"LC0{number}_L2SP_{path}{row}_{day}_02_T1", number=number, path=path, row=row, year=year, product=product,
        epsg=(32600 if scenes.latitude[index] >= 0 else 32700) + zone,
        base="https://landsateuwest.blob.core.windows.net/landsat-c2/level-2/standard/oli-tirs/"
             f"{year}/{path}/{row}/{product}")
