"""The script that writes the built-in figures of human solos."""

import json
import runpy
from pathlib import Path

from random_lines import random_line

from jazzgen.datasets.dataset import write_dataset
from jazzgen.evaluation.human import human_rows
from jazzgen.evaluation.metric_table import METRICS

SCRIPT = Path(__file__).parents[2] / "scripts" / "human_figures.py"


def test_it_writes_what_the_package_reads(tmp_path, capsys):
    dataset = write_dataset(tmp_path / "solos.jsonl", [random_line(seed) for seed in range(6)])
    main = runpy.run_path(str(SCRIPT))["main"]
    main([str(dataset), "--out", str(tmp_path / "human.json")])
    assert "6 solos" in capsys.readouterr().out
    found = json.loads((tmp_path / "human.json").read_text())
    assert found["solos"] == 6
    assert found["rows"].keys() == set(METRICS)
    assert found["rows"]["pitch_range"].keys() == {"mean", "std", "count", "median", "slices"}
    assert "line-3" not in (tmp_path / "human.json").read_text()


def test_the_built_in_row_is_what_the_script_writes():
    assert all(len(row.slices) == 48 and row.count > 48 for row in human_rows().values())
