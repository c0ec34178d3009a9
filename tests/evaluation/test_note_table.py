"""How surprising each note of a solo is, and the table of it."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from commands import jazzgen, succeed
from small_models import STYLES, classic, files_of, improviser, scale_solo

from jazzgen.encoding.sequence import value_sequence
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.errors import ConfigError, ModelError, OutputError
from jazzgen.evaluation.note_table import COLUMNS, check_table, write_table
from jazzgen.improviser import Improviser
from jazzgen.nn.numpy_engine.engine import LightEngine
from jazzgen.nn.surprise import note_surprises


@pytest.fixture(scope="module")
def model():
    layers = improviser(members=2, performers=("Ann", "Ben"))
    return Improviser(LightEngine(files_of(layers)), "small")


@pytest.fixture(scope="module")
def solo():
    return replace(scale_solo(2), performer="Ben", style=STYLES[1])


def test_the_bits_of_counted_notes_are_the_bits_per_note(model, solo):
    found = model.surprise(solo)
    assert [one.note for one in found] == list(solo.notes)
    assert [one.counted for one in found] == [False] + [True] * (len(found) - 1)
    counted = found[1:]
    [bits] = model.bits_per_note([solo], ["Ben"])
    assert sum(one.bits for one in counted) / len(counted) == pytest.approx(bits, rel=1e-9)
    # Where something rests, it costs something; elsewhere nothing.
    rested = [b.onset > a.end for a, b in zip(solo.notes, solo.notes[1:], strict=False)]
    assert [one.rest_bits > 0 for one in counted] == rested
    assert any(rested)


def test_whom_the_solo_names_makes_a_difference(model, solo):
    ann = model.surprise(replace(solo, performer="Ann"))
    nobody = model.surprise(replace(solo, performer="Zoe"))
    assert len({one[5].pitch_bits for one in (ann, nobody, model.surprise(solo))}) == 3


def test_the_rank_is_a_place_among_what_was_expected(model, solo):
    found = model.surprise(solo)
    for one in found:
        assert len(set(one.expected)) == 5
        assert (one.note.pitch in one.expected) == (one.rank <= 5)
        if one.rank <= 5:
            assert one.expected[one.rank - 1] == one.note.pitch


def test_a_solo_without_notes_has_no_surprise(model, solo):
    assert model.surprise(solo.with_notes([])) == []


def test_the_other_engine_finds_the_same(solo):
    layers = improviser()
    both = [Improviser(layers), Improviser(LightEngine(files_of(layers)))]
    one, other = ([each.bits for each in model.surprise(solo)] for model in both)
    np.testing.assert_array_equal(one, other)


def test_a_model_of_joint_values_tells_pitch_and_time_apart(solo):
    layers = classic(vocabulary=JointVocabulary.fit([value_sequence(solo)], 200), units=4)
    model = Improviser(LightEngine(files_of(layers)), "old")
    found = model.surprise(solo)
    [bits] = model.bits_per_note([solo])
    assert sum(one.bits for one in found[1:]) / len(found[1:]) == pytest.approx(bits, rel=1e-6)
    for one in found:
        assert one.pitch_bits == pytest.approx(-np.log2(one.share), rel=1e-6)
        assert one.time_bits > -1e-9
        if one.rank <= 5:
            assert one.expected[one.rank - 1] == one.note.pitch


def test_a_model_that_weighs_no_values_cannot_tell(model, solo):
    with pytest.raises(ModelError, match=r"^cannot tell how surprising a note is"):
        note_surprises(object(), model.engine.assets, solo)


def test_a_row_a_note(model, solo, tmp_path):
    file = tmp_path / "notes.csv"
    solos = [solo, replace(solo, title='Odd, "quoted"\nname', source="")]
    assert write_table(file, solos, model.surprise) == 2 * len(solo.notes)
    with open(file, newline="") as text:
        rows = list(csv.DictReader(text))
    assert tuple(rows[0]) == COLUMNS
    assert [row["number"] for row in rows] == ["1"] * len(solo.notes) + ["2"] * len(solo.notes)
    assert rows[-1]["solo"] == 'Odd, "quoted"\nname'
    assert {(row["chord"], row["counted"]) for row in rows[:1]} == {("F7", "0")}
    found = model.surprise(solo)
    for row, one in zip(rows, found, strict=False):
        assert int(row["pitch"]) == one.note.pitch
        assert int(row["rank"]) == one.rank
        assert int(row["expected_1"]) == one.expected[0]
        onset = (int(row["bar"]) - 1) * 96 + (float(row["beat"]) - 1) * 24
        assert onset == pytest.approx(one.note.onset, abs=0.01)
    check_table(file)  # a table of ours may be replaced


def test_a_solo_without_notes_has_no_rows(model, solo, tmp_path):
    file = tmp_path / "notes.csv"
    assert write_table(file, [solo.with_notes([])], model.surprise) == 0
    assert file.read_text() == ",".join(COLUMNS) + "\n"


def test_a_solo_that_fails_leaves_the_old_table(model, solo, tmp_path):
    file = tmp_path / "notes.csv"
    write_table(file, [solo], model.surprise)
    before = file.read_bytes()

    def surprise(one):
        if one.title == "bad":
            raise ModelError("no")
        return model.surprise(one)

    with pytest.raises(ModelError):
        write_table(file, [solo, replace(solo, title="bad")], surprise)
    assert file.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["notes.csv"]


def test_files_that_are_no_table_are_not_replaced(tmp_path):
    other = tmp_path / "own.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(OutputError, match=r"own\.csv: exists, and is no table of notes"):
        check_table(other)
    with pytest.raises(ConfigError, match=r"solo\.mid: expected a file that ends in \.csv"):
        check_table(tmp_path / "solo.mid")


def test_evaluate_writes_the_table(tiny_model, small_corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("jazzgen.runtime.extras.installed", lambda name: name != "keras")
    file, solo = tmp_path / "notes.csv", small_corpus / "clockwise-wren.mid"
    outcome = succeed("evaluate", solo, "--model", tiny_model, "--notes", file, "--json")
    assert "bits_per_note" not in outcome.json
    left_out, said = outcome.err.splitlines()
    assert left_out.startswith("the figures of the model are left out, as Keras is not installed")
    with open(file, newline="") as text:
        assert said == f"{file}: {len(list(csv.reader(text))) - 1} notes of 1 solo, a row each"


def test_evaluate_wants_a_model_for_the_table(small_corpus, tmp_path):
    outcome = jazzgen("evaluate", small_corpus, "--no-model", "--notes", tmp_path / "notes.csv")
    assert outcome.complaint == "jazzgen: --notes needs a model; leave out --no-model"
