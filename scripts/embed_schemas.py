#!/usr/bin/env python3
"""Write Sources/MLMExtension/Schemas from published JSON schemas.

    scripts/embed_schemas.py FOLDER

FOLDER holds the schemas as they are published, one file each, named EXTENSION-VERSION.json (mlm-1.5.2.json);
stac-bands-1.1.0.json is bands.json and data-values.json of the STAC 1.1.0 item specification, applied to the properties
and the assets of documents of that version. MLM 1.5.1 differs from 1.5.2 in its address alone and is not kept. What tells
people about a schema (titles, descriptions, comments, examples) is left out, and so is MLM's demand for one exact URL:
which version judges a document is chosen by that URL, and versions before 1.4 were published under two of them.
"""

import json
import re
import sys
import textwrap
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "Sources" / "MLMExtension" / "Schemas"
MAPS = {"properties", "$defs", "definitions", "patternProperties", "dependencies"}
VALUES = {"const", "enum", "required"}
FOR_PEOPLE = {"$comment", "description", "title", "examples", "example", "default", "format", "$schema", "$id"}


def compact(schema, is_map=False):
    if isinstance(schema, list):
        return [compact(element) for element in schema]
    if not isinstance(schema, dict):
        return schema
    if is_map:
        return {name: compact(value) for name, value in schema.items()}
    kept = {name: value for name, value in schema.items() if name not in FOR_PEOPLE}
    return {name: value if name in VALUES else compact(value, name in MAPS) for name, value in kept.items()}


def swift(name, version, schema):
    if name == "mlm":
        schema["$defs"]["stac_extensions_mlm"] = {}
    text = json.dumps(compact(schema), separators=(", ", ": "), ensure_ascii=True)
    lines = []
    # JSON may be broken wherever a comma and a space stand outside a text.
    for part in re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^",])+(?:, |$)', text):
        part = part.rstrip(" ")
        if lines and len(lines[-1]) + 1 + len(part) <= 112:
            lines[-1] += " " + part
        else:
            lines.append(part)
    words = name.split("-")
    identifier = words[0] + "".join(word.capitalize() for word in words[1:]) + version.replace(".", "")
    body = textwrap.indent("\n".join(lines), "    ")
    head = f"// Made by scripts/embed_schemas.py from the published JSON schema: {name} v{version}, Apache-2.0.\n"
    quote = '#"""'
    return identifier, f'{head}\nextension PublishedSchemas {{\n  static let {identifier} = {quote}\n{body}\n    """#\n}}\n'


def main():
    entries = []
    for path in sorted(Path(sys.argv[1]).glob("*.json")):
        name, version = re.fullmatch(r"(.+)-([0-9.]+)", path.stem).groups()
        identifier, text = swift(name, version, json.loads(path.read_text()))
        entries.append(f'    "{name}/{version}": {identifier},')
        (TARGET / f"{name}-{version}.swift").write_text(text)
    index = "\n".join(entries)
    (TARGET / "PublishedSchemas.swift").write_text(
        "// Made by scripts/embed_schemas.py.\n\n"
        "/// The published schemas of the MLM extension and of those it leans on, by name and version.\n"
        "enum PublishedSchemas {\n  static let texts: [String: String] = [\n" + index + "\n  ]\n}\n"
    )


main()
