"""Items shaped like Sentinel-2 Level-2A of Element 84's Earth Search: STAC 1.0.0, 15 assets, some 10.9 kB of JSON."""

from .template import Template

COLLECTION = "sentinel-2-l2a"
COG = "image/tiff; application=geotiff; profile=cloud-optimized"
EXTENSIONS = [f"https://stac-extensions.github.io/{name}/schema.json" for name in (
    "eo/v1.1.0", "file/v2.1.0", "grid/v1.1.0", "mgrs/v1.0.0", "processing/v1.1.0", "projection/v1.1.0",
    "raster/v1.1.0", "view/v1.0.0")]
BANDS = [  # asset, band, title, common name, centre wavelength in micrometres, ground sample distance in metres
    ("coastal", "B01", "Coastal - 60m", "coastal", 0.443, 60),
    ("blue", "B02", "Blue - 10m", "blue", 0.49, 10),
    ("green", "B03", "Green - 10m", "green", 0.56, 10),
    ("red", "B04", "Red - 10m", "red", 0.665, 10),
    ("rededge1", "B05", "Red Edge 1 - 20m", "rededge", 0.704, 20),
    ("rededge3", "B07", "Red Edge 3 - 20m", "rededge", 0.783, 20),
    ("nir", "B08", "NIR 1 - 10m", "nir", 0.842, 10),
    ("nir08", "B8A", "NIR 2 - 20m", "nir08", 0.865, 20),
    ("swir16", "B11", "SWIR 1 - 20m", "swir16", 1.61, 20),
    ("swir22", "B12", "SWIR 2 - 20m", "swir22", 2.19, 20),
]
ASSET_COUNT = 15


def raster(resolution, data_type="uint16", **scaling):
    return [{"nodata": 0, "data_type": data_type, "spatial_resolution": resolution, **scaling}]


def common_assets():
    """What the assets of every item have in common: key -> (file, ground sample distance, members)."""
    assets = {
        key: (f"{band}.tif", metres, {
            "type": COG, "title": title,
            "eo:bands": [{"name": band, "common_name": common, "center_wavelength": wavelength}], "gsd": metres,
            "raster:bands": raster(metres, scale=0.0001, offset=-0.1), "roles": ["data", "reflectance"]})
        for key, band, title, common, wavelength, metres in BANDS}
    colours = [(band, common, wavelength) for _, band, _, common, wavelength, _ in BANDS
               if common in ("red", "green", "blue")]
    assets["visual"] = ("TCI.tif", 10, {
        "type": COG, "title": "True color image", "roles": ["visual"],
        "eo:bands": [{"name": b, "common_name": c, "center_wavelength": w} for b, c, w in reversed(colours)]})
    assets["aot"] = ("AOT.tif", 20, {
        "type": COG, "title": "Aerosol optical thickness (AOT)", "roles": ["data"],
        "raster:bands": raster(20, scale=0.001, offset=0)})
    assets["scl"] = ("SCL.tif", 20, {
        "type": COG, "title": "Scene classification map (SCL)", "roles": ["data"], "raster:bands": raster(20, "uint8")})
    assets["thumbnail"] = ("thumbnail.jpg", None, {
        "type": "image/jpeg", "title": "Thumbnail of preview image", "roles": ["thumbnail"]})
    assets["granule_metadata"] = ("granule_metadata.xml", None, {
        "type": "application/xml", "title": "Granule metadata", "roles": ["metadata"]})
    return assets


def assets():
    documents = {}
    for number, (key, (file, metres, members)) in enumerate(common_assets().items()):
        asset = {"href": f"«base»/{file}", **members}
        if metres:
            side = 109_800 // metres
            asset["proj:shape"] = [side, side]
            asset["proj:transform"] = [metres, 0, "«=left»", 0, -metres, "«=top»"]
        documents[key] = {**asset, "file:size": f"«=size{number}»"}
    return documents


