"""`jazzgen evaluate`: how well a model foresees solos."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from jazzgen.cli.output import quiet_import, say, show, show_json

__all__ = ["evaluate"]


def evaluate(
    solos: Annotated[list[Path], typer.Argument(help="MIDI files with chord markers, folders of "
                     "them, or datasets.", metavar="SOLOS…")],
    model: Annotated[str, typer.Option(help="A model's name or folder.", metavar="NAME|DIR")
                     ] = "small",
    training: Annotated[Path | None, typer.Option(help="The solos that the model was trained on: "
                        "the n-gram floors are fitted on them.",
                        metavar="DATASET|MIDI_DIR")] = None,
    held_out: Annotated[bool, typer.Option("--held-out", help="Of a folder with a manifest, "
                        "measure the held-out tunes and fit the floors on the others.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Measure a model on real solos, teacher-forced, beside n-gram floors."""
    from jazzgen.data.corpus import load_corpus, split_by_tune
    from jazzgen.data.sequence import value_sequence
    from jazzgen.improviser import find_model

    folder = find_model(model)
    corpora = [load_corpus(source) for source in solos]
    for rejected in (one for corpus in corpora for one in corpus.rejected):
        say(f"left out: {rejected.reason}")
    measured = [solo for corpus in corpora for solo in corpus.solos]
    fitted = list(load_corpus(training).solos) if training else []
    if held_out:
        sides = [split_by_tune(corpus) for corpus in corpora]
        fitted = fitted or [solo for side in sides for solo in side[0]]
        measured = [solo for side in sides for solo in side[1]]
    with quiet_import():
        from jazzgen.evaluation.predictive import evaluate as measure
        from jazzgen.improviser import load
    result = measure(
        load(folder).layers, [value_sequence(s) for s in measured],
        [value_sequence(s) for s in fitted],
    )  # fmt: skip
    if json:
        show_json(result)
        return
    _print_table(result)


def _print_table(result: dict[str, Any]) -> None:
    show(f"{result['solos']} solos, {result['notes']:,} notes counted")
    show(f"bits a note                    {result['bits_per_note']:8.3f}")
    show(f"  of them pitch                {result['pitch']['bits']:8.3f}")
    show(f"  of them time                 {result['time']['bits']:8.3f}")
    show(f"pitch perplexity, notes only   {result['pitch']['perplexity_notes_only']:8.3f}")
    show(f"pitch right at first guess     {result['pitch']['top1']:8.1%}")
    show(f"duration right at first guess  {result['time']['top1']:8.1%}")
    show(f"lost with wrong chords, bits   {result['wrong_chord_delta_bits']:8.3f}")
    for name, value in result["floors"].items():
        show(f"floor: {name.replace('_', ' '):<30} {value:8.3f}")
