"""How the studio reads the JSON of requests, and says in JSON what is wrong with them."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from jazzgen.errors import ConfigError, OutputError
from jazzgen.studio.incoming import TooLarge
from jazzgen.studio.takes import Outdated, Unknown
from jazzgen.studio.workers import Busy, Failed

__all__ = ["Left", "json_of", "telling", "whole_number"]

RETRY = "1"
"""The seconds after which a refused request may come again."""
LEFT = 499
"""The status of an answer that nobody waits for any longer."""


class Left(Exception):  # noqa: N818 - nothing is wrong
    """The page no longer waits."""


def telling(
    answer: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that says in JSON what is wrong with a request."""

    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except Busy:
            message = "the studio is busy; try again in a moment"
            return _wrong(429, message, headers={"Retry-After": RETRY})
        except Unknown:
            return _wrong(404, "this take is not known here any longer; restore it", "take")
        except Outdated as error:
            message = "this take was changed in another tab"
            return _wrong(409, message, "version", version=error.version)
        except Failed as error:
            return JSONResponse(error.told, 400)
        except ConfigError as error:
            return _wrong(400, str(error), _field_in(str(error)))
        except (OutputError, OSError) as error:
            return _wrong(400, _unwritten(error), "output")
        except TooLarge as error:
            return _wrong(413, str(error))
        except (Left, ClientDisconnect):
            return Response(status_code=LEFT)

    return endpoint


def _unwritten(error: OutputError | OSError) -> str:
    """Return why a file cannot be written, such as for want of room."""
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'}: {error.strerror or error}"
    return str(error)


def _field_in(message: str) -> str | None:
    """Return the field that a message begins with: "song: …" or "page 3: …"."""
    found = re.match(r"([a-z_]+)(?: -?\d+)?:", message)
    return found[1] if found else None


def _wrong(
    status: int,
    message: str,
    where: str | None = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    told = {"error": message, "where": where, "bar": None, **more}
    return JSONResponse(told, status, headers=headers)


async def json_of(request: Request) -> dict[str, Any]:
    """Return the JSON of a request, which is an object.

    Raises:
        ConfigError: It is none.
    """
    body = await request.body()
    try:
        text = body.decode("utf-8-sig")
        found = json.loads(text, parse_constant=_no_number)
        if "\\u" in text:
            json.dumps(found, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the request is no JSON: {str(error)[:80]}") from None
    if not isinstance(found, dict):
        raise ConfigError("the request is no JSON object")
    return found


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def whole_number(text: str, name: str) -> int:
    """Return the whole number of a query.

    Args:
        text: The number as text.
        name: The name of the field, for the message.

    Raises:
        ConfigError: It is none.
    """
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 7):
        raise ConfigError(f"{name}: expected a whole number")
    return int(text)
