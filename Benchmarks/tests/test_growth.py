"""A database that was kept is measured again only as it was loaded."""

import json
from types import SimpleNamespace

import pytest

from gnomon_bench import growth

DATASET = growth.dataset_of("100k")
TOOK = {"load_seconds": 26.6, "held": 122_000, "index_seconds": 6, "settle_seconds": 2}


class LoadedAnew(Exception):
    pass


def product_with(items):
    def create(database):
        raise LoadedAnew

    note = json.dumps({"data": DATASET.description, "when": "yesterday", "took": TOOK})
    return SimpleNamespace(
        cluster=SimpleNamespace(note=lambda database: note), count=lambda database: items, create=create)


def test_a_database_as_it_was_loaded_is_taken(tmp_path):
    assert growth.loaded("100k", product_with(122_000), DATASET, "kept", tmp_path) == TOOK


@pytest.mark.parametrize("items, reload", [(192_212, False), (122_000, True)])
def test_one_that_was_written_to_or_is_not_wanted_is_loaded_anew(tmp_path, items, reload):
    with pytest.raises(LoadedAnew):
        growth.loaded("100k", product_with(items), DATASET, "kept", tmp_path, reload)
