"""Unusable input: exit code 2, one line that names it and the reason, and nothing written."""

import shutil
from dataclasses import replace

import mido
import pytest
from commands import jazzgen, tree

from jazzgen.library import library_names
from jazzgen.training.checkpoint import latest_checkpoint, write_checkpoint
from jazzgen.training.run import training_folder


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty folder to work in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def refused(place):
    """Run a command that must be refused with these words and must change no file."""

    def refused(*arguments, words):
        before = tree(place)
        complaint = jazzgen(*arguments).complaint
        assert [word for word in words if word not in complaint] == [], complaint
        assert tree(place) == before

    return refused


def silence(path):
    """Write a MIDI file without notes."""
    file = mido.MidiFile()
    file.tracks.append(mido.MidiTrack([mido.MetaMessage("marker", text="Dm7")]))
    file.save(path)


COMMANDS_THAT_READ = [
    ("prepare", "{}", "--out", "out.jsonl"),
    ("train", "{}", "--out", "model"),
    ("evaluate", "{}"),
    ("generate", "--primer", "{}", "--out", "out.mid"),
]


@pytest.mark.parametrize("command", COMMANDS_THAT_READ, ids=lambda command: command[0])
class TestSolosThatCannotBeRead:
    @pytest.fixture
    def read(self, command, refused, tiny_model):
        model = ["--model", tiny_model] if command[0] in ("generate", "evaluate") else []
        arguments = [command[0], *model, *command[1:]]

        def read(path, *words):
            refused(*(path if a == "{}" else a for a in arguments), words=[path, *words])

        return read

    def test_no_such_file(self, read):
        read("gone.mid", "no such file")

    def test_no_midi(self, read, place):
        (place / "letter.mid").write_text("Dear all, this is no MIDI file.")
        read("letter.mid", "not a Standard MIDI File")

    def test_sound(self, read, place):
        (place / "take.wav").write_bytes(b"RIFF\x24\0\0\0WAVEfmt " + bytes(28))
        read("take.wav", "it is a WAV file; a solo is MIDI or MusicXML, a chart may also be text")

    def test_a_torn_file(self, read, place, small_corpus):
        whole = (small_corpus / "clockwise-wren.mid").read_bytes()
        (place / "torn.mid").write_bytes(whole[: len(whole) // 2])
        read("torn.mid")

    def test_an_empty_file(self, read, place):
        (place / "empty.mid").write_bytes(b"")
        read("empty.mid")

    def test_a_file_without_notes(self, read, place):
        silence(place / "silence.mid")
        read("silence.mid", "no notes")


@pytest.mark.parametrize("command", COMMANDS_THAT_READ[:3], ids=lambda command: command[0])
def test_a_folder_without_solos(command, refused, place, tiny_model):
    (place / "folder").mkdir()
    silence(place / "folder" / "silence.mid")
    model = ["--model", tiny_model] if command[0] == "evaluate" else []
    arguments = ["folder" if a == "{}" else a for a in command]
    refused(*arguments, *model, words=["folder", "without solos", "1 file", "silence.mid"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"format":"jazzgen-dataset","version":1}\n', ["without solos"]),
        ('{"format":"jazzgen-dataset","version":9}\n', ["version 9", "expected 1"]),
        ('{"format":"jazzgen-dataset","version":1}\n{"notes": 3}\n', ["line 2"]),
    ],
    ids=["empty", "later version", "damaged"],
)
def test_a_dataset_that_cannot_be_used(content, words, refused, place):
    (place / "solos.jsonl").write_text(content)
    refused("train", "solos.jsonl", "--out", "model", words=["solos.jsonl", *words])


def test_strict_refuses_an_unknown_chord_and_names_its_bar(refused, place):
    changes = "| Dm7 | G7 | H7 | Cmaj7 |"
    refused("generate", "--strict", "--chart", changes, words=["--chart", "bar 3", "'H7'"])
    (place / "tune.txt").write_text(f"title: A Tune\n{changes}\n")
    refused("generate", "--strict", "--chart", "tune.txt", words=["tune.txt", "bar 3", "'H7'"])


def test_an_unknown_chart_is_answered_with_the_names_that_there_are(refused):
    refused("generate", "--chart", "nothing", words=["--chart 'nothing'", *library_names()])


@pytest.mark.parametrize("nothing", ["", " "])
def test_no_chart_at_all(nothing, refused):
    refused(
        "generate", "--chart", nothing, words=[f"--chart {nothing!r}: no chart is named", "blues"]
    )


def test_a_name_longer_than_a_file_s_can_be(refused):
    refused("generate", "--chart", "no " * 100, words=["--chart", "no chart of that name"])
    refused("generate", "--model", "m" * 300, words=["no such model"])


def test_an_unknown_model_is_answered_with_the_names_that_there_are(
    refused, tiny_model, monkeypatch
):
    monkeypatch.setattr("jazzgen.nn.registry.model_folders", lambda: [tiny_model.parent])
    words = ["nobody: no such model; there are: tiny"]
    refused("generate", "--model", "nobody", words=words)
    refused("evaluate", "--model", "nobody", ".", words=words)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--range", "low-high"], ["--range 'low-high'", "Bb2-F5"]),
        (["--range", "C5-C3"], ["--range 'C5-C3'", "above the highest"]),
        (["--range", "C3-C99"], ["--range", "C99"]),
        (["--range", "60-62"], ["jazzgen: --range 60-62", "an octave"]),
        (["--tempo", "0"], ["--tempo", "0", "expected 20 to 500"]),
        (["--tempo", "nan"], ["--tempo", "nan"]),
        (["--tempo", "fast"], ["--tempo"]),
        (["--key", "H"], ["--key", "'H'"]),
        (["--key", "Cm"], ["--key", "Cm"]),
        (["--choruses", "0"], ["--choruses", "0", "expected at least 1"]),
        (["--choruses", "167"], ["--choruses 167", "2,004 bars", "at most 2,000", "166 times"]),
        (["--choruses", "9" * 40], ["--choruses 99"]),
        (["--temperature", "-1"], ["jazzgen: --temperature -1: expected 0 to 10"]),
        (["--temperature", "nan"], ["jazzgen: --temperature nan: "]),
        (["--top-k", "-1"], ["jazzgen: --top-k -1: "]),
        (["--top-p", "0"], ["jazzgen: --top-p 0: "]),
        (["--takes", "0"], ["--takes"]),
        (["--seed", "-1"], ["--seed"]),
        (["--feel", "polka"], ["--feel", "'polka'", "swing"]),
        (["--engine", "steam"], ["--engine", "'steam'", "keras"]),
        (["--volume", "11"], ["--volume"]),
        (["surplus"], ["surplus"]),
    ],
    ids=" ".join,
)
def test_generate_refuses(options, words, refused, tiny_model):
    refused("generate", "--model", tiny_model, *options, words=words)


