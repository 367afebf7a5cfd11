"""The footprints that scenes come in: 100 km tiles in UTM as Sentinel-2 has them, WRS-2 scenes as Landsat has them."""

from dataclasses import dataclass

import numpy as np

from .land import on_land, popularity

SEMI_MAJOR, FLATTENING, SCALE = 6378137.0, 1 / 298.257223563, 0.9996
TILE_METRES = 109_800
BANDS = "CDEFGHJKLMNPQRSTUVWX"
COLUMNS = {1: "ABCDEFGH", 2: "JKLMNPQR", 0: "STUVWXYZ"}
ROWS = "ABCDEFGHJKLMNPQRSTUV"


def geographic(zone, easting, northing):
    """Longitude and latitude in degrees of UTM coordinates in metres (northing below zero south of the equator), by
    Krueger's series to the third order in n (Karney 2011, equations 11, 15 to 18 and 36)."""
    n = FLATTENING / (2 - FLATTENING)
    rectifying = SEMI_MAJOR / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    beta = (n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96, n**2 / 48 + n**3 / 15, 17 * n**3 / 480)
    delta = (2 * n - 2 * n**2 / 3 - 2 * n**3, 7 * n**2 / 3 - 8 * n**3 / 5, 56 * n**3 / 15)
    xi, eta = northing / (SCALE * rectifying), (easting - 500_000) / (SCALE * rectifying)
    xi_0 = xi - sum(b * np.sin(2 * j * xi) * np.cosh(2 * j * eta) for j, b in enumerate(beta, 1))
    eta_0 = eta - sum(b * np.cos(2 * j * xi) * np.sinh(2 * j * eta) for j, b in enumerate(beta, 1))
    conformal = np.arcsin(np.sin(xi_0) / np.cosh(eta_0))
    latitude = conformal + sum(d * np.sin(2 * j * conformal) for j, d in enumerate(delta, 1))
    longitude = np.radians(zone * 6 - 183) + np.arctan2(np.sinh(eta_0), np.cos(xi_0))
    return np.degrees(longitude), np.degrees(latitude)


@dataclass(frozen=True)
class Tiles:
    """Tiles of the Sentinel-2 grid; arrays with one entry a tile, rings of four corners against the clock."""
    name: np.ndarray
    zone: np.ndarray
    epsg: np.ndarray
    upper_left: np.ndarray
    ring: np.ndarray
    longitude: np.ndarray
    latitude: np.ndarray
    weight: np.ndarray


def tiles(seed):
    """Every tile whose centre is on land and which does not cross the antimeridian."""
    zone, column, row = (a.ravel() for a in np.meshgrid(
        np.arange(1, 61), np.arange(1, 9), np.arange(-63, 87), indexing="ij"))
    east, north = column * 100_000.0, row * 100_000.0
    longitude, latitude = geographic(zone, east + 50_000, north + 50_000)
    left, top = east - 40, north + 100_040
    corners = [(left, top), (left, top - TILE_METRES), (left + TILE_METRES, top - TILE_METRES),
               (left + TILE_METRES, top)]
    ring = np.stack([np.stack(geographic(zone, x, y), -1) for x, y in corners], 1).round(6)
    kept = (np.abs(longitude - (zone * 6 - 183)) <= 3) & on_land(longitude, latitude)
    kept &= (ring[:, :, 0].min(1) >= -180) & (ring[:, :, 0].max(1) <= 180)
    name = np.array([tile_name(*at) for at in zip(zone[kept], column[kept], row[kept], latitude[kept])])
    _, first = np.unique(name, return_index=True)
    first.sort()
    zone, left, top, ring, longitude, latitude = (
        a[kept][first] for a in (zone, left, top, ring, longitude, latitude))
    south = latitude < 0
    weight = popularity(np.random.default_rng([seed, 1]), longitude, latitude)
    return Tiles(name[first], zone, np.where(south, 32700, 32600) + zone,
                 np.stack([left, top + south * 10_000_000], 1).astype(int), ring, longitude, latitude, weight)


def tile_name(zone, column, row, latitude):
    band = BANDS[min(len(BANDS) - 1, int((latitude + 80) // 8))]
    letter = ROWS[(row % 100 + (0 if zone % 2 else 5)) % 20]
    return f"{zone:02d}{band}{COLUMNS[zone % 3][column - 1]}{letter}"


@dataclass(frozen=True)
class Scenes:
    """Scenes of WRS-2; arrays with one entry a scene, rings of four corners against the clock."""
    path: np.ndarray
    row: np.ndarray
    ring: np.ndarray
    longitude: np.ndarray
    latitude: np.ndarray
    weight: np.ndarray


def scenes(seed):
    """Every daytime scene whose centre is on land and which does not cross the antimeridian."""
    inclination = np.radians(98.2)
    path, row = (a.ravel() for a in np.meshgrid(np.arange(1, 234), np.arange(8, 113), indexing="ij"))
    along = np.radians((60 - row) * 360 / 248)
    latitude = np.degrees(np.arcsin(np.sin(along) * np.sin(inclination)))
    longitude = (-64.6 - (path - 1) * 360 / 233 + np.degrees(np.arctan(np.tan(along) * abs(np.cos(inclination))))
                 + np.degrees(along) * 0.0687)
    longitude = (longitude + 180) % 360 - 180
    kept = (np.abs(longitude) <= 177) & on_land(longitude, latitude)
    path, row, longitude, latitude = (a[kept] for a in (path, row, longitude, latitude))
    heading = np.arcsin(np.clip(np.cos(inclination) / np.cos(np.radians(latitude)), -1, 1))
    corners = []
    for across, forward in ((-92.5, 90), (-92.5, -90), (92.5, -90), (92.5, 90)):
        east = across * np.cos(heading) - forward * np.sin(heading)
        north = across * np.sin(heading) + forward * np.cos(heading)
        corners.append(np.stack([longitude + east / (111.32 * np.cos(np.radians(latitude))),
                                 latitude + north / 110.574], -1))
    ring = np.stack(corners, 1).round(6)
    inside = (ring[:, :, 0].min(1) >= -180) & (ring[:, :, 0].max(1) <= 180)
    path, row, ring, longitude, latitude = (a[inside] for a in (path, row, ring, longitude, latitude))
    return Scenes(path, row, ring, longitude, latitude,
                  popularity(np.random.default_rng([seed, 2]), longitude, latitude))
