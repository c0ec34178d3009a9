"""The jobs of the studio's workers: from the JSON of a request to that of its answer.

A job runs in a process of its own that keeps the model loaded (see `studio.workers`). It knows
nothing of ids: a take comes with the request as the state that an earlier job has returned.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from jazzgen.errors import ChartError, ConfigError, JazzgenError, OutputError
from jazzgen.studio import charts, editing, folder, notation, playing, writing
from jazzgen.studio.fields import check_value, field_of
from jazzgen.studio.settings import is_setting
from jazzgen.studio.take import KeptTake

__all__ = ["JOBS", "error_json", "run_job"]

Request = Mapping[str, Any]
OPTION = re.compile(r"--([a-z][a-z-]+)")
"""How messages of the command line name a setting."""


def run_job(text: str) -> str:
    """Return the answer to a request; what is wrong with one is an answer too.

    Args:
        text: JSON: a list of the job's name and its request.
    """
    try:
        name, request = json.loads(text)
        answer = JOBS[name](request)
    except JazzgenError as error:
        return json.dumps({"failed": error_json(error)})
    except RecursionError:
        return json.dumps({"failed": {"error": "too deeply nested", "where": None, "bar": None}})
    return json.dumps({"answer": answer}, ensure_ascii=False, allow_nan=False)


def error_json(error: JazzgenError) -> dict[str, Any]:
    """Return what a page shows of an error: a line, and the setting or the bar that it is about."""
    message = " ".join(str(error).split())
    told = charts.bar_error(message)
    option = OPTION.match(message)
    first = re.match(r"([a-z_]+)\b", message)
    where = option[1].replace("-", "_") if option else first[1] if first else None
    if where is None or not is_setting(where):
        where = "chart" if isinstance(error, ChartError) else where
    if isinstance(error, OutputError):
        where = "output"
    return {"error": OPTION.sub(r"\1", message), "where": where, "bar": told["bar"]}


def _take(request: Request) -> KeptTake:
    return KeptTake.of_json(field_of(request, "state", dict))


def _warm(_request: Request) -> dict[str, Any]:
    """Load the model and the band, and play a bar, so that the first take comes at once."""
    first = {"chart": "| C6 |", "choruses": 1, "seed": 0, "draws": 1}
    playing.take_json(playing.generated(first))
    return {}


def _library(_request: Request) -> dict[str, Any]:
    """Return what a page offers to choose from."""
    from dataclasses import fields

    from jazzgen.band.arrangement import ENDINGS
    from jazzgen.cli.completion import instrument_names
    from jazzgen.config import SamplingConfig
    from jazzgen.music.styles import feel_names
    from jazzgen.runtime.extras import installed

    model = playing.improviser()
    sampling = SamplingConfig()
    return {
        "charts": charts.library_json(),
        "performers": list(model.performers),
        "instruments": list(instrument_names()),
        "styles": list(model.engine.assets.styles),
        "feels": list(feel_names()),
        "endings": list(ENDINGS),
        "formats": writing.formats_json(),
        "folder": str(folder.music_folder()),
        "notation": installed("verovio"),
        "limits": {"bars": charts.MOST_BARS, "choruses": 32},
        "settings": {
            one.name: getattr(sampling, one.name)
            for one in fields(sampling)
            if "help" in one.metadata
        },
    }


def _chart(request: Request) -> dict[str, Any]:
    """Read a chart; one that cannot be read is an answer with its errors."""
    song = field_of(request, "song", int, None)
    transpose = field_of(request, "transpose", str | int, None)
    try:
        if "file" in request:
            content = _bytes(field_of(request, "file", dict))
            readings = charts.read_file(content, field_of(request, "name", str, ""), song)
        else:
            readings = charts.read_text(field_of(request, "text", str), song)
    except ChartError as error:
        return {"errors": [charts.bar_error(" ".join(str(error).split()))], "warnings": []}
    told = charts.chart_json(readings, None if transpose is None else str(transpose))
    as_written = charts.written(request.get("text", "")) if "bars" in told else None
    return told if as_written is None else {**told, "written": as_written}


def _bytes(file: Mapping[str, Any]) -> bytes:
    encoded = file.get("base64")
    try:
        return base64.b64decode(encoded if isinstance(encoded, str) else "", validate=True)
    except binascii.Error as error:
        raise ConfigError(f"file: {error}") from error


def _export(request: Request) -> dict[str, Any]:
    states: list[Any] = field_of(request, "states", list, [])
    if states:
        takes = [KeptTake.of_json(check_value("takes", one, dict)) for one in states]
        name, content = writing.exported_takes(takes, request)
    else:
        name, content = writing.exported(_take(request), request)
    return {"name": name, "base64": base64.b64encode(content).decode("ascii")}


JOBS: Mapping[str, Callable[[Request], dict[str, Any]]] = {
    "warm": _warm,
    "library": _library,
    "chart": _chart,
    "generate": lambda request: playing.take_json(playing.generated(request)),
    "restore": lambda request: playing.take_json(_take(request)),
    "rearrange": lambda request: playing.take_json(playing.rearranged(_take(request), request)),
    "regenerate": lambda request: playing.take_json(playing.regenerated(_take(request), request)),
    "edit": lambda request: playing.take_json(editing.edited(_take(request), request)),
    "expected": lambda request: {"expected": playing.expected_json(_take(request))},
    "notation": lambda request: {"pages": notation.notation(_take(request), request)},
    "export": _export,
    "keep": lambda request: {"files": list(map(str, writing.rendered(_take(request), request)))},
}
"""The jobs by name."""
