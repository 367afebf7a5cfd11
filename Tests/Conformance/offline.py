"""Keeps the tools that test the server off the network: schemas come from this disk, other hosts are refused.

The tools fetch schemas in two ways: stac-validator by `requests`, pystac by its StacIO. Both are answered with the files
that Tests/EndToEnd/stac_schemas.py finds. Whatever else a tool asks of a host that is not this machine is refused
before a connection is made, and remembered.
"""

import io
import json
import socket
from urllib.parse import urlsplit

import pystac
import requests
from pystac.stac_io import DefaultStacIO

import stac_schemas

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Offline:
    """The guard; what it refused stands in `refused`."""

    def __init__(self):
        self.refused = []

    def install(self, patch):
        patch.setattr(requests.adapters.HTTPAdapter, "send", self.sender(requests.adapters.HTTPAdapter.send))
        patch.setattr(socket.socket, "connect", self.connector(socket.socket.connect))
        patch.setattr(socket, "getaddrinfo", self.resolver(socket.getaddrinfo))
        patch.setattr(pystac.StacIO, "_default_io", OfflineStacIO)

    def sender(self, send):
        def answer(adapter, request, **options):
            if urlsplit(request.url).hostname in LOOPBACK:
                return send(adapter, request, **options)
            return schema_response(request)
        return answer

    def connector(self, connect):
        def checked(connection, address):
            if connection.family in (socket.AF_INET, socket.AF_INET6):
                self.check(address[0])
            return connect(connection, address)
        return checked

    def resolver(self, resolve):
        def checked(host, *arguments, **options):
            self.check(host)
            return resolve(host, *arguments, **options)
        return checked

    def check(self, host):
        if host not in LOOPBACK:
            self.refused.append(host)
            raise OSError(f"no network: {host}")


def schema_response(request):
    """The schema of an address as `requests` would answer it; a connection error where no file holds it."""
    try:
        text = json.dumps(stac_schemas.read_schema(request.url))
    except Exception as error:
        raise requests.ConnectionError(f"no network, and no local copy of {request.url}") from error
    response = requests.Response()
    response.status_code, response.url, response.request = 200, request.url, request
    response.headers["Content-Type"] = "application/schema+json"
    response.raw = io.BytesIO(text.encode())
    return response


class OfflineStacIO(DefaultStacIO):
    """pystac's own reader, with schemas from this disk."""

    def read_text_from_href(self, href):
        if urlsplit(href).scheme == "https":
            return json.dumps(stac_schemas.read_schema(href))
        return super().read_text_from_href(href)
