"""`jazzgen evaluate`: how well a model predicts solos, and how human the solos are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jazzgen.cli.options import configured
from jazzgen.cli.output import naming, printable, quiet_import, say, show, show_json
from jazzgen.datasets.formats import sources_named
from jazzgen.errors import ConfigError, DatasetError
from jazzgen.io.registry import listed
from jazzgen.runtime.settings import check_settings, setting
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.datasets.corpus import Corpus
    from jazzgen.evaluation.prediction import Prediction
    from jazzgen.music.solo import Solo

__all__ = ["evaluate"]


def _metric_groups_named() -> str:
    """Return the groups of metrics, for the help: there are too many metrics to name each."""
    from jazzgen.evaluation.metric_table import solo_metrics

    return listed(dict.fromkeys(metric.group for metric in solo_metrics()), "and")


@dataclass(frozen=True, kw_only=True)
class EvaluateRequest:
    """The solos to measure, what they are compared with, and how the result is shown.

    Args:
        solos: Solos to measure.
        model: The name or folder of the model that predicts them.
        no_model: Whether the solos are judged without a model.
        reference: Human solos to compare them with; by default the built-in figures.
        training: The solos that the model was trained on.
        held_out: Whether only held-out tunes are measured.
        no_listener: Whether the listener test is left out.
        notes: Where a table of all notes is written, if one is asked for.
        html: Where a report is written, if one is asked for.
        overwrite: Whether the report may replace a file that jazzgen did not write.
        json: Whether the result is printed as JSON.
    """

    solos: list[Path] = setting(
        argument=True,
        metavar="SOLOS…",
        text=lambda: (
            f"Solos to measure: {sources_named()}. A MIDI file names its chords in markers. "
            f"The solos are compared with human ones by metrics of {_metric_groups_named()}."
        ),
    )
    model: str = setting("improviser", metavar="NAME|DIR", text="A model's name or folder.")
    no_model: bool = setting(False, text="Use no model: only judge how human the solos are.")
    reference: list[Path] | None = setting(
        None,
        metavar="SOLOS",
        text="Human solos to compare them with, which adds a listener test; by default the "
        "built-in human figures. Can be given several times.",
    )
    training: list[Path] | None = setting(
        None,
        metavar="DATASET|MIDI_DIR",
        text="The solos that the model was trained on: for the n-gram baselines, and to find what "
        "was copied from them. Can be given several times.",
    )
    held_out: bool = setting(
        False,
        text="Measure only the tunes that the folder's manifest, or the model's own split, holds "
        "out; the baselines are fitted to the others.",
    )
    no_listener: bool = setting(False, text="Leave the listener test out.")
    notes: Path | None = setting(
        None,
        metavar="FILE.csv",
        text="Write a table with a row for each note: bar, beat, pitch and chord, its bits, the "
        "rank of its pitch and the five pitches that the model expected most. Needs no Keras.",
    )
    html: Path | None = setting(None, metavar="FILE", text="Write a report to this file.")
    overwrite: bool = setting(
        False, text="With --html: replace a file even if jazzgen did not write it."
    )
    json: bool = setting(False, text="Print JSON.")

    def __post_init__(self) -> None:
        check_settings(self)
        if self.notes and self.no_model:
            raise ConfigError("--notes needs a model; leave out --no-model")


@dataclass(frozen=True, kw_only=True)
class EvaluationSolos:
    """The solos of an evaluation.

    Args:
        measured: The solos that are measured.
        reference: Human solos that they are compared with; may be empty.
        training: The solos that the model was trained on; may be empty.
    """

    measured: Sequence[Solo]
    reference: Sequence[Solo] = ()
    training: Sequence[Solo] = ()


@configured
def evaluate(request: EvaluateRequest) -> None:
    """Measure a model on real solos, and compare solos with human ones."""
    from jazzgen.cli.evaluation_tables import tables, without_nan
    from jazzgen.evaluation.generated import evaluate as compare_with_human
    from jazzgen.evaluation.report import page
    from jazzgen.nn.registry import find_model
    from jazzgen.runtime.atomic import write_text

    folder = None if request.no_model else find_model(request.model)
    listen = bool(request.reference) and not request.no_listener
    predict = folder is not None and _can_predict(request)
    _check_tools(predict, listen, request)
    solos = _load(request, folder)
    if folder and request.notes:
        _write_notes(folder, solos.measured, request.notes)
    found = compare_with_human(solos.measured, solos.reference, solos.training, listen=listen)
    prediction = _predict(folder, solos) if folder and predict else None
    if folder and prediction and prediction.baselines:
        prediction = replace(prediction, same_training=_is_training(folder, solos.training))
    if request.html:
        sets = solos.measured, solos.reference, solos.training
        write_text(request.html, page(found, *sets, prediction=prediction))
        say(f"report: {request.html}")
    if request.json:
        show_json(without_nan(found.to_json() | (prediction.to_json() if prediction else {})))
        return
    for line in tables(found, prediction):
        show(line)


def _can_predict(request: EvaluateRequest) -> bool:
    """Return whether the model's measures are shown; without Keras, a table of notes is enough."""
    from jazzgen.runtime.extras import installed

    if not request.notes or installed("keras"):
        return True
    say("the figures of the model are left out, as Keras is not installed; the table is written")
    return False


