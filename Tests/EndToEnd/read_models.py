"""Reads model items with stac-model, the package of the MLM extension's authors; run in .venv-fair.

Each argument is a file with an item. Prints for each one line of JSON: the properties as its extension of pystac reads them, and
the model that it makes of them, or the error: stac-model 0.7.0 does not take every class that the classification extension allows.
"""

import json
import sys

import pystac
from stac_model.schema import MLModelExtension, MLModelProperties


def read(path):
    with open(path) as file:
        document = json.load(file)
    item = pystac.Item.from_dict(document)
    # stac-model knows its own version of the schema only; the members are the same.
    read = {"properties": MLModelExtension.ext(item, add_if_missing=True).properties}
    try:
        model = MLModelProperties.model_validate(document["properties"])
    except (TypeError, ValueError) as error:
        return {**read, "error": str(error)}
    return {**read, "model": json.loads(model.model_dump_json(by_alias=True))}


if __name__ == "__main__":
    for path in sys.argv[1:]:
        print(json.dumps(read(path)))
