"""A plain statement of the rules of docs/matching.md over documents: which reasons speak against a model for some scenes.

It reads the documents themselves, the states that were decided and what is known of files; nothing of the program's own.
"""

import json
import re
from datetime import datetime

MOST_RATIO = 1.5
LETTERS = re.compile("[A-Za-z_][A-Za-z0-9_]*")


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def span(item):
    """(first, last) instant of an item."""
    properties = item["properties"]
    if properties.get("start_datetime"):
        return instant(properties["start_datetime"]), instant(properties["end_datetime"])
    return instant(properties["datetime"]), instant(properties["datetime"])


def months(item):
    first, last = span(item)
    count = (last.year - first.year) * 12 + last.month - first.month
    return {(first.month - 1 + step) % 12 + 1 for step in range(min(count, 11) + 1)}


def light(bands, name):
    """What a model says of the light that its band sees."""
    return next((band for band in bands if band.get("name") == name), {})


class Model:
    """A model as its item has it.

    `state` is that of its promotion as far as it holds, `faulty` whether its files are known to keep it from being run.
    """

    def __init__(self, item, faulty=False):
        self.item, self.faulty, self.state = item, faulty, None
        self.input = item["properties"]["mlm:input"][0]
        names = {band["name"] for band in self.input["bands"] if "expression" not in band}
        for band in self.input["bands"]:
            names |= set(LETTERS.findall(band.get("expression", "")))
        self.names = names
        self.bands = item["assets"]["model"].get("bands", [])
        shape = dict(zip(self.input["input"]["dim_order"], self.input["input"]["shape"]))
        self.steps = shape.get("time")
        self.gsd = item["properties"].get("gsd")

    @property
    def is_runnable(self):
        return not self.faulty and not self.input.get("pre_processing_function")

    def standing(self, only_approved):
        reasons = set()
        if not self.is_runnable:
            reasons.add("not-runnable")
        if self.state == "retired":
            reasons.add("retired")
        if only_approved and self.state not in ("approved", "production"):
            reasons.add("not-approved")
        return reasons

    def band_reasons(self, bands):
        reasons, pixels = set(), []
        for name in self.names:
            found = [band for band in bands if band.get("name") == name]
            found = found or [band for band in bands if band.get("eo:common_name") == name]
            if not found:
                reasons.add("missing-band")
            elif len(found) > 1:
                reasons.add("ambiguous-band")
            else:
                reasons |= self.light_reasons(name, found[0])
                if found[0].get("gsd"):
                    pixels.append(found[0]["gsd"])
        if self.gsd and pixels:
            finest = min(pixels)
            if finest > self.gsd * MOST_RATIO or self.gsd > finest * MOST_RATIO:
                reasons.add("resolution")
        return reasons

    def light_reasons(self, name, band):
        reasons, own = set(), light(self.bands, name)
        if not isinstance(band.get("raster:scale", 1), (int, float)) or band.get("raster:scale", 1) == 0:
            reasons.add("scaling")
        centers = own.get("eo:center_wavelength"), band.get("eo:center_wavelength")
        if all(centers):
            # What the tests draw is either near or far by every measure.
            if abs(centers[0] - centers[1]) > 0.25:
                reasons.add("other-band")
        elif own.get("eo:common_name") and band.get("eo:common_name") and own["eo:common_name"] != band["eo:common_name"]:
            reasons.add("other-band")
        return reasons

    def place_reasons(self, scene, box=None):
        reasons = set()
        own, other = self.item["properties"].get("platform"), scene["properties"].get("platform")
        if own and other and own.rstrip("ab") != other.rstrip("ab"):
            reasons.add("platform")
        if self.item.get("geometry") and scene.get("geometry"):
            west, south, east, north = cut(scene["bbox"], box)
            left, bottom, right, top = self.item["bbox"]
            if not (max(west, left) < min(east, right) and max(south, bottom) < min(north, top)):
                reasons.add("region")
        first, last = span(self.item)
        if first < last and not months(self.item) & months(scene):
            reasons.add("season")
        return reasons

    def together(self, scenes, only_approved=False, box=None):
        """The reasons against a model that reads all of some scenes."""
        reasons = self.standing(only_approved)
        for scene in scenes:
            reasons |= self.place_reasons(scene, box)
        if self.steps is None:
            return reasons | self.band_reasons([band for scene in scenes for band in bands(scene)])
        for scene in scenes:
            reasons |= self.band_reasons(bands(scene))
        if len(scenes) != self.steps or len({span(scene)[0] for scene in scenes}) != len(scenes):
            reasons.add("time-steps")
        return reasons

    def choice(self, scenes, only_approved=False, box=None):
        """The sets of reasons that may be told of a model that chooses among scenes: those of one of the scenes that fit best."""
        standing = self.standing(only_approved)
        if not scenes:
            return [standing | {"no-items"}]
        found = [self.band_reasons(bands(scene)) | self.place_reasons(scene, box) for scene in scenes]
        times = {span(scene)[0] for scene, reasons in zip(scenes, found) if not reasons}
        if len(times) >= (self.steps or 1):
            return [standing]
        if times:
            return [standing | {"time-steps"}]
        fewest = min(map(len, found))
        return [standing | reasons for reasons in found if len(reasons) == fewest]


def cut(bbox, box):
    if not box:
        return bbox
    return [max(bbox[0], box[0]), max(bbox[1], box[1]), min(bbox[2], box[2]), min(bbox[3], box[3])]


def meets(scene, box):
    west, south, east, north = cut(scene["bbox"], box)
    return west <= east and south <= north


def bands(scene):
    """The bands of a scene's assets, each with the pixel size that holds for it."""
    found = []
    for asset in scene["assets"].values():
        for band in asset.get("bands", []):
            size = band.get("gsd") or asset.get("gsd") or scene["properties"].get("gsd")
            found.append(band | ({"gsd": size} if size else {}))
    return found


def copied(document):
    return json.loads(json.dumps(document))
