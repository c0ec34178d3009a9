"""A model folder's manifest vouches for every file in it, and for itself."""

import json
import shutil

import pytest

from jazzgen.errors import ModelError
from jazzgen.nn import folder as model_folder
from jazzgen.nn.folder import read_facts, read_model_folder, write_model_folder
from jazzgen.nn.manifest import MANIFEST, manifest_bytes, read_manifest
from jazzgen.runtime.folders import shipped

LICKS = "licks.safetensors"


@pytest.fixture
def model(tmp_path):
    """A copy of a model with licks that ships."""
    return shutil.copytree(shipped("models") / "small", tmp_path / "model")


def rewrite(model, change):
    """Change a manifest, and give it the checksum that goes with the change."""
    facts = json.loads((model / MANIFEST).read_text())
    change(facts)
    del facts["checksum"]
    (model / MANIFEST).write_bytes(manifest_bytes(facts))


@pytest.mark.parametrize(
    "name", sorted(path.parent.name for path in shipped("models").glob("*/config.json"))
)
def test_what_ships_has_checksums(name):
    assert "checksum" in read_manifest(shipped("models") / name)
    read_model_folder(shipped("models") / name)


def test_what_a_folder_says_is_written_again_with_a_changed_model(model):
    facts, card = read_facts(model)
    assert set(facts) == {"data", "training", "figures"}
    assert card == (model / "README.md").read_text(encoding="utf-8")
    write_model_folder(model, read_model_folder(model), facts, card)
    now = read_manifest(model)
    assert {name: now[name] for name in facts} == facts
    assert (model / "README.md").read_text(encoding="utf-8") == card


def test_a_folder_without_figures_and_card_says_less(model):
    (model / "README.md").unlink()
    rewrite(model, lambda facts: facts.pop("figures"))
    facts, card = read_facts(model)
    assert set(facts) == {"data", "training"}
    assert not card


@pytest.mark.parametrize("name", [LICKS, "config.json", "weights.safetensors"])
def test_a_file_that_the_manifest_forgets(model, name):
    rewrite(model, lambda facts: facts["sha256"].pop(name))
    with pytest.raises(ModelError, match=f"{name}: damaged: the manifest does not list this file"):
        read_model_folder(model)


def test_a_file_that_the_manifest_calls_by_another_name(model):
    rewrite(model, lambda facts: facts["sha256"].update(lucks=facts["sha256"].pop(LICKS)))
    with pytest.raises(ModelError, match=f"{MANIFEST}: lists 'lucks'"):
        read_model_folder(model)


def test_a_file_that_nobody_lists(model):
    (model / "surplus.bin").touch()
    with pytest.raises(ModelError, match=r"surplus\.bin: damaged: the manifest does not list"):
        read_model_folder(model)


def test_what_a_system_leaves_in_a_folder_is_no_matter(model):
    (model / ".DS_Store").touch()
    read_model_folder(model)


def test_every_bit_of_a_manifest_counts(model):
    content = (model / MANIFEST).read_bytes()
    for index in range(len(content)):
        flipped = bytearray(content)
        flipped[index] ^= 1 << index % 8
        (model / MANIFEST).write_bytes(flipped)
        with pytest.raises(ModelError, match=str(model)):
            read_model_folder(model)


def test_a_manifest_of_before_there_were_checksums(model):
    facts = json.loads((model / MANIFEST).read_text())
    del facts["checksum"]
    (model / MANIFEST).write_text(json.dumps(facts))
    read_model_folder(model)


class TestAModelThatIsReplacedWhileItIsRead:
    @pytest.fixture
    def replaced(self, model, monkeypatch):
        """Let another model replace it after the manifest is read, as often as asked."""

        def replaced(*others):
            left = list(others)

            def manifest(folder):
                found = read_manifest(folder)
                if left:
                    shutil.move(folder, f"{folder}.{len(left)}")
                    shutil.copytree(shipped("models") / left.pop(0), folder)
                return found

            monkeypatch.setattr(model_folder, "read_manifest", manifest)
            return read_model_folder(model)

        return replaced

    def test_it_is_read_again(self, replaced):
        assert replaced("classic").config.preset == "classic"

    def test_it_is_read_again_once(self, replaced, model):
        with pytest.raises(ModelError, match=str(model)):
            replaced("improviser", "classic")

    def test_damage_is_not_read_again(self, model, monkeypatch):
        read = []
        whole = model_folder.read_manifest
        monkeypatch.setattr(
            model_folder, "read_manifest", lambda folder: read.append(folder) or whole(folder)
        )
        (model / LICKS).write_bytes(b"")
        with pytest.raises(ModelError, match="damaged"):
            read_model_folder(model)
        assert len(read) == 1