@pytest.mark.parametrize("folder", [".", "/", ""])
@pytest.mark.parametrize(
    "options",
    [["--primer"], ["--head"], ["--bars", "1-2", "--solo"]],
    ids=lambda options: options[-1],
)
def test_a_folder_without_a_name_is_a_folder(folder, options, refused, tiny_model):
    refused("generate", "--model", tiny_model, *options, folder, words=["is a folder"])


@pytest.mark.parametrize("folder", [".", "/", ""])
def test_a_folder_without_a_name_is_not_rendered(folder, refused):
    refused("render", folder, "--to", "musicxml", words=["is a folder; expected a MIDI file"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--preset", "bebop"], ["--preset", "'bebop'", "classic"]),
        (["--cell", "cnn"], ["--cell", "'cnn'", "lstm"]),
        (
            ["--clip-norm", "1", "--clip-value", "1"],
            ["not both", "--clip-norm and --clip-value"],
        ),
        (["--epochs", "0"], ["jazzgen: --epochs 0: expected 1"]),
        (["--units", "0"], ["jazzgen: --units 0: expected 1"]),
        (["--units", "99999"], ["jazzgen: --units 99999: "]),
        (["--layers", "0"], ["jazzgen: --layers 0: "]),
        (["--dropout", "1"], ["jazzgen: --dropout 1: ", "0.95"]),
        (["--learning-rate", "0"], ["jazzgen: --learning-rate 0: "]),
        (["--seed", "-1"], ["jazzgen: --seed -1: "]),
        (["--valid", "gone"], ["gone: no such file"]),
    ],
    ids=lambda value: " ".join(value) if value[0].startswith("--") else "",
)
def test_train_refuses(options, words, refused, small_corpus):
    refused("train", small_corpus, "--out", "model", *options, words=words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["prepare", "x.mid"], ["--out", "see jazzgen prepare --help"]),
        (["prepare", "--out", "y"], ["SRC", "see jazzgen prepare --help"]),
        (["prepare", "x.mid", "--out", "y", "--chart", "gone.txt"], ["gone.txt"]),
        (["prepare", "x.mid", "--out", "y", "--names", "gone.txt"], ["gone.txt"]),
        (["train"], ["see jazzgen train --help"]),
        (["evaluate"], ["see jazzgen evaluate --help"]),
        (["improvise"], ["'improvise'", "see jazzgen --help"]),
    ],
    ids=lambda value: " ".join(value) if "--help" not in value[-1] else "",
)
def test_a_mistake_on_the_command_line(arguments, words, refused):
    refused(*arguments, words=words)


