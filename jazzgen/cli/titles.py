"""`jazzgen titles`: invents titles of tunes with a character-level model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jazzgen.cli.options import configured
from jazzgen.cli.output import show, show_json
from jazzgen.runtime.settings import check_settings, setting

__all__ = ["titles"]


@dataclass(frozen=True, kw_only=True)
class TitlesRequest:
    """Which titles are invented.

    Args:
        count: The number of titles.
        model: A file that `jazzgen train-titles` wrote, or None for the model that ships.
        seed: The same seed gives the same titles.
        temperature: How bold they are: the divisor of the model's logits.
        json: Whether the titles are printed as JSON.

    Raises:
        ConfigError: A value is out of range.
    """

    count: int = setting(10, 1, 10_000, text="Number of titles.")
    model: Path | None = setting(
        None,
        metavar="FILE.safetensors",
        text="A file that train-titles wrote; by default the model that ships.",
    )
    seed: int = setting(0, 0, text="The same seed gives the same titles.")
    temperature: float = setting(
        0.8, 0, text="Below 1 is safer, above 1 bolder; 0 always takes the likeliest character."
    )
    json: bool = setting(False, text="Print JSON.")

    def __post_init__(self) -> None:
        check_settings(self)


@configured
def titles(request: TitlesRequest) -> None:
    """Invent titles for tunes."""
    from jazzgen.nn.registry import find_title_model
    from jazzgen.titles.model import TitleModel

    inventor = TitleModel.load(request.model or find_title_model())
    found = [
        inventor.invent([request.seed, number], request.temperature)
        for number in range(request.count)
    ]
    if request.json:
        show_json(found)
        return
    for title in found:
        show(title)
