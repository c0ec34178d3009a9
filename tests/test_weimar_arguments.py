"""The scripts that learn from the Weimar Jazz Database take the same arguments."""

import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from weimar_arguments import TrainingArguments, parse_training_arguments


def test_lists_of_names_are_read(tmp_path):
    (tmp_path / "train.txt").write_text("One_Solo_FINAL.sv\n\n  Another_Solo  \n")
    (tmp_path / "valid.txt").write_text("A_Third_Solo\n")
    lists = ["--names", f"{tmp_path}/train.txt", "--valid", f"{tmp_path}/valid.txt"]
    assert parse_training_arguments("Train.", Path("w"), ["w.db", *lists]) == TrainingArguments(
        database=Path("w.db"),
        names=frozenset({"One_Solo", "Another_Solo"}),
        valid=frozenset({"A_Third_Solo"}),
        out=Path("w"),
    )


@pytest.mark.parametrize("script", ["train_subdivision.py", "train_harmony.py"])
def test_a_list_that_cannot_be_read_is_refused_in_one_line(tmp_path, script):
    lists = ["--names", tmp_path / "gone.txt", "--valid", tmp_path / "gone.txt"]
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / script, tmp_path / "w.db", *lists],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    last = done.stderr.rstrip().rpartition("\n")[2]
    assert last == f"{script}: error: argument --names: {tmp_path / 'gone.txt'}: no such file"
