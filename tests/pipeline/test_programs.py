"""Every report's program runs as it stands, and prints what the report records."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from measured import NAMES, measured_evidence
from places import SUPPORT
from run_programs import VARIATIONS, built

from reportgen.config.assignments import load_assignment
from reportgen.datasets.catalogue import MNIST, PART_FILES
from reportgen.pipeline.rendering import compose_report
from reportgen.report_folder import is_report_file

Found = dict[str, Any]


def run_programs(where: str, epochs: str, folder: Path, *options: str) -> Found:
    done = subprocess.run(
        [sys.executable, SUPPORT / "run_programs.py", where, epochs, folder, *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def require_recorded_outputs(found: Found) -> None:
    for name, each in found.items():
        assert each["differing"] == [], name
        assert each["n_cells"] >= 9
        for accuracy in each["accuracies"]:
            assert any(accuracy == pytest.approx(one, abs=1e-6) for one in each["measured"])


def run_in_jupyter(folder: Path) -> None:
    """Run a notebook in a kernel, and compare what its cells print with what it records."""
    import nbformat
    from nbclient import NotebookClient

    recorded = nbformat.read(folder / "report.ipynb", as_version=4)
    executed = nbformat.read(folder / "report.ipynb", as_version=4)
    NotebookClient(executed, resources={"metadata": {"path": str(folder)}}).execute()
    for before, after in zip(recorded.cells, executed.cells, strict=True):
        if before.cell_type == "code":
            printed, expected = (
                "".join(o.text for o in cell.outputs if o.get("name") == "stdout")
                for cell in (after, before)
            )
            assert printed == expected


@pytest.mark.parametrize(
    ("formats", "code", "lies_there"),
    [(("py",), "none", True), (("ipynb",), "none", True)]
    + [(("html", "md", "pdf"), code, code != "none") for code in ("inline", "appendix", "none")],
)
def test_the_sample_lies_beside_a_program_wherever_one_can_read_it(
    formats: tuple[str, ...], code: str, lies_there: bool
) -> None:
    assert MNIST.sample
    name = "digits-walkthrough"
    evidence = measured_evidence(name)
    evidence.record["models"]["digits"]["dataset"]["sha256"] = MNIST.sample.sha256
    evidence.record["report"]["settings"]["output"] = {"code": code}
    files = compose_report(evidence, load_assignment(name, Path()), formats).data_files
    expected = {f"data/mnist/{part}.gz" for part in PART_FILES} if lies_there else set()
    assert set(files) == expected
    assert all(map(is_report_file, files))
    full = compose_report(measured_evidence(name), load_assignment(name, Path()), formats)
    assert full.data_files == {}


@pytest.mark.slow
def test_the_programs_print_what_is_recorded_on_the_sample(tmp_path: Path) -> None:
    found = run_programs("sample", "1", tmp_path)
    assert set(found) == {*NAMES, *VARIATIONS}
    require_recorded_outputs(found)


@pytest.mark.slow
def test_a_notebook_runs_in_jupyter(tmp_path: Path) -> None:
    run_in_jupyter(built(tmp_path, "fashion-overview", "sample", 1))


@pytest.mark.torture
@pytest.mark.parametrize("name", NAMES)
def test_every_notebook_runs_in_jupyter(name: str, tmp_path: Path) -> None:
    run_in_jupyter(built(tmp_path, name, "sample", None))


@pytest.mark.torture
def test_the_programs_print_what_is_recorded_on_the_full_data(
    full_data: Path, tmp_path: Path
) -> None:
    require_recorded_outputs(run_programs(str(full_data), "all", tmp_path))


@pytest.mark.torture
def test_a_new_training_reaches_what_the_report_says_of_another_run(
    full_data: Path, tmp_path: Path
) -> None:
    found = run_programs(str(full_data), "all", tmp_path, "retrain")
    ranges = found["fashion-and-digits-notes"]["ranges"]
    for name in ("fashion-and-digits", "fashion-and-digits-notes"):
        pairs = zip(("fashion", "digits"), found[name]["accuracies"], strict=True)
        for model, accuracy in pairs:
            # One run in twenty lies outside of the interval by chance, of twice its width none.
            low, high = ranges[model]
            assert abs(accuracy - (low + high) / 2) <= high - low, (name, model)
    for each in found.values():
        for accuracy in each["accuracies"]:
            assert any(abs(accuracy - one) < 0.02 for one in each["measured"])