def _check_tools(predict: bool, listen: bool, request: EvaluateRequest) -> None:
    """Check that what is optional is installed and files can be written, before the work.

    Args:
        predict: Whether the model's measures are shown.
        listen: Whether there is a listener test.
        request: The files.
    """
    from jazzgen.evaluation import listener, note_table, plots
    from jazzgen.runtime.atomic import check_writable
    from jazzgen.runtime.extras import require
    from jazzgen.runtime.ownership import check_replaceable

    if predict:
        require("measuring a model needs", "keras", otherwise="--no-model judges solos alone")
    if listen:
        try:
            listener.validate()
        except ConfigError as error:
            raise ConfigError(f"{error}; --no-listener leaves it out") from error
    if request.html:
        with naming("--html"):
            plots.validate()
        check_writable(request.html)
        read = [*request.solos, *(request.reference or []), *(request.training or [])]
        check_replaceable(request.html, overwrite=request.overwrite, read=read)
    if request.notes:
        with naming("--notes"):
            note_table.check_table(request.notes)


def _write_notes(folder: Path, solos: Sequence[Solo], file: Path) -> None:
    from jazzgen.evaluation.note_table import write_table
    from jazzgen.improviser import load

    number = write_table(file, solos, load(folder).surprise)
    say(f"{file}: {counted(number, 'note')} of {counted(len(solos), 'solo')}, a row each")


def _load(request: EvaluateRequest, folder: Path | None) -> EvaluationSolos:
    with naming("--reference"):
        reference = _solos(_corpora(request.reference or []))
    with naming("--training"):
        training = _solos(_corpora(request.training or []))
    corpora = _corpora(request.solos)
    if not request.held_out:
        return EvaluationSolos(measured=_solos(corpora), reference=reference, training=training)
    others, measured = _held_out(request.solos, corpora, folder)
    return EvaluationSolos(measured=measured, reference=reference, training=training or others)


def _corpora(sources: list[Path]) -> list[Corpus]:
    from jazzgen.datasets.corpus import load_corpus

    corpora = [load_corpus(source) for source in sources]
    for rejected in (one for corpus in corpora for one in corpus.rejected):
        say(printable(f"left out: {rejected.reason}"))
    return corpora


def _solos(corpora: list[Corpus]) -> list[Solo]:
    return [solo for corpus in corpora for solo in corpus.solos]


def _held_out(
    sources: list[Path], corpora: list[Corpus], folder: Path | None
) -> tuple[list[Solo], list[Solo]]:
    """Return the solos that the model was trained on, and those over held-out tunes."""
    from jazzgen.datasets.corpus import split_by_tune

    training: list[Solo] = []
    measured: list[Solo] = []
    for source, corpus in zip(sources, corpora, strict=True):
        seed = 0 if corpus.held_out else _split_seed(source, folder)
        sides = [list(side) for side in split_by_tune(corpus, seed=seed)]
        if not sides[1]:
            raise DatasetError(
                f"--held-out: {source}: solos over one tune only; expected at least two tunes, "
                "to hold one out"
            )
        if not corpus.held_out:
            _warn_of_other_split(source, sides[0], folder)
        training += sides[0]
        measured += sides[1]
    return training, measured


def _split_seed(source: Path, folder: Path | None) -> int:
    """Return the seed that decided which tunes a model's training held out."""
    if folder:
        from jazzgen.nn.folder import read_manifest

        facts = read_manifest(folder).get("training")
        seed = facts.get("seed") if isinstance(facts, dict) else None
        if isinstance(seed, int):
            return seed
    lacking = f"{folder / 'manifest.json'} does not name a seed" if folder else "there is no model"
    raise DatasetError(
        f"--held-out: {source}: cannot tell which tunes were held out: no manifest names them, "
        f"and {lacking}"
    )


def _warn_of_other_split(source: Path, training: Sequence[Solo], folder: Path | None) -> None:
    if folder and not _is_training(folder, training):
        say(
            f"{source}: these are not the solos that the model was trained on; it may have been "
            "trained on some of those that are measured"
        )


def _is_training(folder: Path, training: Sequence[Solo]) -> bool:
    """Return whether solos are those of a model's training, as far as its manifest tells."""
    from jazzgen.datasets.corpus import corpus_hash
    from jazzgen.nn.folder import read_manifest

    facts = read_manifest(folder).get("data")
    known = facts.get("sha256") if isinstance(facts, dict) else None
    return known is None or known == corpus_hash(training)


def _predict(folder: Path, solos: EvaluationSolos) -> Prediction:
    from jazzgen.encoding.sequence import value_sequence

    with quiet_import():
        from jazzgen.evaluation.predictive import evaluate as measure
        from jazzgen.improviser import load
    return measure(
        load(folder).layers,
        [value_sequence(solo) for solo in solos.measured],
        [value_sequence(solo) for solo in solos.training],
    )
