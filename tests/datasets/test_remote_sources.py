"""Sources behind an address give what the same files on a disk give.

The addresses are those of a store in the memory of this process.
"""

import shutil
import sys

import fsspec
import pytest
from commands import jazzgen, succeed

from jazzgen.datasets.dataset import write_dataset
from jazzgen.datasets.outcome import Accepted, Rejected
from jazzgen.datasets.reader import read_files
from jazzgen.datasets.solo_files import read_solo_file
from jazzgen.datasets.sources import find_files
from jazzgen.errors import InputError
from jazzgen.io.bounded import MAX_BYTES

CHART = "| Dm7 | G7 | Cmaj7 | % |\n"


class Pool:
    """Reads in this process."""

    def outcomes(self, files):
        for file in files:
            yield file, read_solo_file(file)


@pytest.fixture(scope="module")
def folder(small_corpus, tmp_path_factory):
    """Music in folders, with a chart beside it, what only looks like music, and datasets."""
    folder = tmp_path_factory.mktemp("sources")
    solo = min(small_corpus.iterdir())
    for name in ("b.mid", "B.mid", "inner/a.mid", "inner/deep/c.MID", "a-b/d.mid"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(solo, folder / name)
    (folder / "b.chart.txt").write_text(CHART)
    (folder / "a-b" / "d.chart.txt").write_text("| H7 |\n")
    (folder / "inner" / "bad.mid").write_bytes(b"not MIDI")
    (folder / "inner" / "large.mid").write_bytes(bytes(MAX_BYTES + 1))
    (folder / "inner" / "settings.xml").write_text("<settings/>")
    (folder / "inner" / "notes.txt").write_text("no music")
    (folder / "empty").mkdir()
    [accepted] = read_solo_file(str(solo))
    write_dataset(folder / "set.jsonl", [accepted.solo])
    return folder


@pytest.fixture
def url(folder):
    """The address of the same files."""
    store = fsspec.filesystem("memory")
    store.put(str(folder), "/solos", recursive=True)
    yield "memory://solos"
    store.rm("/solos", recursive=True)


def outcomes(sources, names):
    """Return what was found and read, with the names of files replaced."""
    found = []
    for file, outcomes in read_files(find_files(sources), Pool()):
        for one in outcomes:
            what = one.reason if isinstance(one, Rejected) else (one.solo, one.warnings)
            found.append((file.path, file.kind, file.size, one.file, repr(what)))
    return [tuple(str(part).replace(*names) for part in row) for row in found]


def test_a_folder_gives_what_it_gives_on_a_disk(folder, url):
    found = outcomes([url], (url, "@"))
    assert found == outcomes([folder], (str(folder), "@"))
    assert len(found) == 7
    assert sum("expected at most 10,000,000" in row[-1] for row in found) == 1


@pytest.mark.parametrize("name", ["b.mid", "set.jsonl", "inner/bad.mid", "inner/notes.txt"])
def test_a_file_gives_what_it_gives_on_a_disk(folder, url, name):
    found = outcomes([f"{url}/{name}"], (url, "@"))
    assert found == outcomes([folder / name], (str(folder), "@"))


@pytest.mark.parametrize("name", ["none", "empty", "none.mid"])
def test_where_nothing_is_one_line_says_so(folder, url, name):
    found = [file.problem.replace(url, "@") for file in find_files([f"{url}/{name}"])]
    assert (
        found == [file.problem.replace(str(folder), "@") for file in find_files([folder / name])]
        or name == "empty"
    )  # no store keeps an empty folder
    assert all(found)


def test_a_changed_chart_changes_the_file(url):
    def state():
        return {file.path: file.changed for file in find_files([url])}

    before = state()
    assert state() == before
    fsspec.filesystem("memory").pipe("/solos/b.chart.txt", CHART.replace("G7", "G9").encode())
    changed = [path for path, changed in state().items() if changed != before[path]]
    assert changed == [f"{url}/b.mid"]


def test_a_file_that_is_gone_is_rejected(url):
    files = list(find_files([url]))
    fsspec.filesystem("memory").rm("/solos/inner/a.mid")
    found = dict(read_files(files, Pool()))
    [gone] = [list(found[file]) for file in found if file.path.endswith("inner/a.mid")]
    assert gone == [Rejected(f"{url}/inner/a.mid", f"{url}/inner/a.mid: no such file")]


def test_a_store_that_does_not_answer_ends_the_work(url, monkeypatch):
    def broken(*_, **__):
        raise TimeoutError("no answer")

    files = list(find_files([url]))
    monkeypatch.setattr(type(fsspec.filesystem("memory")), "get", broken)
    with pytest.raises(InputError, match=r"\.mid: cannot be fetched: no answer"):
        list(read_files(files, Pool()))


def test_half_a_listing_is_not_taken_for_all_of_it(url, monkeypatch):
    kind = type(fsspec.filesystem("memory"))
    ls = kind.ls

    def broken(store, path, **options):
        if "deep" in path:
            raise TimeoutError("no answer")
        return ls(store, path, **options)

    monkeypatch.setattr(kind, "ls", broken)
    with pytest.raises(InputError, match=r"memory://solos: cannot be read: no answer"):
        list(find_files([url]))


def test_a_folder_that_is_removed_meanwhile_is_rejected_alone(url, monkeypatch):
    kind = type(fsspec.filesystem("memory"))
    ls = kind.ls

    def gone(store, path, **options):
        if path.endswith("a-b"):
            raise FileNotFoundError(path)
        return ls(store, path, **options)

    before = [file.path for file in find_files([url])]
    monkeypatch.setattr(kind, "ls", gone)
    found = {file.path: file.problem for file in find_files([url])}
    assert found.pop(f"{url}/a-b") == f"{url}/a-b: no such folder"
    assert list(found) == [path for path in before if "a-b" not in path]


@pytest.mark.parametrize("known", [True, False])
def test_who_is_not_known_any_more_cannot_go_on(url, monkeypatch, known):
    """A file that is refused is rejected; but a login that has run out is no fault of files."""

    def refused(*_, **__):
        raise PermissionError("Forbidden")

    kind, files = type(fsspec.filesystem("memory")), list(find_files([f"{url}/inner"]))
    monkeypatch.setattr(kind, "get", refused)
    if known:
        found = [one for _, outcomes in read_files(files, Pool()) for one in outcomes]
        told = [one.reason for one in found if "large" not in one.file]  # which is not fetched
        names = ("a.mid", "bad.mid", "deep/c.MID")
        assert told == [f"{url}/inner/{name}: Forbidden" for name in names]
        return
    monkeypatch.setattr(kind, "ls", refused)
    with pytest.raises(InputError, match="cannot be fetched: Forbidden"):
        list(read_files(files, Pool()))


def test_a_file_whose_beginning_is_refused_is_passed_over(url, monkeypatch):
    def refused(*_, **__):
        raise PermissionError("Forbidden")

    before = [file.path for file in find_files([url])]
    monkeypatch.setattr(type(fsspec.filesystem("memory")), "cat_file", refused)
    assert [file.path for file in find_files([url])] == before
    monkeypatch.setattr("jazzgen.datasets.remote_sources.lists", lambda *_: False)
    with pytest.raises(InputError, match="cannot be read: Forbidden"):
        list(find_files([url]))


def test_copies_are_removed(url, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    most = 0
    for _, found in read_files(find_files([url]), Pool()):
        assert all(isinstance(one, Accepted | Rejected) for one in found)
        most = max(most, len(list(tmp_path.rglob("*.mid"))))
    assert most > 1
    assert list(tmp_path.iterdir()) == []


def test_the_command_takes_addresses(folder, url, tmp_path):
    ours, theirs, shards = tmp_path / "a.jsonl", tmp_path / "b.jsonl", "memory://shards"
    succeed("prepare", folder / "set.jsonl", "--out", theirs)
    succeed("prepare", f"{url}/set.jsonl", "--out", ours)
    assert ours.read_bytes() == theirs.read_bytes()
    succeed("prepare", f"file://{folder}/set.jsonl", "--out", f"file://{ours}")
    assert ours.read_bytes() == theirs.read_bytes()
    succeed("prepare", f"{url}/set.jsonl", "--out", shards, "--shard", "1/1")
    succeed("merge", shards, "--out", ours)
    assert ours.read_bytes() == theirs.read_bytes()
    ours.unlink()
    succeed("prepare", shards, "--out", ours)
    assert ours.read_bytes() == theirs.read_bytes()
    fsspec.filesystem("memory").rm("/shards", recursive=True)


def test_shards_behind_an_address_that_are_not_all_there(url, tmp_path):
    succeed("prepare", f"{url}/set.jsonl", "--out", "memory://shards", "--shard", "2/2")
    complaint = jazzgen("prepare", "memory://shards", "--out", tmp_path / "a.jsonl").complaint
    assert "memory://shards: 1 of 1 shards are missing" in complaint
    fsspec.filesystem("memory").rm("/shards", recursive=True)


def test_addresses_that_cannot_be_used(folder, tmp_path, monkeypatch):
    out, solos = tmp_path / "a.jsonl", folder / "set.jsonl"
    told = jazzgen("prepare", "nothing://here", "--out", out).complaint
    assert "nothing://here: Protocol not known: nothing" in told
    told = jazzgen("prepare", solos, "--out", "memory://a").complaint
    assert "--out memory://a: expected a path; an address takes shards" in told
    for command in (("merge", solos, "--out", "s3://a/b.jsonl"), ("charts", "--out", "s3://a/b")):
        assert jazzgen(*command).complaint.startswith(
            f"jazzgen: --out {command[-1]}: expected a path"
        )
    told = jazzgen("train", "s3://a/solos", "--out", tmp_path / "model").complaint
    assert told.startswith("jazzgen: DATASET|MIDI_DIR s3://a/solos: expected a path; addresses are")
    told = jazzgen("prepare", solos, "--out", "memory://a", "--cluster", "local:1").complaint
    assert told == "jazzgen: memory://a: expected a place that all workers reach"
    told = jazzgen("prepare", solos, "--out", "nothing://a", "--shard", "1/1").complaint
    assert "nothing://a: Protocol not known" in told
    monkeypatch.setitem(sys.modules, "fsspec", None)
    told = jazzgen("prepare", "memory://solos", "--out", out).complaint
    assert "memory:// addresses need fsspec, which is not installed: pip install 'jazzgen[scale]'" \
        in told  # fmt: skip
    assert not out.exists()
