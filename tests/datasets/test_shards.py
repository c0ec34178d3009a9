"""Datasets in shards: cut, read, resumed, merged and read again as one dataset."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFile

from jazzgen.datasets.corpus import load_corpus
from jazzgen.datasets.dataset import Dataset, is_dataset, read_dataset, write_dataset
from jazzgen.datasets.journal import Journal
from jazzgen.datasets.outcome import Accepted, Rejected
from jazzgen.datasets.preparation import Preparation
from jazzgen.datasets.shards.cutting import cut
from jazzgen.datasets.shards.folder import ShardFolder
from jazzgen.datasets.shards.manifest import MANIFEST, Manifest, is_shards
from jazzgen.datasets.shards.merging import MergedShards
from jazzgen.datasets.shards.reading import read_shard
from jazzgen.datasets.source_file import SourceFile
from jazzgen.datasets.sources import find_files
from jazzgen.errors import DatasetError, InputError, OutputError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.runtime.store import FolderStore, store_at

CHART = Chart.of_chords([["Dm7", "G7"]])
FILES = [SourceFile(f"folder/{number:02}.mid", "music", number, 7) for number in range(40)]
BAD = "folder/07.mid"


def solo(path):
    number = int(Path(path).stem)
    return Solo((Note(0, 12, 40 + number), Note(12, 12, 62)), CHART, title=f"Tune {number // 2}")


class Pool:
    """Reads in this process, and remembers what it has read."""

    def __init__(self):
        self.read = []

    def outcomes(self, files):
        for file in files:
            self.read.append(file)
            bad = file == BAD
            yield file, Rejected(file, f"{file}: bad") if bad else [Accepted(file, solo(file))]


PREPARATION = Preparation(sources=(Path("folder"),))


def shards(files=FILES, size=6):
    return list(cut(files, size, "work"))


def read_all(store, files=FILES, size=6):
    """Read all shards into a store; return the pool."""
    pool, folder, cut_up = Pool(), ShardFolder(store), shards(files, size)
    for shard in cut_up:
        read_shard(PREPARATION, shard, folder, pool)
    folder.write_manifest([shard.key for shard in cut_up])
    return pool


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder of shards, all done. Not to be changed."""
    folder = tmp_path_factory.mktemp("made") / "shards"
    read_all(FolderStore(folder))
    return folder


@pytest.fixture
def folder(made, tmp_path):
    """A copy of the folder of shards, to be changed."""
    return shutil.copytree(made, tmp_path / "shards")


@pytest.fixture
def whole(tmp_path):
    """The dataset file of the same solos."""
    named = (
        replace(solo(file.path), source=Path(file.path).name) for file in FILES if file.path != BAD
    )
    return write_dataset(tmp_path / "whole.jsonl", named)


def test_each_file_is_in_one_shard_and_they_keep_their_order():
    found = shards()
    assert [file for shard in found for file in shard.files] == FILES
    assert [shard.number for shard in found] == list(range(len(found)))
    assert len(found) > 3
    assert max(len(shard.files) for shard in found) <= 4 * 6


def test_a_new_file_changes_the_shard_that_it_falls_into_and_no_other():
    before = shards()
    new = SourceFile("folder/10-and-a-half.mid", "music", 1, 7)
    after = shards([*FILES[:11], new, *FILES[11:]])
    changed = [one for one, other in zip(before, after, strict=True) if one.key != other.key]
    assert [FILES[10] in shard.files or FILES[11] in shard.files for shard in changed] == [True]


@pytest.mark.parametrize("change", [{"size": 99}, {"changed": 8}, {"kind": "collection"}])
def test_a_changed_file_changes_the_key(change):
    [before], [after] = shards(FILES[:1]), shards([replace(FILES[0], **change)])
    assert before.key != after.key
    [other] = cut(FILES[:1], 5, "other work")
    assert before.key != other.key


def test_a_folder_of_shards_is_a_dataset(folder, whole):
    assert is_dataset(folder)
    assert list(Dataset(folder)) == read_dataset(whole)
    assert Dataset(folder).tunes == Dataset(whole).tunes
    assert list(Dataset(folder)[7:20:3]) == read_dataset(whole)[7:20:3]
    assert list(Dataset(folder).subset([38, 0])) == [read_dataset(whole)[n] for n in (38, 0)]
    corpus = load_corpus(folder)
    assert (list(corpus.solos), corpus.tunes) == (read_dataset(whole), Dataset(whole).tunes)


def test_merged_shards_are_the_file_that_one_process_writes(folder, whole):
    merged = MergedShards([store_at(str(folder))])
    assert b"".join(merged.content()) == whole.read_bytes()
    assert [record.file for record in merged.records()] == FILES


