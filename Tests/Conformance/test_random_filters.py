"""Filters made at random: right ones find what three-valued logic in Python finds, broken ones are refused, not failed."""

import json
import random
import re
from datetime import datetime

import pytest

import survey

SEED = 21065
FILTERS, BROKEN = 250, 250
NUMBERS = ["eo:cloud_cover"] * 4 + ["gsd"] * 2 + ["loose", "no:such_number"]
TEXTS = ["platform", "grade"] * 4 + ["title"] * 2 + ["loose", "no:such_text"]
INSTANTS = ["2021-03-01T00:00:00Z", "2021-03-20T10:00:00Z", "2021-03-24T10:00:00Z", "2012-06-01T00:00:00Z"]
COMPARISONS = {
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}
ARITHMETIC = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else None,
}


class Generator:
    """Random expressions in CQL2 JSON, every one of the right types."""

    def __init__(self, chance):
        self.chance = chance

    def condition(self, depth):
        kinds = [self.comparison, self.text_comparison, self.null, self.between, self.member, self.like, self.instant,
                 self.truth]
        if depth > 0:
            kinds += [self.junction] * 5
        return self.chance.choice(kinds)(depth)

    def junction(self, depth):
        name = self.chance.choice(["and", "or", "not"])
        count = 1 if name == "not" else self.chance.randint(2, 3)
        return {"op": name, "args": [self.condition(depth - 1) for _ in range(count)]}

    def comparison(self, depth):
        return {"op": self.chance.choice(list(COMPARISONS)), "args": [self.counted(), self.number(1)]}

    def text_comparison(self, depth):
        sides = [self.text(), self.text()]
        if self.chance.random() < 0.3:
            sides = [{"op": "casei", "args": [side]} for side in sides]
        return {"op": self.chance.choice(list(COMPARISONS)), "args": sides}

    def null(self, depth):
        return {"op": "isNull", "args": [{"property": self.chance.choice(NUMBERS + TEXTS)}]}

    def instant(self, depth):
        sides = [{"property": self.chance.choice(["loose", "created"])}, {"timestamp": self.chance.choice(INSTANTS)}]
        return {"op": self.chance.choice(list(COMPARISONS)), "args": self.chance.sample(sides, 2)}

    def truth(self, depth):
        return {"op": self.chance.choice(["=", "<>"]), "args": [{"property": "loose"}, self.chance.random() < 0.5]}

    def between(self, depth):
        return {"op": "between", "args": [self.counted(), *sorted([self.literal(), self.literal()])]}

    def member(self, depth):
        draw, value = self.chance.choice([(self.literal, self.counted()), (self.word, self.text())])
        return {"op": "in", "args": [value, [draw() for _ in range(self.chance.randint(1, 4))]]}

    def like(self, depth):
        parts = self.chance.choices(["%", "%", "_", "sentinel-2", "a", "8", "Scene ", "\\%"], k=self.chance.randint(1, 3))
        return {"op": "like", "args": [self.text(), "".join(parts)]}

    def counted(self):
        """A number that an item has, or one reckoned with it."""
        node = {"property": self.chance.choice(NUMBERS)}
        return node if self.chance.random() < 0.6 else {"op": self.chance.choice("+-*"), "args": [node, self.number(1)]}

    def number(self, depth):
        if depth and self.chance.random() < 0.4:
            name = self.chance.choice(list(ARITHMETIC))
            right = self.chance.choice([0, 0.5, 2, 4]) if name == "/" else self.number(depth - 1)
            return {"op": name, "args": [self.number(depth - 1), right]}
        return self.literal() if self.chance.random() < 0.5 else {"property": self.chance.choice(NUMBERS)}

    def literal(self):
        return self.chance.choice([0, 5, 10, 15, 20, 30, 45, -5, 0.5, 1e9])

    def text(self):
        return self.word() if self.chance.random() < 0.2 else {"property": self.chance.choice(TEXTS)}

    def word(self):
        return self.chance.choice(
            ["", "a", "B", "d", "sentinel-2a", "SENTINEL-2B", "Scene 7", "landsat-8", "zz", "é", "it's"])


def value(node, properties):
    """What an expression is for an item: a number, a text, a truth value, or None where that is unknown."""
    if not isinstance(node, dict):
        return node
    if "property" in node:
        return properties.get(node["property"])
    if "timestamp" in node:
        return datetime.fromisoformat(node["timestamp"])
    name, arguments = node["op"], node["args"]
    if name in ("and", "or"):
        return joined(name, [value(argument, properties) for argument in arguments])
    first = value(arguments[0], properties)
    if name == "isNull":
        return first is None
    values = alike([first, *arguments[1]] if name == "in" else [first, *(value(node, properties) for node in arguments[1:])])
    return None if values is None else known(name, *values)


def joined(name, values):
    decisive = name == "or"
    return decisive if decisive in values else None if None in values else not decisive


def alike(values):
    """The values as they meet, texts beside an instant read as instants; None where they are of different kinds."""
    if any(isinstance(one, datetime) for one in values):
        values = [instant(one) for one in values]
    kinds = {"number" if type(one) in (int, float) else type(one).__name__ for one in values}
    return values if len(kinds) == 1 and None not in values else None


