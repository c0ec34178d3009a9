"""Ctrl-C: training keeps what was done, and can be resumed from there."""

import io
import os
import signal
import sys
import time
from types import SimpleNamespace

import pytest
import typer
from commands import jazzgen, succeed, tree
from platforms import posix

from jazzgen.cli import main
from jazzgen.config import ModelConfig, TrainingConfig
from jazzgen.datasets.corpus import load_corpus
from jazzgen.runtime.interrupts import Polite
from jazzgen.runtime.locks import only_writer
from jazzgen.training.run import LOCK, TrainingJob, train, training_folder
from jazzgen.training.trainer import Stopped, Trainer

FOREVER = ("--epochs", "100000", "--patience", "100000")
QUICK = ("--preset", "classic", "--units", "8")
"""Options of a model whose graphs are built in no time: interrupts don't concern the network."""


@pytest.fixture(scope="module")
def interrupted(small_corpus, tmp_path_factory):
    """A run that got Ctrl-C's signal at the end of its first epoch."""
    out = tmp_path_factory.mktemp("interrupted") / "model"
    command = ("train", str(small_corpus), "--out", str(out), *QUICK)
    end_epoch = Trainer._end_epoch

    def end_and_interrupt(trainer):
        figures = end_epoch(trainer)
        signal.raise_signal(signal.SIGINT)
        return figures

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "_end_epoch", end_and_interrupt)
        outcome = jazzgen(*command, *FOREVER, "--json")
    assert outcome.err.count("epoch ") == 1
    return SimpleNamespace(**vars(outcome), model=out, command=command)


@posix
def test_the_exit_code_and_the_message(interrupted):
    assert interrupted.code == 130
    assert interrupted.out == ""
    assert "Traceback" not in interrupted.err
    assert interrupted.err.splitlines()[-1] == (
        f"jazzgen: interrupted; the run so far is kept in {interrupted.model}.training; the "
        "same command with --resume continues it"
    )


@posix
def test_no_model_is_written_but_a_checkpoint(interrupted):
    assert not interrupted.model.exists()
    [folder] = interrupted.model.parent.iterdir()
    assert folder.name == "model.training"
    assert any(name.endswith("state.safetensors") for name in tree(folder))
    assert (folder / "compiled").is_dir(), "to resume from"
    assert not [name for name in tree(folder) if ".part" in name]


@posix
def test_a_new_run_does_not_throw_it_away(interrupted):
    outcome = jazzgen(*interrupted.command)
    assert outcome.code == 2
    assert "holds an unfinished run" in outcome.err.splitlines()[-1]


@posix
def test_the_run_is_finished_with_resume(interrupted):
    """Few epochs in all, so that it ends; the first one is not done again."""
    found = succeed(
        *interrupted.command, "--resume", "--epochs", "3", "--patience", "100", "--json"
    )
    assert found.json["epochs"] >= 3
    assert "epoch 1: " not in found.err
    assert (interrupted.model / "manifest.json").exists()
    assert not (interrupted.model.with_name("model.training") / "compiled").exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt, typer.Abort])
def test_an_interrupt_anywhere_else(error, capsys):
    def stop(**_):
        raise error

    assert main.run(stop) == 130
    assert capsys.readouterr().err == "jazzgen: interrupted\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_library_that_makes_another_error_of_a_signal_hides_none(capsys, number):
    """As drawing libraries in C do, in which it comes while they read an array."""

    def draw(**_):
        try:
            os.kill(os.getpid(), number)
            time.sleep(5)
        except BaseException:  # noqa: BLE001
            raise ValueError("Invalid affine transformation matrix") from None

    assert main.run(draw) == 128 + number
    assert capsys.readouterr().err == "jazzgen: interrupted\n"


def test_a_fault_of_ours_is_one_line_unless_asked_for_more(capsys, monkeypatch):
    def fail(**_):
        raise RuntimeError("something\nbroke")

    monkeypatch.delenv("JAZZGEN_DEBUG", raising=False)
    assert main.run(fail) == 1
    expected = (
        "jazzgen: internal error: RuntimeError: something broke (JAZZGEN_DEBUG=1 shows where)"
    )
    assert capsys.readouterr().err == f"{expected}\n"
    monkeypatch.setenv("JAZZGEN_DEBUG", "1")
    with pytest.raises(RuntimeError, match="broke"):
        main.run(fail)


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [(EOFError("cut"), 1, "internal error: EOFError: cut"), (typer.Abort(), 130, "interrupted")],
)
def test_the_end_of_a_file_is_no_interruption(capsys, monkeypatch, error, code, message):
    application = typer.Typer()

    @application.command()
    def fail() -> None:
        raise error

    monkeypatch.delenv("JAZZGEN_DEBUG", raising=False)
    monkeypatch.setattr(sys, "argv", ["jazzgen"])
    assert main.run(application) == code
    assert message in capsys.readouterr().err


class InterruptedWriting(io.RawIOBase):
    """A stream that is interrupted by Ctrl-C while it is written to."""

    def writable(self):
        return True

    def write(self, content):
        signal.raise_signal(signal.SIGINT)
        return len(content)


def test_an_interrupt_in_the_midst_of_a_message_is_taken(monkeypatch, capfd):
    stream = io.TextIOWrapper(io.BufferedWriter(InterruptedWriting()))
    monkeypatch.setattr(sys, "stderr", stream)
    with Polite(lambda: os.write(2, b"press Ctrl-C again")) as polite:
        assert polite.number is None
        stream.write("epoch 1\n")
        stream.flush()
        assert polite.number == signal.SIGINT
    assert "press Ctrl-C again" in capfd.readouterr().err


def test_two_runs_with_one_out(small_corpus, tmp_path):
    out = tmp_path / "model"
    command = ("train", small_corpus, "--out", out, *QUICK, "--epochs", "1")
    with only_writer(training_folder(out) / LOCK, out):
        refused = jazzgen(*command)
        assert refused.code == 2
        last = refused.err.splitlines()[-1]
        assert last == f"jazzgen: {out}: cannot be written: another run is writing it"
        assert tree(tmp_path) == {"model.training": None, "model.training/lock": b""}
    succeed(*command)


def test_training_is_stopped_while_solos_are_compiled(small_corpus, tmp_path):
    settings = TrainingConfig.for_preset("classic", epochs=1)
    job = TrainingJob(
        model=ModelConfig.for_preset("classic"),
        training=settings,
        solos=load_corpus(small_corpus).solos,
    )
    said = []
    with pytest.raises(Stopped):
        train(job, tmp_path / "m", on_solo=lambda *done: said.append(done),
              should_stop=lambda: len(said) == 3)  # fmt: skip
    assert said == [(1, 12), (2, 12), (3, 12)]
    assert list(tmp_path.iterdir()) == []