def test_an_unfinished_run_is_not_thrown_away(place, small_corpus, model_copy):
    _pretend_unfinished(model_copy)
    before = tree(model_copy.parent)
    outcome = jazzgen("train", small_corpus, "--out", model_copy, "--units", 16)
    assert (outcome.code, outcome.out) == (2, "")
    *_, last = outcome.err.splitlines()
    assert last.startswith(f"jazzgen: {model_copy}.training: holds an unfinished run")
    assert "--resume" in last
    assert tree(model_copy.parent) == before
    assert not list(place.iterdir())


def test_nothing_at_all_is_answered_with_the_help():
    outcome = jazzgen()
    assert outcome.code == 2
    assert outcome.err == ""
    assert "generate" in outcome.out


def _pretend_unfinished(model):
    checkpoints = training_folder(model) / "checkpoints"
    newest = latest_checkpoint(checkpoints)
    facts = {**newest.facts, "run": {**newest.facts["run"], "finished": False}}
    shutil.rmtree(checkpoints)
    write_checkpoint(checkpoints, replace(newest, facts=facts))


@pytest.mark.usefixtures("place")
def test_a_message_is_no_longer_than_a_screen():
    complaint = jazzgen("generate", "--key", "x" * 100_000, "--out", "a.mid").complaint
    assert len(complaint) < 2100
    complaint = jazzgen("charts", "y" * 100_000).complaint
    assert complaint.startswith("jazzgen: chart 'yyyy")
    assert " … " in complaint
    assert complaint.endswith("turnarounds, waltz")


@pytest.mark.parametrize(
    ("command", "option"),
    [(("generate",), "--title"), (("train", "x.mid", "--out", "m"), "--about"),
     (("train", "x.mid", "--out", "m", "--from", "small"), "--performer-name")],
)  # fmt: skip
def test_text_that_no_file_can_hold_is_refused_first(command, option, refused):
    refused(*command, option, "caf\udce9", words=[f"{option} 'caf\\udce9': is not text in UTF-8"])


@pytest.mark.parametrize(
    "options",
    [("--shard", f"1/{'9' * 5000}"), ("--shard", f"{'9' * 5000}/2"),
     ("--cluster", f"local:{'9' * 5000}")],
    ids=["jobs", "job", "workers"],
)  # fmt: skip
def test_a_number_that_python_refuses_to_read_is_one_line(options, refused):
    refused("prepare", "x.mid", "--out", "folder", *options, words=[options[0], "expected"])