PROPERTIES = {
    "created": "«made»", "updated": "«made»", "platform": "sentinel-2«unit»", "constellation": "sentinel-2",
    "instruments": ["msi"], "eo:cloud_cover": "«=cloud»", "proj:epsg": "«=epsg»",
    "proj:centroid": {"lat": "«=centre_y»", "lon": "«=centre_x»"},
    "mgrs:utm_zone": "«=zone»", "mgrs:latitude_band": "«band»", "mgrs:grid_square": "«square»",
    "grid:code": "MGRS-«tile»", "view:azimuth": "«=azimuth»", "view:incidence_angle": "«=incidence»",
    "view:sun_azimuth": "«=sun_azimuth»", "view:sun_elevation": "«=sun_elevation»",
    "s2:tile_id": "S2«UNIT»_OPER_MSI_L2A_TL_2APS_«day»T«time»_A0«orbit»_T«tile»_N«baseline»",
    "s2:degraded_msi_data_percentage": "«=degraded»", "s2:nodata_pixel_percentage": "«=nodata»",
    "s2:saturated_defective_pixel_percentage": 0, "s2:dark_features_percentage": "«=dark»",
    "s2:cloud_shadow_percentage": "«=shadow»", "s2:vegetation_percentage": "«=vegetation»",
    "s2:not_vegetated_percentage": "«=bare»", "s2:water_percentage": "«=water»",
    "s2:unclassified_percentage": "«=unclassified»", "s2:medium_proba_clouds_percentage": "«=medium_clouds»",
    "s2:high_proba_clouds_percentage": "«=high_clouds»", "s2:thin_cirrus_percentage": "«=cirrus»",
    "s2:snow_ice_percentage": "«=snow»", "s2:product_type": "S2MSI2A", "s2:processing_baseline": "«baseline»",
    "s2:product_uri": "S2«UNIT»_MSIL2A_«day»T«time»_N«baseline_digits»_R«relative_orbit»_T«tile»_«day»T«time».SAFE",
    "s2:generation_time": "«generated»", "s2:datatake_id": "GS2«UNIT»_«day»T«time»_0«orbit»_N«baseline»",
    "s2:datatake_type": "INS-NOBS",
    "s2:datastrip_id": "S2«UNIT»_OPER_MSI_L2A_DS_2APS_«day»T«time»_S«day»T«time»_N«baseline»",
    "s2:reflectance_conversion_factor": "«=reflectance»", "datetime": "«datetime»", "s2:sequence": "«sequence»",
    "earthsearch:s3_path": "s3://«path»",
    "earthsearch:payload_id": "roda-sentinel2/workflow-sentinel2-to-stac/«payload»",
    "earthsearch:boa_offset_applied": "«=offset_applied»",
    "processing:software": {"sentinel2-to-stac": "0.1.1"},
}
SITE = "https://earth-search.example.com/v1"
LINKS = [
    {"rel": "self", "type": "application/geo+json", "href": f"{SITE}/collections/«collection»/items/«id»"},
    {"rel": "canonical", "href": "s3://«path»/«id».json", "type": "application/json"},
    {"rel": "license", "href": "https://sentinel.esa.int/documents/247904/690755/Sentinel_Data_Legal_Notice"},
    {"rel": "derived_from", "href": f"{SITE}/collections/sentinel-2-l1c/items/«level_1c»",
     "type": "application/geo+json"},
    {"rel": "parent", "type": "application/json", "href": f"{SITE}/collections/«collection»"},
    {"rel": "collection", "type": "application/json", "href": f"{SITE}/collections/«collection»"},
    {"rel": "root", "type": "application/json", "href": SITE},
]
TEMPLATE = Template({
    "type": "Feature", "stac_version": "1.0.0", "id": "«id»", "properties": PROPERTIES,
    "geometry": {"type": "Polygon", "coordinates": "«=coordinates»"}, "links": LINKS, "assets": assets(),
    "bbox": "«=bbox»", "stac_extensions": EXTENSIONS, "collection": "«collection»",
})
