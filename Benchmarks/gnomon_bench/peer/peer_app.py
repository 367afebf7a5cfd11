"""stac-fastapi-pgstac's own application, with its option ENABLE_DIRECT_RESPONSE made to work.

The option is to send what an endpoint gives without a detour through FastAPI's encoder, which costs about 2 ms of CPU
for each item of 10 kB. The FastAPI that this version asks for keeps included routers apart, so that stac-fastapi, which
looks for routes among the application's own, finds none and leaves all as it is. Here the endpoints of the included
routers are wrapped instead, and keep the status that their route declares.
"""

import functools

from fastapi.datastructures import DefaultPlaceholder
from fastapi.routing import APIRoute
from stac_fastapi.pgstac import app
from starlette.responses import Response


def direct(endpoint, response, status):
    @functools.wraps(endpoint)
    async def answer(*arguments, **named):
        content = await endpoint(*arguments, **named)
        return content if isinstance(content, Response) else response(content, status_code=status)

    return answer


def included_routers(application):
    for included in application.routes:
        router = getattr(included, "original_router", None)
        if router is not None:
            yield included, router


def create_app():
    application, wrapped = app.create_app(), 0
    for included, router in included_routers(application):
        for route in router.routes:
            if not isinstance(route, APIRoute):
                continue
            response = route.response_class
            response = response.value if isinstance(response, DefaultPlaceholder) else response
            if isinstance(response, type) and issubclass(response, Response):
                route.endpoint = direct(route.endpoint, response, route.status_code or 200)
                wrapped += 1
        included._effective_candidates_version = None  # what it has computed of its routes is out of date
    if not wrapped:
        raise RuntimeError("no route was found to answer directly; the peer would be measured at half its speed")
    return application