def instant(one):
    if isinstance(one, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", one):
        return datetime.fromisoformat(one)
    return one if isinstance(one, datetime) else None


def known(name, first, *rest):
    if name == "in":
        return first in rest
    if name in ("casei", "like") and not isinstance(first, str) or name in ARITHMETIC and type(first) not in (int, float):
        return None
    if name in COMPARISONS:
        return COMPARISONS[name](first, rest[0])
    if name in ARITHMETIC:
        return ARITHMETIC[name](first, rest[0])
    return {"not": lambda: not first, "casei": lambda: first.casefold(), "between": lambda: rest[0] <= first <= rest[1],
            "like": lambda: matches(first, rest[0])}[name]()


def matches(text, pattern):
    parts = re.findall(r"\\.|[%_]|[^\\%_]+", pattern)
    wild = {"%": ".*", "_": "."}
    expression = "".join(wild.get(part) or re.escape(re.sub(r"\\(.)", r"\1", part)) for part in parts)
    return re.fullmatch(expression, text, re.S) is not None


def printed(node):
    """The expression in CQL2 text, with every parenthesis that may be there."""
    if isinstance(node, bool):
        return str(node).upper()
    if isinstance(node, str):
        return "'" + node.replace("'", "''") + "'"
    if not isinstance(node, dict):
        return str(node)
    if "property" in node:
        return '"' + node["property"] + '"'
    if "timestamp" in node:
        return f"TIMESTAMP('{node['timestamp']}')"
    name, arguments = node["op"], node["args"]
    if name == "in":
        return f"({printed(arguments[0])} IN ({', '.join(map(printed, arguments[1]))}))"
    sides = list(map(printed, arguments))
    special = {"isNull": "({} IS NULL)", "between": "({} BETWEEN {} AND {})", "not": "(NOT {})", "casei": "CASEI({})"}
    return special[name].format(*sides) if name in special else "(" + f" {name.upper()} ".join(sides) + ")"


def filters(seed, count):
    generator = Generator(random.Random(seed))
    return [generator.condition(3) for _ in range(count)]


def names(items):
    return sorted((item["collection"], item["id"]) for item in items)


def search(server, expression, language):
    return server.post("/search", json={
        "collections": list(survey.COLLECTIONS), "limit": 100, "filter": expression, "filter-lang": language})


def test_random_filters_find_what_logic_says(server, measured):
    items, sizes = survey.items(), []
    for expression in filters(SEED, FILTERS):
        wanted = names(item for item in items if value(expression, item["properties"]) is True)
        for answer in (search(server, expression, "cql2-json"), search(server, printed(expression), "cql2-text")):
            assert answer.status_code == 200, f"{printed(expression)}: {answer.text}"
            assert names(answer.json()["features"]) == wanted, printed(expression)
        sizes.append(len(wanted))
    telling = sum(0 < size < len(items) for size in sizes)
    assert telling > FILTERS / 4
    measured(f"random filters: {FILTERS} in text and JSON, {telling} of them neither empty nor everything")


JUNK = [
    None, True, 0, -1e308, "", "\x00", "é", [], {}, [[]], {"op": 1}, {"op": "not"}, {"property": None},
    {"property": "x" * 5000}, {"timestamp": "2020-02-30"}, {"date": "2020-01-01"}, {"interval": ["..", ".."]},
    {"bbox": [1, 2, 3]}, {"type": "Point", "coordinates": [1, 2]}, {"op": "s_intersects", "args": []},
    {"function": {"name": "x"}},
]
OTHER_NAMES = ["and", "=", "+", "like", "casei", "t_during", "a_equals", "s_within", "nothing"]


def broken(chance, node):
    """The expression with one node replaced, dropped, doubled or renamed."""
    if not isinstance(node, dict) or "args" not in node or chance.random() < 0.25:
        return chance.choice(JUNK)
    arguments = list(node["args"])
    position = chance.randrange(len(arguments))
    damage = chance.choice(["inside", "inside", "inside", "drop", "double", "rename"])
    if damage == "drop":
        del arguments[position]
    elif damage == "double":
        arguments += arguments
    elif damage == "inside":
        arguments[position] = broken(chance, arguments[position])
    return {"op": chance.choice(OTHER_NAMES) if damage == "rename" else node["op"], "args": arguments}


def test_broken_filters_are_refused_and_never_fail(server, measured):
    chance = random.Random(SEED)
    refused = 0
    for expression in filters(SEED + 1, BROKEN):
        damaged = broken(chance, expression)
        text = list(printed(expression))
        for _ in range(chance.randint(1, 3)):
            text[chance.randrange(len(text))] = chance.choice("()'\",.%<>=+-*/ \\\x00é1aN")
        answers = [search(server, damaged, "cql2-json"), search(server, "".join(text), "cql2-text"),
                   server.get("/search", params={"filter": json.dumps(damaged), "filter-lang": "cql2-json"}),
                   server.get("/collections", params={"filter": "".join(text)})]
        for answer in answers:
            assert answer.status_code in (200, 400), f"{answer.request.url} {answer.request.body}: {answer.text}"
            refused += answer.status_code == 400
    assert refused > BROKEN
    measured(f"broken filters: {4 * BROKEN} requests, {refused} refused, none failed")


@pytest.mark.parametrize("pattern, text, expected", [
    ("a%", "abc", True), ("a\\%", "a%", True), ("a\\%", "ab", False), ("_", "", False)])
def test_the_judge_of_patterns_is_right(pattern, text, expected):
    assert matches(text, pattern) is expected