def test_shards_of_several_folders_are_merged(tmp_path, whole):
    stores = [FolderStore(tmp_path / name) for name in "ab"]
    keys = [shard.key for shard in shards()]
    for shard in shards():
        read_shard(PREPARATION, shard, ShardFolder(stores[shard.number % 2]), Pool())
    for store in stores:
        ShardFolder(store).write_manifest(keys)
    assert b"".join(MergedShards(stores).content()) == whole.read_bytes()
    with pytest.raises(DatasetError, match=r"/a: \d of \d+ shards are missing.*shard-00001"):
        MergedShards(stores[:1])
    read_all(FolderStore(tmp_path / "other"), FILES[1:])
    with pytest.raises(DatasetError, match="other: holds shards of other files, or read with"):
        MergedShards([*stores, FolderStore(tmp_path / "other")])


def test_shards_can_be_prepared_again(folder):
    found = list(find_files([folder]))
    assert {file.kind for file in found} == {"collection"}
    assert len(found) == Manifest.complete(folder).total


def test_what_is_done_is_not_read_again(folder):
    assert read_all(FolderStore(folder)).read == []


def test_what_changed_is_read_again(folder):
    files = [replace(file, changed=8) if file == FILES[20] else file for file in FILES]
    [shard] = [shard for shard in shards(files) if files[20] in shard.files]
    assert read_all(FolderStore(folder), files).read == [file.path for file in shard.files]


@pytest.mark.parametrize("when", range(3))
def test_no_file_is_read_twice_when_a_job_is_killed(tmp_path, when, monkeypatch, whole):
    """A process that is killed leaves everything as it is at that moment."""
    store, [first, *_] = FolderStore(tmp_path / "shards"), shards()
    kills = {
        0: lambda _: None,
        1: lambda _: (store.path / "shard-00000.files.jsonl").unlink(),
        2: Journal.finish,
    }

    def killed(journal):
        kills[when](journal)
        raise KeyboardInterrupt

    pool = Pool()
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "finish", killed)
        patch.setattr(Journal, "discard", lambda _: None)
        with pytest.raises(KeyboardInterrupt):
            read_shard(PREPARATION, first, ShardFolder(store), pool)
    assert len(pool.read) == len(first.files)
    assert read_all(store).read == [file.path for file in FILES[len(first.files) :]]
    assert b"".join(MergedShards([store]).content()) == whole.read_bytes()


def test_an_old_shard_of_the_same_size_is_not_taken_for_the_new_one(folder, monkeypatch):
    """The new receipt is written, and then the job is killed, while the old shard was there."""
    files = [replace(file, changed=8) for file in FILES]

    def killed(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Journal, "finish", killed)
    with pytest.raises(KeyboardInterrupt):
        read_shard(PREPARATION, shards(files)[0], ShardFolder(FolderStore(folder)), Pool())
    assert ShardFolder(FolderStore(folder)).done(shards(files)[0]) is None


@pytest.mark.parametrize("content", [b"", b"{}\n", b"[1]\n", b'{"number":0}\n', b"\xff\n"])
def test_a_damaged_receipt_is_none(folder, content):
    (folder / "shard-00000.files.jsonl").write_bytes(content)
    assert ShardFolder(FolderStore(folder)).receipt(0) is None
    assert read_all(FolderStore(folder)).read == [file.path for file in shards()[0].files]


def test_a_damaged_shard_is_named(folder):
    path = folder / "shard-00001.jsonl"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"[12,12,62,80]", b"[12,12,63,80]", 1))
    for read in (
        lambda: Dataset(folder),
        lambda: list(MergedShards([FolderStore(folder)]).content()),
    ):
        with pytest.raises(DatasetError, match=r"shard-00001\.jsonl: damaged: its SHA-256"):
            read()


