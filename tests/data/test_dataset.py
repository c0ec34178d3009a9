import json
from dataclasses import replace

import pytest
from hypothesis import given
from strategies import solos

from jazzgen.data.dataset import (
    is_dataset,
    read_dataset,
    solo_from_json,
    solo_to_json,
    write_dataset,
)
from jazzgen.errors import DatasetError
from jazzgen.music.chart import Chart, TempoChange
from jazzgen.music.solo import Note, Solo

CHART = Chart.of_chords(
    [["Dm7", "G7"], ["Cmaj7"]] * 2, tempo=92.5, feel="bossa", chorus_starts=(0, 2),
    tempo_changes=(TempoChange(96, 120.0),),
)  # fmt: skip
SOLO = Solo(
    (Note(0, 12, 60, 91, -0.25), Note(12, 12, 62)), CHART, "Zoë's Tune", "A Player", "a.mid"
)


@given(solos())
def test_a_solo_goes_through_json_and_back(solo):
    assert solo_from_json(json.loads(json.dumps(solo_to_json(solo)))) == solo


def test_a_dataset_gives_back_its_solos(tmp_path):
    path = write_dataset(tmp_path / "a.jsonl", [SOLO, SOLO.transpose(3)])
    assert is_dataset(path)
    assert read_dataset(path) == [SOLO, SOLO.transpose(3)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "not a dataset"),
        ("hello\n", "not a dataset"),
        ('{"format":"jazzgen-dataset","version":9}\n', "version 9; expected 1"),
        ('{"format":"jazzgen-dataset","version":1}\n{}\n', "line 2: not a solo"),
        ('{"format":"jazzgen-dataset","version":1}\n[1,2\n', "line 2: not a solo"),
    ],
)
def test_a_damaged_dataset_is_named_with_its_line(tmp_path, content, reason):
    path = tmp_path / "a.jsonl"
    path.write_text(content)
    with pytest.raises(DatasetError, match=f"a.jsonl: .*{reason}"):
        read_dataset(path)


def test_phrases_are_written_where_there_are_any(tmp_path):
    marked = replace(SOLO, phrase_starts=(0, 1))
    assert "phrases" not in solo_to_json(SOLO)
    assert read_dataset(write_dataset(tmp_path / "a.jsonl", [marked, SOLO])) == [marked, SOLO]


@pytest.mark.parametrize("phrases", ["[0,2]", "[1,0]", '["0"]', '"0"', "5", "null"])
def test_phrases_that_cannot_be_are_refused(tmp_path, phrases):
    path = write_dataset(tmp_path / "a.jsonl", [replace(SOLO, phrase_starts=(0, 1))])
    path.write_text(path.read_text().replace('"phrases":[0,1]', f'"phrases":{phrases}'))
    with pytest.raises(DatasetError, match=r"a\.jsonl: line 2: "):
        read_dataset(path)


def test_a_solo_that_cannot_be_is_refused(tmp_path):
    path = write_dataset(tmp_path / "a.jsonl", [SOLO])
    path.write_text(path.read_text().replace("[12,12,62,80]", "[6,12,62,80]"))
    with pytest.raises(DatasetError, match=r"line 2: .*before tick 12"):
        read_dataset(path)
