import json
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given
from strategies import solos

from jazzgen.datasets.dataset import (
    Dataset,
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


def shifted(count):
    return [replace(SOLO.transpose(n), title=f"Tune {n}") for n in range(count)]


def test_a_dataset_reads_the_solo_that_is_asked_for(tmp_path):
    path = write_dataset(tmp_path / "a.jsonl", shifted(5))
    dataset = Dataset(path)
    assert list(dataset) == read_dataset(path) == shifted(5)
    assert (len(dataset), dataset[-1], dataset[3]) == (5, shifted(5)[-1], shifted(5)[3])
    assert list(dataset[1:3]) == shifted(5)[1:3]
    assert list(dataset.subset([4, 0])) == [shifted(5)[4], shifted(5)[0]]
    assert dataset.subset([4, 0]).tunes == ["Tune 4", "Tune 0"]


@pytest.mark.parametrize("names", [("T", "s"), ("", "s"), ("", "")])
def test_a_dataset_knows_the_tunes_before_it_reads_the_solos(tmp_path, names):
    solo = replace(SOLO, title=names[0], source=names[1])
    assert Dataset(write_dataset(tmp_path / "a.jsonl", [solo])).tunes == [solo.tune]


def test_a_solo_that_cannot_be_is_found_when_it_is_asked_for(tmp_path):
    path = write_dataset(tmp_path / "a.jsonl", shifted(4))
    lines = path.read_text().splitlines()
    lines[3] = lines[3].replace("[12,12,64,80]", "[6,12,64,80]")
    path.write_text("\n".join(lines))  # nor need the last line end
    dataset = Dataset(path)
    assert [dataset[0], dataset[1], dataset[3]] == [*shifted(2), shifted(4)[3]]
    with pytest.raises(DatasetError, match=r"a\.jsonl: line 4: .*before tick 12"):
        dataset[2]


def test_a_title_may_hold_what_some_take_for_the_end_of_a_line(tmp_path):
    solo = replace(SOLO, title="One\u2028Two\x85Three")
    assert read_dataset(write_dataset(tmp_path / "a.jsonl", [solo, SOLO])) == [solo, SOLO]


def test_a_dataset_that_is_gone_is_named(tmp_path):
    path = write_dataset(tmp_path / "a.jsonl", [SOLO])
    dataset = Dataset(path)
    path.unlink()
    with pytest.raises(DatasetError, match=r"a\.jsonl: No such file"):
        dataset[0]


def test_a_large_dataset_takes_no_more_memory_than_a_small_one(tmp_path):
    chart = Chart.of_chords([["C7"]] * 50)
    long = Solo(tuple(Note(12 * n, 12, 60 + n % 12) for n in range(400)), chart, "T")

    def peak(count):
        path = write_dataset(tmp_path / f"{count}.jsonl", [long] * count)
        tracemalloc.start()
        try:
            assert sum(len(solo.notes) for solo in Dataset(path)) == 400 * count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)
    small = peak(8)
    # Other threads of this process may need memory meanwhile, though hardly each time.
    assert any(peak(80) < 2 * small for _ in range(3))


def test_phrases_are_written_where_there_are_any(tmp_path):
    marked = replace(SOLO, phrase_starts=(0, 1))
    assert "phrases" not in solo_to_json(SOLO)
    assert read_dataset(write_dataset(tmp_path / "a.jsonl", [marked, SOLO])) == [marked, SOLO]


def test_instrument_and_style_are_written_where_they_are_known(tmp_path):
    told = replace(SOLO, instrument="trumpet", style="hard bop")
    assert {"instrument", "style"}.isdisjoint(solo_to_json(SOLO))
    assert read_dataset(write_dataset(tmp_path / "a.jsonl", [told, SOLO])) == [told, SOLO]


def test_a_line_of_before_there_were_instruments_is_read(tmp_path):
    path = write_dataset(tmp_path / "a.jsonl", [replace(SOLO, instrument="trumpet", style="cool")])
    text = path.read_text()
    path.write_text(text.replace('"instrument":"trumpet",', "").replace('"style":"cool",', ""))
    assert len(path.read_text()) < len(text) - 20
    assert read_dataset(path) == [SOLO]


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
