"""`jazzgen evaluate`: how well a model foresees solos, and how human solos are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jazzgen.cli.output import naming, quiet_import, say, show, show_json
from jazzgen.datasets.formats import sources_named
from jazzgen.errors import ConfigError, DatasetError

if TYPE_CHECKING:
    from jazzgen.datasets.corpus import Corpus
    from jazzgen.music.solo import Solo

__all__ = ["evaluate"]


@dataclass(frozen=True)
class Material:
    """The solos of an evaluation.

    Args:
        measured: What is measured.
        reference: Human solos to hold them against; may be empty.
        training: What the model was trained on; may be empty.
    """

    measured: Sequence[Solo]
    reference: Sequence[Solo] = ()
    training: Sequence[Solo] = ()


def evaluate(
    solos: Annotated[list[Path], typer.Argument(help=f"Solos to measure: {sources_named()}. "
                     "MIDI names its chords in markers.", metavar="SOLOS…")],
    model: Annotated[str, typer.Option(help="A model's name or folder.", metavar="NAME|DIR")
                     ] = "improviser",
    no_model: Annotated[bool, typer.Option("--no-model", help="Judge the solos alone: how human "
                        "they are.")] = False,
    reference: Annotated[list[Path] | None, typer.Option(help="Human solos to hold them against, "
                         "with a listener test; by default the built-in human figures. Can be "
                         "given several times.", metavar="SOLOS")] = None,
    training: Annotated[list[Path] | None, typer.Option(help="The solos that the model was trained "
                        "on, for the n-gram floors and for what was learnt by heart. Can be given "
                        "several times.", metavar="DATASET|MIDI_DIR")] = None,
    held_out: Annotated[bool, typer.Option("--held-out", help="Measure only the tunes that the "
                        "folder's manifest, or the model's own split, holds out; fit the floors "
                        "on the others.")] = False,
    no_listener: Annotated[bool, typer.Option("--no-listener", help="Leave the listener test "
                           "out.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write a report to this file.",
                    metavar="FILE")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Measure a model on real solos, and solos beside human ones."""
    from jazzgen.evaluation.generated import evaluate as hold_against_human
    from jazzgen.nn.registry import find_model

    folder = None if no_model else find_model(model)
    listen = bool(reference) and not no_listener
    _check_tools(folder is not None, listen, html)
    material = _load(solos, reference or [], training or [], folder, held_out)
    result = hold_against_human(
        material.measured, material.reference, material.training, listen=listen
    )
    if folder:
        result |= _foresee(folder, material)
    if html:
        _write_report(html, result, material)
    _print(result, json)


def _check_tools(foresee: bool, listen: bool, html: Path | None) -> None:
    """Complain before the work begins, not after it."""
    from jazzgen.evaluation import listener, plots
    from jazzgen.runtime.atomic import check_writable
    from jazzgen.runtime.extras import require

    if foresee:
        require("measuring a model needs", "keras", otherwise="--no-model judges solos alone")
    if listen:
        try:
            listener.validate()
        except ConfigError as error:
            raise ConfigError(f"{error}; --no-listener leaves it out") from error
    if html:
        with naming("--html"):
            plots.validate()
        check_writable(html)


def _load(
    solos: list[Path],
    reference: list[Path],
    training: list[Path],
    folder: Path | None,
    held_out: bool,
) -> Material:
    with naming("--reference"):
        held_against = _solos(_corpora(reference))
    with naming("--training"):
        learnt = _solos(_corpora(training))
    corpora = _corpora(solos)
    if not held_out:
        return Material(_solos(corpora), held_against, learnt)
    others, measured = _held_out(solos, corpora, folder)
    return Material(measured, held_against, learnt or others)


def _corpora(sources: list[Path]) -> list[Corpus]:
    from jazzgen.datasets.corpus import load_corpus

    corpora = [load_corpus(source) for source in sources]
    for rejected in (one for corpus in corpora for one in corpus.rejected):
        say(f"left out: {rejected.reason}")
    return corpora


def _solos(corpora: list[Corpus]) -> list[Solo]:
    return [solo for corpus in corpora for solo in corpus.solos]


def _held_out(
    sources: list[Path], corpora: list[Corpus], folder: Path | None
) -> tuple[list[Solo], list[Solo]]:
    """Return the solos that were learnt from, and those over held-out tunes."""
    from jazzgen.datasets.corpus import split_by_tune

    learnt: list[Solo] = []
    measured: list[Solo] = []
    for source, corpus in zip(sources, corpora, strict=True):
        seed = 0 if corpus.held_out else _split_seed(source, folder)
        sides = [list(side) for side in split_by_tune(corpus, seed=seed)]
        if not sides[1]:
            raise DatasetError(f"--held-out: {source}: solos over one tune only; expected two "
                               "tunes or more, to hold one out")  # fmt: skip
        if not corpus.held_out:
            _warn_of_other_split(source, sides[0], folder)
        learnt += sides[0]
        measured += sides[1]
    return learnt, measured


def _split_seed(source: Path, folder: Path | None) -> int:
    """Return the seed that decided which tunes a model's training held out."""
    if folder:
        from jazzgen.nn.folder import read_manifest

        facts = read_manifest(folder).get("training")
        seed = facts.get("seed") if isinstance(facts, dict) else None
        if isinstance(seed, int):
            return seed
    asked = f"{folder / 'manifest.json'} names no seed" if folder else "no model is asked"
    raise DatasetError(f"--held-out: {source}: no manifest that names held-out tunes, and {asked}: "
                       "nobody knows what was held out")  # fmt: skip


def _warn_of_other_split(source: Path, learnt: Sequence[Solo], folder: Path | None) -> None:
    from jazzgen.datasets.corpus import corpus_hash
    from jazzgen.nn.folder import read_manifest

    facts = read_manifest(folder).get("data") if folder else None
    known = facts.get("sha256") if isinstance(facts, dict) else None
    if known and known != corpus_hash(learnt):
        say(f"{source}: not the solos that the model was trained on: some that are measured "
            "may have been learnt from")  # fmt: skip


def _foresee(folder: Path, material: Material) -> dict[str, Any]:
    from jazzgen.encoding.sequence import value_sequence

    with quiet_import():
        from jazzgen.evaluation.predictive import evaluate as measure
        from jazzgen.improviser import load
    return measure(
        load(folder).layers,
        [value_sequence(solo) for solo in material.measured],
        [value_sequence(solo) for solo in material.training],
    )


def _write_report(html: Path, result: dict[str, Any], material: Material) -> None:
    from jazzgen.evaluation.report import page
    from jazzgen.runtime.atomic import write_text

    write_text(html, page(result, material.measured, material.reference, material.training))
    say(f"report: {html}")


def _print(result: dict[str, Any], json: bool) -> None:
    from jazzgen.cli.evaluation_tables import tables, without_nan

    if json:
        show_json(without_nan(result))
        return
    for line in tables(result):
        show(line)
