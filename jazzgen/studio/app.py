"""The studio's server as an ASGI application: the page, and the JSON that it asks for."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from jazzgen.errors import ConfigError
from jazzgen.runtime.files import is_file
from jazzgen.studio.answers import Left, json_of, telling, whole_number
from jazzgen.studio.fields import check_value, field_of
from jazzgen.studio.folder import music_folder, place, show_folder
from jazzgen.studio.guard import Guard, Pass
from jazzgen.studio.takes import Takes
from jazzgen.studio.workers import Busy, Failed

__all__ = ["Asked", "studio_app"]

PAGE = Path(__file__).parent / "page"
"""The folder of the page."""
SOUNDS = "sounds/sounds.js"
"""The script of the sampled instruments, which a page of a release has."""
MOST_TAKES = 100
"""The largest number of takes in one file."""


class Asked(Protocol):
    """What answers requests: the workers, or in tests the jobs themselves."""

    async def ask(self, job: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a request (see `Workers.ask`).

        Args:
            job: The name of the job.
            request: The request.
        """

    def stop(self) -> int:
        """End all work that is being done, and return how much there was."""

    def close(self) -> None:
        """End all processes."""


def studio_app(workers: Asked, allowed: Pass, page: Path = PAGE) -> Guard:
    """Return the application.

    Args:
        workers: What answers requests.
        allowed: Who is let in.
        page: The folder of the page.
    """
    return Guard(
        _routes(
            _Studio(workers, remote=bool(allowed.password), has_sounds=is_file(page / SOUNDS)),
            page,
        ),
        allowed,
    )


def _routes(studio: _Studio, page: Path) -> Starlette:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        opening = asyncio.create_task(studio.open())
        yield
        opening.cancel()
        studio.workers.close()

    answers: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "chart": studio.chart,
        "generate": studio.generate,
        "regenerate": studio.regenerate,
        "rearrange": studio.rearrange,
        "edit": studio.edit,
        "restore": studio.restore,
        "expected": studio.expected,
        "export": studio.export,
        "keep": studio.keep,
        "reveal": studio.reveal,
        "stop": studio.stop,
    }
    return Starlette(
        routes=[
            Route("/api/library", telling(studio.library), methods=["GET"]),
            Route("/api/notation", telling(studio.notation), methods=["GET"]),
            *(
                Route(f"/api/{name}", telling(answer), methods=["POST"])
                for name, answer in answers.items()
            ),
            Mount("/", StaticFiles(directory=page, html=True, check_dir=False)),
        ],
        lifespan=lifespan,
    )