def test_a_missing_shard_is_named(folder):
    (folder / "shard-00002.jsonl").unlink()
    with pytest.raises(DatasetError, match=r"shard-00002\.jsonl: No such file"):
        Dataset(folder)
    ShardFolder(FolderStore(folder)).write_manifest([shard.key for shard in shards()])
    with pytest.raises(DatasetError, match=r"1 of \d+ shards are missing, .*shard-00002.*again"):
        Dataset(folder)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"version": 2}, "jazzgen-shards 2; expected jazzgen-shards 1"),
        ({"shards": [{}]}, "not the manifest"),
        ({"shards": 3}, "not the manifest"),
        ({"total": "many"}, "not the manifest"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_named(folder, change, reason):
    content = json.loads((folder / MANIFEST).read_bytes()) | change
    (folder / MANIFEST).write_text(json.dumps(content, separators=(",", ":")))
    assert is_shards(folder)
    with pytest.raises(DatasetError, match=f"manifest.json: .*{reason}"):
        Dataset(folder)
    [found] = find_files([folder])
    assert (found.kind, reason in found.problem) == ("nothing", True)


def test_the_last_manifest_tells_of_all_shards(tmp_path):
    """Another job ends while this one writes its manifest."""
    store, cut_up = FolderStore(tmp_path / "shards"), shards()
    for shard in cut_up[1:]:
        read_shard(PREPARATION, shard, ShardFolder(store), Pool())

    class Interrupting(FolderStore):
        def write(self, name, parts):
            super().write(name, parts)
            read_shard(PREPARATION, cut_up[0], ShardFolder(store), Pool())

    keys = [shard.key for shard in cut_up]
    assert not ShardFolder(Interrupting(store.path)).write_manifest(keys).missing
    assert Manifest.complete(store.path).total == len(cut_up)


def test_the_manifest_counts(folder):
    found = Manifest.complete(folder)
    sums = [sum(getattr(one, name) for one in found.shards)
            for name in ("files", "solos", "notes", "rejected")]  # fmt: skip
    assert sums == [40, 39, 78, 1]
    content = (folder / "shard-00000.jsonl").read_bytes()
    assert found.shards[0].size == len(content)
    assert found.shards[0].sha256 == hashlib.sha256(content).hexdigest()


def test_what_an_earlier_listing_had_more_is_removed(folder):
    total = Manifest.complete(folder).total
    folder_of_shards = ShardFolder(FolderStore(folder))
    folder_of_shards.remove_from(total - 2)
    assert len(folder_of_shards.store.names()) == 2 * (total - 2) + 1


def test_a_store_is_a_folder_or_an_address(tmp_path, whole):
    read_all(FolderStore(tmp_path / "shards"))
    for place in (f"file://{tmp_path}/filed", "memory://bucket/solos"):
        store = store_at(place)
        assert store.names() == []
        assert read_all(store).read
        assert read_all(store).read == []
        assert b"".join(MergedShards([store]).content()) == whole.read_bytes()
        for name in store.names():
            with store.open(name) as file:
                assert file.read() == (tmp_path / "shards" / name).read_bytes()
    assert store_at(f"file://{tmp_path}/filed").where == f"{tmp_path}/filed"


def test_a_store_that_does_not_answer_is_named(monkeypatch):
    store = store_at("memory://bucket/broken")
    store.write("a", [b"one\n", b"two\n"])
    with store.open("a") as file:
        assert list(file) == [b"one\n", b"two\n"]

    def broken(*_, **__):
        raise TimeoutError("no answer")

    kind = type(fsspec.filesystem("memory"))
    names = {"info": store.size, "ls": lambda _: store.names(), "open": store.open}
    for name, read in names.items():
        monkeypatch.setattr(kind, name, broken)
        with pytest.raises(
            InputError, match=r"^memory://bucket/broken.*: cannot be read: no answer"
        ):
            read("a")
        monkeypatch.undo()
    monkeypatch.setattr(kind, "exists", broken)
    with pytest.raises(OutputError, match="broken/a: cannot be written: no answer"):
        store.remove("a")
    monkeypatch.setattr(MemoryFile, "read", broken)
    with (
        store.open("a") as file,
        pytest.raises(InputError, match="broken/a: cannot be read: no answer"),
    ):
        file.readline()


def test_no_bucket_is_made(monkeypatch):
    objects = {}

    class Bucket:
        """Lets objects be put, and nothing else."""

        protocol = ("s3", "s3a")

        def put_file(self, path, name):
            objects[name] = Path(path).read_bytes()

    monkeypatch.setattr("jazzgen.runtime.store.file_system", lambda _: (Bucket(), "bucket/set"))
    store_at("s3://bucket/set").write("a", [b"content"])
    assert objects == {"bucket/set/a": b"content"}


def test_what_a_worker_has_written_must_be_seen_here(folder, tmp_path):
    shards = ShardFolder(FolderStore(folder))
    receipt = shards.receipt(1)
    shards.check_seen(receipt, 0)
    with pytest.raises(
        OutputError, match=r"shard-00001\.jsonl: written by a worker, but not visible"
    ):
        ShardFolder(FolderStore(tmp_path / "other")).check_seen(receipt, 0)


def test_a_store_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="it is a file, not a folder"):
        store_at(str(tmp_path / "file"))
    nothing_made = store_at("memory://bucket/none").made("a")
    with pytest.raises(OutputError, match=r"memory://bucket/none/a: cannot be"), nothing_made:
        pass
