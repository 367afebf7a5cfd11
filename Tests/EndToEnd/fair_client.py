"""What HOT fAIr does with a STAC API, by its own client (fair-py-ops); run in .venv-fair with the server's address.

Every step asserts what fAIr goes on with; the last line is printed only where all of them held.
"""

import sys

from fair.stac.api_backend import StacApiBackend
from fair.stac.builders import build_base_model_item, build_dataset_item, build_local_model_item
from fair.stac.constants import BASE_MODELS_COLLECTION, DATASETS_COLLECTION, LOCAL_MODELS_COLLECTION
from fair.stac.versioning import (
    archive_previous_version,
    deprecate_and_link_successor,
    delete_item_with_archives,
    find_previous_active_item,
)

AREA = {"type": "Polygon", "coordinates": [[[85.3, 27.6], [85.4, 27.6], [85.4, 27.7], [85.3, 27.7], [85.3, 27.6]]]}
PROVIDERS = [{"name": "HOT", "roles": ["producer"], "url": "https://www.hotosm.org"}]
INPUT = [{
    "name": "chips", "bands": [{"name": "red"}, {"name": "green"}, {"name": "blue"}],
    "input": {"shape": [-1, 3, 256, 256], "dim_order": ["batch", "bands", "height", "width"], "data_type": "float32"},
    "pre_processing_function": {"format": "python", "expression": "models.unet.pipeline:preprocess"},
}]
OUTPUT = [{
    "name": "mask", "tasks": ["semantic-segmentation"],
    "result": {"shape": [-1, 1, 256, 256], "dim_order": ["batch", "channel", "height", "width"], "data_type": "float32"},
    "classification:classes": [
        {"name": "background", "value": 0, "description": "No building"},
        {"name": "building", "value": 1, "description": "Building"}],
    "post_processing_function": {"format": "python", "expression": "models.unet.pipeline:postprocess"},
}]


def base_model():
    return build_base_model_item(
        item_id="unet-segmentation", geometry=AREA, mlm_name="unet-segmentation", mlm_architecture="UNet",
        mlm_tasks=["semantic-segmentation"], mlm_framework="PyTorch", mlm_framework_version="2.1.0", mlm_input=INPUT,
        mlm_output=OUTPUT, mlm_hyperparameters={"epochs": 3, "learning_rate": 0.001}, keywords=["building", "polygon"],
        checkpoint_href="https://example.org/unet.pt", checkpoint_artifact_type="torch.save", mlm_pretrained=True,
        mlm_pretrained_source="OAM-TCD", source_code_href="https://github.com/hotosm/fAIr-models",
        source_code_entrypoint="models.unet.pipeline:train", training_runtime_href="ghcr.io/hotosm/unet:v1",
        inference_runtime_href="ghcr.io/hotosm/unet:v1", title="UNet", description="Buildings by UNet.",
        fair_metrics_spec=[{"key": "fair:accuracy", "label": "Accuracy"}], providers=PROVIDERS,
        onnx_href="https://example.org/unet.onnx")


def dataset():
    return build_dataset_item(
        label_type="vector", label_tasks=["segmentation"], label_classes=[{"name": "building", "classes": ["yes"]}],
        keywords=["building"], chips_hrefs={"chips": "https://example.org/chips/"},
        labels_href="https://example.org/labels.geojson", title="Banepa", description="Banepa, Nepal", user_id="1",
        providers=PROVIDERS, item_id="banepa", geometry=AREA, bbox=[85.3, 27.6, 85.4, 27.7])


def local_model(backend, base, version):
    return build_local_model_item(
        base_model_item=base, checkpoint_href=f"https://example.org/{version}.pt",
        onnx_href=f"https://example.org/{version}.onnx", mlm_hyperparameters={"epochs": 3}, keywords=["building"],
        base_model_href=backend.item_href(BASE_MODELS_COLLECTION, base.id),
        dataset_href=backend.item_href(DATASETS_COLLECTION, "banepa"), version=version, title=f"Banepa {version}",
        description="Fine-tuned.", user_id="1", providers=PROVIDERS, item_id=f"banepa-unet-{version}",
        metrics={"fair:accuracy": 0.9})


def main(url, api_key):
    backend = StacApiBackend(url, api_key=api_key)
    StacApiBackend(url, api_key=api_key)  # what is there already is replaced

    base = backend.publish_item(BASE_MODELS_COLLECTION, base_model())
    backend.publish_item(DATASETS_COLLECTION, dataset())
    assert backend.item_exists(BASE_MODELS_COLLECTION, base.id)
    assert not backend.item_exists(BASE_MODELS_COLLECTION, "absent")
    stored = backend.get_item(BASE_MODELS_COLLECTION, base.id)
    assert stored.properties == base.properties, stored.properties
    assert stored.to_dict()["assets"] == base.to_dict()["assets"]

    patched = backend.patch_item(BASE_MODELS_COLLECTION, base.id, {"properties": {"title": "UNet, better"}})
    assert patched.properties["title"] == "UNet, better"
    assert backend.get_item(BASE_MODELS_COLLECTION, base.id).properties["mlm:input"] == INPUT
    try:
        backend.patch_item(BASE_MODELS_COLLECTION, "absent", {"properties": {}})
        raise AssertionError("an item that is not there was patched")
    except KeyError:
        pass

    first = backend.publish_item(LOCAL_MODELS_COLLECTION, local_model(backend, base, "1"))
    previous = find_previous_active_item(backend, LOCAL_MODELS_COLLECTION, "mlm:name", "unet-segmentation")
    assert previous.id == first.id
    second = backend.publish_item(LOCAL_MODELS_COLLECTION, local_model(backend, base, "2"))
    deprecate_and_link_successor(
        backend, LOCAL_MODELS_COLLECTION, previous, backend.item_href(LOCAL_MODELS_COLLECTION, second.id))
    old = backend.get_item(LOCAL_MODELS_COLLECTION, first.id)
    assert old.properties["deprecated"] is True
    successors = [link.target for link in old.links if link.rel == "successor-version"]
    assert successors == [backend.item_href(LOCAL_MODELS_COLLECTION, second.id)], successors
    active = find_previous_active_item(backend, LOCAL_MODELS_COLLECTION, "mlm:name", "unet-segmentation")
    assert active.id == second.id

    archived = archive_previous_version(
        backend, BASE_MODELS_COLLECTION, backend.get_item(BASE_MODELS_COLLECTION, base.id), "https://example.org/next")
    assert archived.id == "unet-segmentation-v1"
    assert {item.id for item in backend.list_items(BASE_MODELS_COLLECTION)} == {base.id, archived.id}
    assert len(backend.list_items(LOCAL_MODELS_COLLECTION, limit=1)) == 1
    assert set(delete_item_with_archives(backend, BASE_MODELS_COLLECTION, base.id)) == {archived.id, base.id}
    for collection, identifier in (
            (LOCAL_MODELS_COLLECTION, first.id), (LOCAL_MODELS_COLLECTION, second.id), (DATASETS_COLLECTION, "banepa")):
        backend.delete_item(collection, identifier)
        backend.delete_item(collection, identifier)  # what is gone is no error
    assert backend.list_items(LOCAL_MODELS_COLLECTION) == []
    print("fAIr's client is content.")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