class _Studio:
    """The answers to requests.

    Args:
        workers: What plays, reads and writes.
        remote: Whether other machines can use it.
        has_sounds: Whether the page has sampled instruments.
    """

    def __init__(self, workers: Asked, *, remote: bool = False, has_sounds: bool = False) -> None:
        self.workers = workers
        self.remote = remote
        self.has_sounds = has_sounds
        self.takes = Takes()
        self._library: asyncio.Task[dict[str, Any]] | None = None

    async def open(self) -> None:
        """Start a worker and let it load the model, so that the first take comes at once."""
        with suppress(Busy, Failed):
            await self._known()  # which the page asks for first
            await self.workers.ask("warm", {})

    async def _known(self) -> dict[str, Any]:
        """Return the library, for which a worker is asked once, however many pages want it."""
        asked = self._library
        if asked is None or (asked.done() and (asked.cancelled() or asked.exception())):
            asked = self._library = asyncio.create_task(self.workers.ask("library", {}))
        return await asyncio.shield(asked)

    async def _ask(self, request: Request, job: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer of a worker, unless the page leaves before.

        Args:
            request: The request, whose body has been read.
            job: The name of the job.
            asked: What the worker gets.
        """
        work = asyncio.create_task(self.workers.ask(job, asked))
        leaving = asyncio.create_task(_left(request))
        try:
            await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise Left
            return await work
        finally:
            for task in (work, leaving):
                task.cancel()
            await asyncio.gather(work, leaving, return_exceptions=True)  # its process is gone then

    async def library(self, _request: Request) -> Response:
        """Answer what there is to choose from."""
        return JSONResponse({**await self._known(), "sounds": self.has_sounds})

    async def chart(self, request: Request) -> Response:
        """Answer the bars of a chart: of a text, or of the bytes of a file."""
        if request.headers.get("content-type", "").startswith("application/octet-stream"):
            song = request.query_params.get("song")
            if song is not None and not (song.isascii() and song.isdigit() and len(song) < 7):
                raise ConfigError("song: expected a whole number")
            asked: dict[str, Any] = {
                "file": {"base64": base64.b64encode(await request.body()).decode("ascii")},
                "name": request.query_params.get("name", "chart"),
                "song": int(song) if song else None,
            }
        else:
            found = await json_of(request)
            asked = {name: found.get(name) for name in ("text", "song", "transpose")}
        return JSONResponse(await self._ask(request, "chart", asked))

    async def generate(self, request: Request) -> Response:
        """Answer a new take."""
        asked = await json_of(request)
        band = asked.pop("band_of", None)
        if band is not None:
            asked["band"] = self.takes.get(band).state
        return JSONResponse(self.takes.add(await self._ask(request, "generate", asked)))

    async def regenerate(self, request: Request) -> Response:
        """Answer a new take that differs from another one in some bars."""
        asked = await self._of_take(await json_of(request))
        return JSONResponse(self.takes.add(await self._ask(request, "regenerate", asked)))

    async def rearrange(self, request: Request) -> Response:
        """Answer a new take with the same solo and another band."""
        asked = await self._of_take(await json_of(request))
        return JSONResponse(self.takes.add(await self._ask(request, "rearrange", asked)))

    async def edit(self, request: Request) -> Response:
        """Answer a take with the notes that were drawn."""
        found = await json_of(request)
        version: int = field_of(found, "version", int)
        answer = await self._ask(request, "edit", await self._of_take(found))
        return JSONResponse(self.takes.change(found["take"], version, answer))

    async def restore(self, request: Request) -> Response:
        """Answer a take that the page has kept, under an id of this studio; or one as it is now."""
        found = await json_of(request)
        if "take" in found:
            kept = self.takes.get(found["take"])
            answer = await self._ask(request, "restore", {"state": kept.state})
            return JSONResponse({"id": found["take"], "version": kept.version, **answer})
        state = {"state": field_of(found, "state", dict)}
        return JSONResponse(self.takes.add(await self._ask(request, "restore", state)))

    async def expected(self, request: Request) -> Response:
        """Answer what the model expected at each note."""
        asked = await self._of_take(await json_of(request))
        return JSONResponse(await self._ask(request, "expected", asked))

    async def notation(self, request: Request) -> Response:
        """Answer the pages of a take's notation, or one of them."""
        query = request.query_params
        asked: dict[str, Any] = {"state": self.takes.get(query.get("take")).state}
        for name in ("transpose", "shift", "width"):
            if name in query:
                asked[name] = whole_number(query[name], name)
        if "clef" in query:
            asked["clef"] = query["clef"]
        pages = (await self._ask(request, "notation", asked))["pages"]
        count = len(pages)
        if "page" in query:
            page = whole_number(query["page"], "page")
            if not 1 <= page <= count:
                raise ConfigError(f"page {page}: expected 1 to {count}")
            pages = [pages[page - 1]]
        return JSONResponse({"pages": pages, "count": count})

    async def export(self, request: Request) -> Response:
        """Answer a file of a take, or of several."""
        found = await json_of(request)
        keys = found.pop("takes", None)
        if keys is None:
            asked = await self._of_take(found)
        else:
            several: list[Any] = check_value("takes", keys, list)
            if not 1 <= len(several) <= MOST_TAKES:
                raise ConfigError(f"takes: expected 1 to {MOST_TAKES}")
            asked = {**found, "states": [self.takes.get(key).state for key in several]}
        made = await self._ask(request, "export", asked)
        disposition = f"attachment; filename*=UTF-8''{quote(made['name'])}"
        return Response(
            base64.b64decode(made["base64"]),
            media_type="application/octet-stream",
            headers={"Content-Disposition": disposition},
        )

    async def keep(self, request: Request) -> Response:
        """Write a take to the user's folder, and answer where it is."""
        asked = await self._of_take(await json_of(request))
        # Written aside, as a worker may be killed; this process is not.
        with TemporaryDirectory(prefix="jazzgen-", ignore_cleanup_errors=True) as aside:
            made = await self._ask(request, "keep", {**asked, "into": aside})
            return JSONResponse(await asyncio.to_thread(place, [*map(Path, made["files"])]))

    async def reveal(self, _request: Request) -> Response:
        """Show the folder of kept takes, unless whoever asks sits at another machine."""
        if self.remote:
            raise ConfigError("folder: it is at the machine on which the studio runs")
        await asyncio.to_thread(show_folder, music_folder())
        return Response(status_code=204)

    async def stop(self, _request: Request) -> Response:
        """End what is being played, for whichever page."""
        self.workers.stop()
        return Response(status_code=204)

    async def _of_take(self, found: dict[str, Any]) -> dict[str, Any]:
        """Return a request to a worker, with the state of the take that it names.

        Args:
            found: The request of the page.

        Raises:
            Unknown: There is no such take.
            Outdated: The take was changed since the page has seen it.
        """
        version: int | None = field_of(found, "version", int, None)
        state = self.takes.get(found.get("take"), version).state
        rest = {name: one for name, one in found.items() if name not in ("take", "version")}
        return {**rest, "state": state}


async def _left(request: Request) -> None:
    """Wait until the page no longer waits for the answer."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
