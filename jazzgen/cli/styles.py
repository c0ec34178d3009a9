"""`jazzgen styles`: lists what the band can play."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jazzgen.cli.options import configured
from jazzgen.cli.output import show, show_json
from jazzgen.runtime.settings import setting

if TYPE_CHECKING:
    from jazzgen.band.styles import Style

__all__ = ["styles"]


@dataclass(frozen=True, kw_only=True)
class StylesRequest:
    """How styles are listed.

    Args:
        json: Whether the list is printed as JSON.
    """

    json: bool = setting(False, text="Print JSON.")


@configured
def styles(request: StylesRequest) -> None:
    """List the styles that --feel finds by name, with their meters and tempi."""
    from jazzgen.band.styles import styles as all_styles

    if request.json:
        show_json([_entry(style) for style in all_styles()])
        return
    for style in all_styles():
        slowest, fastest = style.tempi
        meters = ", ".join(map(str, style.meters)) or "any meter"
        show(
            f"{style.name:<14} {style.label:<18} {slowest:>3g} to {fastest:>3g} bpm, "
            f"usually {style.tempo:>3g}  {meters}"
        )


def _entry(style: Style) -> dict[str, Any]:
    """Return what the list says of a style as JSON."""
    return {
        "name": style.name,
        "label": style.label,
        "swings": style.swings,
        "meters": [str(meter) for meter in style.meters],
        "tempo": style.tempo,
        "slowest": style.tempi[0],
        "fastest": style.tempi[1],
        "words": list(style.words),
    }
