"""The same report anywhere: one set of bytes, whatever the process, place, time and language."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import small_project
from small_project import content, write_project

QUICKLY = [small_project.__file__]
REALLY = ["-m", "reportgen"]
HASH_SEEDS = ("1", "31415")
ZONES = ("Pacific/Kiritimati", "America/St_Johns")
LOCALES = ("C", "tr_TR.UTF-8")
FOLDERS = ("a", "another folder, with ä")


def build(
    program: Sequence[str],
    config: Path | None,
    folder: Path,
    variation: tuple[str, str, str],
    *arguments: str,
    epoch: str = "",
) -> dict[str, str]:
    """Build in a new process; returns each file's SHA-256."""
    hash_seed, zone, locale = variation
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "PYTHONHASHSEED": hash_seed,
        "TZ": zone,
        "LC_ALL": locale,
        "LANG": locale,
        "LANGUAGE": locale[:2],
        "HOME": str(home),
        "USER": home.parent.name,
        "REPORTGEN_CACHE_DIR": str(folder / "cache"),
        "PYTHONUTF8": "1",
    }
    if epoch:
        environment["SOURCE_DATE_EPOCH"] = epoch
    command = [sys.executable, *program, "build", *([str(config)] if config else []), *arguments]
    done = subprocess.run(
        [*command, "-o", str(folder / "report")],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    files = content(folder / "report")
    return {name: hashlib.sha256(file).hexdigest() for name, file in files.items()}


def differing(one: dict[str, str], two: dict[str, str]) -> list[str]:
    return sorted(name for name in {**one, **two} if one.get(name) != two.get(name))


def test_small_reports_have_the_same_bytes_everywhere(tmp_path: Path) -> None:
    variations = list(zip(HASH_SEEDS, ZONES, LOCALES, strict=True))
    reports = []
    for name, variation in zip(FOLDERS, variations, strict=True):
        config = write_project(tmp_path / name / "project", all_formats=True)
        named = ("--assignment", str(config.parent / "strokes-assignment"))
        reports.append(build(QUICKLY, config, tmp_path / name, variation, *named))
    assert "report.pdf" in reports[0]
    assert differing(*reports) == []
    # Now from a store that has a part of the results.
    dated = [
        build(QUICKLY, tmp_path / name / "project", tmp_path / name, variation, epoch="1767225600")
        for name, variation in zip(FOLDERS, variations, strict=True)
    ]
    assert differing(*dated) == []
    assert "index.html" in differing(reports[0], dated[0])


@pytest.mark.torture
@pytest.mark.parametrize("epoch", ["", "1767225600"], ids=["undated", "dated"])
def test_16_builds_of_the_default_report_have_the_same_bytes(tmp_path: Path, epoch: str) -> None:
    reports = []
    places = itertools.product(HASH_SEEDS, ZONES, LOCALES, FOLDERS)
    for number, (hash_seed, zone, locale, name) in enumerate(places):
        folder = tmp_path / str(number) / name
        variation = (hash_seed, zone, locale)
        reports.append(build(REALLY, None, folder, variation, "--data", "sample", epoch=epoch))
    assert all(differing(reports[0], other) == [] for other in reports)
