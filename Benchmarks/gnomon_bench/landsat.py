"""Items shaped like Landsat Collection 2 Level-2 of the Planetary Computer: STAC 1.1.0, 10 assets, some 8.8 kB."""

from .sentinel import COG
from .template import Template

COLLECTION = "landsat-c2-l2"
EXTENSIONS = [f"https://stac-extensions.github.io/{name}/schema.json" for name in (
    "eo/v2.0.0", "projection/v2.0.0", "raster/v2.0.0", "view/v1.0.0", "grid/v1.1.0")]
REFLECTANCE = [  # asset, band, title, centre wavelength and full width at half maximum in micrometres
    ("coastal", "B1", "Coastal/Aerosol Band", 0.44, 0.02),
    ("blue", "B2", "Blue Band", 0.48, 0.06),
    ("green", "B3", "Green Band", 0.56, 0.06),
    ("red", "B4", "Red Band", 0.65, 0.04),
    ("nir08", "B5", "Near Infrared Band 0.8", 0.87, 0.03),
    ("swir16", "B6", "Short-wave Infrared Band 1.6", 1.61, 0.09),
    ("swir22", "B7", "Short-wave Infrared Band 2.2", 2.2, 0.19),
]
ASSET_COUNT = 10


def band(name, common, centre, width):
    return [{"name": name, "eo:common_name": common, "eo:center_wavelength": centre,
             "eo:full_width_half_max": width}]


def common_assets():
    """What the assets of every item have in common: key -> (end of the file's name, members)."""
    assets = {
        key: (f"SR_{number}.TIF", {
            "type": COG, "title": title, "description": f"Collection 2 Level-2 {title} Surface Reflectance",
            "roles": ["data", "reflectance"], "bands": band(f"OLI_{number}", key, centre, width), "nodata": 0,
            "data_type": "uint16", "raster:spatial_resolution": 30, "raster:scale": 2.75e-05, "raster:offset": -0.2,
            "gsd": 30})
        for key, number, title, centre, width in REFLECTANCE}
    assets["lwir11"] = ("ST_B10.TIF", {
        "type": COG, "title": "Surface Temperature Band",
        "description": "Collection 2 Level-2 Thermal Infrared Band Surface Temperature",
        "roles": ["data", "temperature"], "bands": band("TIRS_B10", "lwir11", 10.9, 0.59), "nodata": 0,
        "data_type": "uint16", "unit": "kelvin", "raster:spatial_resolution": 30, "raster:scale": 0.00341802,
        "raster:offset": 149.0, "gsd": 100})
    assets["qa_pixel"] = ("QA_PIXEL.TIF", {
        "type": COG, "title": "Pixel Quality Assessment Band",
        "description": "Collection 2 Level-1 Pixel Quality Assessment Band",
        "roles": ["cloud", "cloud-shadow", "snow-ice", "water-mask"], "nodata": 1, "data_type": "uint16",
        "unit": "bit index", "raster:spatial_resolution": 30})
    assets["rendered_preview"] = ("thumb_large.jpeg", {
        "type": "image/jpeg", "title": "Rendered preview", "roles": ["overview"]})
    return assets


def assets():
    documents = {}
    for key, (end, members) in common_assets().items():
        asset = {"href": f"«base»/«product»_{end}", **members}
        if key != "rendered_preview":
            asset |= {"proj:shape": "«=shape»", "proj:transform": "«=transform»"}
        documents[key] = asset
    return documents


PROPERTIES = {
    "datetime": "«datetime»", "created": "«made»", "updated": "«made»", "platform": "landsat-«number»",
    "constellation": "landsat", "instruments": ["oli", "tirs"], "gsd": 30,
    "description": "Landsat Collection 2 Level-2", "eo:cloud_cover": "«=cloud»", "view:off_nadir": 0,
    "view:sun_azimuth": "«=sun_azimuth»", "view:sun_elevation": "«=sun_elevation»", "proj:code": "EPSG:«epsg»",
    "proj:shape": "«=shape»", "proj:transform": "«=transform»", "grid:code": "WRS2-«path»«row»",
    "landsat:cloud_cover_land": "«=cloud_land»", "landsat:wrs_type": "2", "landsat:wrs_path": "«path»",
    "landsat:wrs_row": "«row»", "landsat:collection_category": "T1", "landsat:collection_number": "02",
    "landsat:correction": "L2SP", "landsat:scene_id": "LC«number»«path»«row»«year»«day_of_year»LGN00",
}
SITE = "https://pc.example.com/api/stac/v1"
LINKS = [
    {"rel": "collection", "type": "application/json", "href": f"{SITE}/collections/{COLLECTION}"},
    {"rel": "parent", "type": "application/json", "href": f"{SITE}/collections/{COLLECTION}"},
    {"rel": "root", "type": "application/json", "href": SITE},
    {"rel": "self", "type": "application/geo+json", "href": f"{SITE}/collections/{COLLECTION}/items/«id»"},
    {"rel": "cite-as", "href": "https://doi.org/10.5066/P9OGBGM6",
     "title": "Landsat 8-9 OLI/TIRS Collection 2 Level-2"},
    {"rel": "via", "href": "https://landsatlook.usgs.gov/stac-server/collections/landsat-c2l2-sr/items/«id»",
     "type": "application/json", "title": "USGS STAC Item"},
]
TEMPLATE = Template({
    "type": "Feature", "stac_version": "1.1.0", "stac_extensions": EXTENSIONS, "id": "«id»",
    "properties": PROPERTIES, "geometry": {"type": "Polygon", "coordinates": "«=coordinates»"}, "bbox": "«=bbox»",
    "links": LINKS, "assets": assets(), "collection": COLLECTION,
})
