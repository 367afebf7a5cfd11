"""Files beside an image: its mask and its description count as if they were in it."""

import numpy as np
import pytest
import rasterio

import predictions
from gnomon_server import run
from stac_documents import CATALOG

SCENE = CATALOG / "sentinel-2-amazon" / "s2_amazon_12band.tif"


def write_mask(path, mask):
    """The mask as GDAL writes it beside an image."""
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=False), rasterio.open(path, "r+") as image:
        image.write_mask(mask)
    assert path.with_name(path.name + ".msk").exists()


def describe(path, band, dataset=""):
    text = f'<PAMDataset>{dataset}<PAMRasterBand band="1">{band}</PAMRasterBand></PAMDataset>'
    path.with_name(path.name + ".aux.xml").write_text(text)


def test_a_mask_beside_the_image_takes_pixels_out(server, image, tmp_path):
    path, reference = image("masked.tif", SCENE.read_bytes())
    plain = predictions.over_http(server, "amazon-land-cover", tmp_path / "plain", [reference]).codes()
    mask = np.random.default_rng(5).random(plain.shape) > 0.2
    write_mask(path, mask)
    masked = predictions.over_http(server, "amazon-land-cover", tmp_path / "masked", [reference]).codes()
    assert not mask.all() and (masked == np.where(mask, plain, 0)).all()
    told = run("predict", "--model", "models/amazon-land-cover", "--item", reference, "--explain", "--data-dir",
               server.data_directory)
    assert told.returncode == 0 and "mask of the file" in told.stdout, told.stderr


@pytest.mark.parametrize("content", [b"", b"<VRTDataset/>", SCENE.read_bytes()[:400]], ids=["empty", "vrt", "cut off"])
def test_a_mask_that_cannot_be_read_is_refused(server, image, content):
    path, reference = image("masked.tif", SCENE.read_bytes())
    path.with_name(path.name + ".msk").write_bytes(content)
    answer = predictions.execute(server, "amazon-land-cover", [reference])
    assert answer.status_code == 422 and ".msk beside the image" in answer.json()["description"], answer.text


def test_a_mask_of_another_size_is_refused(server, image):
    path, reference = image("masked.tif", SCENE.read_bytes())
    mask = path.with_name(path.name + ".msk")
    with rasterio.open(mask, "w", driver="GTiff", width=500, height=400, count=1, dtype="uint8") as other:
        other.write(np.full((1, 400, 500), 255, "uint8"))
    answer = predictions.execute(server, "amazon-land-cover", [reference])
    assert answer.status_code == 422 and "another size" in answer.json()["description"], answer.text


def test_a_description_beside_the_image_tells_nodata(server, image, tmp_path):
    path, reference = image("described.tif", SCENE.read_bytes())
    plain = predictions.over_http(server, "amazon-land-cover", tmp_path / "plain", [reference]).codes()
    with rasterio.open(path) as scene:
        stored = scene.read(1)
    nodata = int(np.median(stored))
    describe(path, f"<NoDataValue>{nodata}</NoDataValue>")
    with rasterio.open(path) as scene:
        assert scene.nodatavals[0] == nodata
    described = predictions.over_http(server, "amazon-land-cover", tmp_path / "described", [reference]).codes()
    assert (stored == nodata).any() and (described == np.where(stored == nodata, 0, plain)).all()


def test_a_description_beside_the_image_that_speaks_against_the_item_is_refused(server, image):
    path, reference = image("described.tif", SCENE.read_bytes())
    describe(path, "<Offset>1</Offset><Scale>0.5</Scale>")
    answer = predictions.execute(server, "amazon-land-cover", [reference])
    assert answer.status_code == 422 and "0.5" in answer.json()["description"], answer.text


def test_a_description_that_names_another_file_is_refused(server, image):
    path, reference = image("described.tif", SCENE.read_bytes())
    describe(path, "", "<Metadata domain=\"OVERVIEWS\"><MDI key=\"OVERVIEW_FILE\">/etc/passwd</MDI></Metadata>")
    answer = predictions.execute(server, "amazon-land-cover", [reference])
    assert answer.status_code == 422 and "another file" in answer.json()["description"], answer.text
