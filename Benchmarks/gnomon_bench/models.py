"""Items that describe models by the STAC MLM extension: STAC 1.1.0, some 3.9 kB of JSON."""

import random as randomness
from datetime import datetime, timedelta

import numpy as np

from . import grids
from .footprints import bounds, padded
from .sentinel import BANDS
from .template import compact

COLLECTION = "ml-models"
EXTENSIONS = [f"https://stac-extensions.github.io/{name}/schema.json" for name in ("mlm/v1.5.2", "file/v2.1.0")]
TASKS = (
    "regression", "classification", "scene-classification", "detection", "object-detection", "segmentation",
    "semantic-segmentation", "instance-segmentation", "panoptic-segmentation", "similarity-search", "generative",
    "image-captioning", "super-resolution")
FRAMEWORKS = {"pytorch": 40, "tensorflow": 18, "scikit-learn": 14, "xgboost": 9, "onnx": 7, "keras": 5,
              "huggingface": 4, "jax": 3}
ARCHITECTURES = {
    "pytorch": ("ResNet-18", "ResNet-50", "U-Net", "DeepLabV3+", "ViT-B/16", "Swin-T", "YOLOv8", "Mask R-CNN", "FPN"),
    "tensorflow": ("U-Net", "EfficientNet-B3", "MobileNetV2"),
    "scikit-learn": ("Random Forest", "SVM", "Gradient Boosting"),
    "xgboost": ("XGBoost",), "onnx": ("ResNet-50", "U-Net", "YOLOv8"), "keras": ("U-Net", "Xception"),
    "huggingface": ("SegFormer-B2", "Prithvi-100M", "Clay-v1"), "jax": ("ViT-L/14",)}
SAVED_BY = {"pytorch": "torch.save", "tensorflow": "tf.keras.Model.save", "keras": "tf.keras.Model.save_model"}
CLASSES = ("water", "forest", "cropland", "built-up", "bare", "snow", "wetland", "grassland", "shrub", "cloud", "road",
           "ship", "aircraft", "solar-panel")
ON_PROCESSORS = ("scikit-learn", "xgboost")
BAND_NAMES = [band for _, band, *_ in BANDS] + ["B06", "B09", "B10"]
SITE = "https://models.example.com"


