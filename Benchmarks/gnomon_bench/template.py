"""JSON documents with gaps: filling one is many times as fast as serialising a document anew."""

import json
import re


def compact(document):
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


class Template:
    """A document written once as Python values. «name» inside a string is a gap for text; a string that is only
    «=name» is a gap for a whole JSON value: a number, or JSON in a string."""

    def __init__(self, document):
        text = compact(document).replace("%", "%%")
        text = re.sub(r'"«=(\w+)»"', r"%(\1)s", text)
        self.text = re.sub(r"«(\w+)»", r"%(\1)s", text)

    def fill(self, values):
        return self.text % values
