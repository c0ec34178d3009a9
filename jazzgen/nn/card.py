"""The model card: what a model is, what it was trained on, and how good it is."""

from __future__ import annotations

from typing import Any

from jazzgen.encoding.lick_ngrams import LONGEST
from jazzgen.nn.keras_engine.shared_layers import SharedLayers
from jazzgen.nn.presets import preset_of
from jazzgen.runtime.wording import counted

__all__ = ["model_card"]


def model_card(name: str, layers: SharedLayers, facts: dict[str, Any]) -> str:
    """Return a model's card as Markdown.

    Args:
        name: The name of the model.
        layers: The layers of the model.
        facts: The entries `data`, `training` and `figures` of the manifest.

    Returns:
        The content of the model's `README.md`.
    """
    config = layers.config
    data, training, figures = facts["data"], facts["training"], facts["figures"]
    settings = "\n".join(f"| {key} | {value} |" for key, value in training.items())
    measured = "\n".join(f"| {key.replace('_', ' ')} | {value} |" for key, value in figures.items())
    ensemble = f"{config.members} members of " if config.members > 1 else ""
    return f"""# {name}

A jazz soloist made by jazzgen: preset **{config.preset}**,
{ensemble}{config.layers} × {config.cell.upper()} of {config.units} units,
{layers.count_params():,} parameters.{_licks(layers)}

    jazzgen generate --model {name}

## Training data

{data["description"]}: {_solos(data["solos"], data["notes"])}. Held out, by tune:
{_solos(data["held_out_solos"], data["held_out_notes"])}. SHA-256 of the training solos:
`{data["sha256"]}`.
{_tuned(data.get("tuned_from"), figures)}
## Training

| setting | value |
|---|---|
{settings}

## Figures

Measured with teacher forcing on the held-out solos, or on the training solos if none are held out.

| measure | value |
|---|---|
{measured}

## Limits

The model knows only what its training data holds. It plays one line on a straight grid of 24 ticks
per quarter note, {_expression(preset_of(config).expressive)}.
"""


def _tuned(base: dict[str, Any] | None, figures: dict[str, float]) -> str:
    """The section of a model that started from another one."""
    if base is None:
        return ""
    by_itself = " that it played itself" if base["played_by_itself"] else ""
    rehearsed = f"{counted(base['rehearsed_solos'], 'solo')}{by_itself}"
    before, now = figures["rehearsal_bits_per_note_before"], figures["rehearsal_bits_per_note"]
    return f"""
## Where it comes from

It is the model **{base["model"]}**, tuned on the solos above. That one was trained on:
{base["data"]}. While it was tuned, it rehearsed {rehearsed},
so that it does not forget. Bits per note before and after: {figures["bits_per_note_before"]} and
{figures["bits_per_note"]} on the held-out solos; {before} and {now} on those solos of the rehearsal
that it was not trained on. At most {base["most_forgotten_bits"]} more were allowed there.
"""


def _licks(layers: SharedLayers) -> str:
    if not layers.licks or not len(layers.licks.ngrams):
        return ""
    return f"""
It also has {len(layers.licks.ngrams):,} lick n-grams: runs of up to {LONGEST + 1} intervals
that training solos over at least two tunes have in common."""


def _expression(expressive: bool) -> str:
    if expressive:
        return "with loudness and timing if its training data has them"
    return "and adds no loudness or timing of its own"


def _solos(solos: int, notes: int) -> str:
    return f"{counted(solos, 'solo')} with {counted(notes, 'note')}"