def instant(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def item(random, places, number):
    """A model's item and what the oracle knows of it."""
    framework = random.choices(list(FRAMEWORKS), FRAMEWORKS.values())[0]
    architecture = random.choice(ARCHITECTURES[framework])
    tasks = sorted(random.sample(TASKS, random.choice((1, 1, 1, 2, 2, 3))))
    name = architecture.lower().replace(" ", "-").replace("/", "-").replace("+", "plus")
    identifier = f"{framework}-{name}-{tasks[0]}-{number:05d}"
    bands = [{"name": band} for band in BAND_NAMES[:random.choice((3, 4, 10, 12, 13))]]
    start = datetime(2015, 1, 1) + timedelta(days=random.randrange(3000))
    end = start + timedelta(days=random.randrange(200, 1500))
    moment = None if number % 2 else instant(end)
    size = random.randrange(1000, 2_000_000) if framework in ON_PROCESSORS else random.randrange(20_000, 900_000_000)
    ring = area(random, places)
    properties = {
        "description": f"{architecture} for {' and '.join(tasks)} trained on Sentinel-2 L2A with {framework}.",
        "datetime": moment, "start_datetime": instant(start), "end_datetime": instant(end),
        "created": instant(end + timedelta(days=30)), "updated": instant(end + timedelta(days=60)),
        "license": random.choice(("Apache-2.0", "MIT", "CC-BY-4.0")), "bands": bands,
        **description(random, framework, architecture, tasks, size, number),
        "mlm:input": [input_description(random, bands)],
        "mlm:output": [output_description(random, tasks)],
        "mlm:hyperparameters": {"learning_rate": random.choice((0.001, 0.0003, 0.01)),
                                "epochs": random.randrange(5, 300),
                                "optimizer": random.choice(("adam", "adamw", "sgd"))},
    }
    document = {
        "type": "Feature", "stac_version": "1.1.0", "stac_extensions": EXTENSIONS, "id": identifier,
        "properties": properties, "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        "bbox": bounds(ring),
        "links": [
            {"rel": "collection", "type": "application/json", "href": f"{SITE}/collections/{COLLECTION}"},
            {"rel": "derived_from", "type": "application/json",
             "href": "https://earth-search.example.com/v1/collections/sentinel-2-l2a"}],
        "assets": assets(identifier, framework, size, bands), "collection": COLLECTION}
    known = {"tasks": tasks, "framework": framework}
    return document, ring, (start if moment is None else end, end), known


def area(random, places):
    """A ring against the clock: the world, or a box of some degrees around a place on land."""
    if random.random() < 0.3:
        west, south, east, north = -180.0, -90.0, 180.0, 90.0
    else:
        x, y = random.choice(places)
        width, height = random.uniform(1, 15), random.uniform(1, 10)
        west, east = round(max(-180, x - width), 4), round(min(180, x + width), 4)
        south, north = round(max(-89, y - height), 4), round(min(89, y + height), 4)
    return [(west, south), (east, south), (east, north), (west, north)]


def description(random, framework, architecture, tasks, size, number):
    on_processor = framework in ON_PROCESSORS
    return {
        "mlm:name": f"{architecture.replace('/', '-').replace('+', ' plus')} {tasks[0]} {number}",
        "mlm:architecture": architecture, "mlm:tasks": tasks, "mlm:framework": framework,
        "mlm:framework_version": f"{random.randrange(1, 3)}.{random.randrange(9)}.{random.randrange(4)}",
        "mlm:memory_size": size * 4, "mlm:total_parameters": size, "mlm:pretrained": random.random() < 0.7,
        "mlm:pretrained_source": random.choice(("EuroSat Sentinel-2", "SSL4EO-S12", "BigEarthNet", "ImageNet")),
        "mlm:batch_size_suggestion": random.choice((1, 8, 16, 32, 256)),
        "mlm:accelerator": "amd64" if on_processor else "cuda", "mlm:accelerator_constrained": random.random() < 0.2,
        "mlm:accelerator_summary": "CPU" if on_processor else "Any GPU with 8 GB of memory",
        "mlm:accelerator_count": 1}


def input_description(random, bands):
    side = random.choice((64, 128, 224, 256, 512))
    return {
        "name": f"{len(bands)} Band Sentinel-2 Batch", "bands": [band["name"] for band in bands],
        "input": {"shape": [-1, len(bands), side, side], "dim_order": ["batch", "bands", "height", "width"],
                  "data_type": "float32"},
        "value_scaling": [{"type": "z-score", "mean": round(random.uniform(300, 2500), 4),
                           "stddev": round(random.uniform(200, 1800), 4)} for _ in bands],
        "resize_type": None}


def output_description(random, tasks):
    classes = CLASSES[:random.randrange(2, len(CLASSES))]
    shape, order = [-1, len(classes)], ["batch", "class"]
    if "segmentation" in tasks[0]:
        shape, order = [*shape, 256, 256], [*order, "height", "width"]
    return {
        "name": tasks[0], "tasks": tasks, "result": {"shape": shape, "dim_order": order, "data_type": "float32"},
        "classification:classes": [{"value": value, "name": name, "title": name.title(), "description": name.title(),
                                    "nodata": False} for value, name in enumerate(classes)],
        "post_processing_function": None}


def assets(identifier, framework, size, bands):
    return {
        "weights": {
            "href": f"{SITE}/{identifier}/model.bin", "title": f"{framework} weights",
            "type": f"application/octet-stream; application={framework}", "file:size": size * 4, "bands": bands,
            "roles": ["mlm:model", "mlm:weights", "data"],
            "mlm:artifact_type": SAVED_BY.get(framework, f"{framework}.save")},
        "source_code": {
            "href": f"{SITE}/{identifier}/main.py", "title": "Model implementation", "type": "text/x-python",
            "roles": ["mlm:source_code", "code", "metadata"], "mlm:entrypoint": "model.main:load"}}


def microseconds(moment):
    return int((moment - datetime(1970, 1, 1)).total_seconds()) * 1_000_000


def block(seed, count):
    """All models as lines of JSON in bytes, the oracle's rows of them, and their tasks and frameworks."""
    random, scenes = randomness.Random(f"{seed}-models"), grids.scenes(seed)
    places = list(zip(scenes.longitude.tolist(), scenes.latitude.tolist()))
    made = [item(random, places, number) for number in range(count)]
    lines = "".join(compact(document) + "\n" for document, *_ in made)
    nothing = np.full(count, np.nan)
    rows = {"id": [document["id"] for document, *_ in made],
            "start": np.array([microseconds(times[0]) for *_, times, _ in made], np.int64),
            "end": np.array([microseconds(times[1]) for *_, times, _ in made], np.int64),
            "cloud": nothing, "sun": nothing, "vegetation": nothing,
            "ring": [padded(ring) for _, ring, *_ in made], "collection": np.zeros(count, int)}
    return lines.encode(), rows, [known for *_, known in made]
