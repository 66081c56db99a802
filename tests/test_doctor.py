"""Every lack is found, and comes with the command that mends it."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from reportgen import doctor, native_libraries
from reportgen.datasets.catalogue import BUILTINS, PART_FILES
from reportgen.datasets.sources import Search
from reportgen.doctor import Finding
from reportgen.render.fonts import FACES


@pytest.fixture
def search(tmp_path: Path) -> Search:
    return Search(
        downloads_dir=tmp_path / "downloads",
        keras_dir=tmp_path / "keras",
        debian_dir=tmp_path / "debian",
    )


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings}


def test_machine_without_data_lacks_only_the_full_datasets(search: Search, tmp_path: Path) -> None:
    findings = doctor.examine_machine(search, tmp_path / "cache", tmp_path / "reports")
    lacking = [finding for finding in findings if not finding.ok]
    titles = [dataset.title for dataset in BUILTINS.values()]
    assert [finding.name for finding in lacking] == [f"{title}, full" for title in titles]
    assert {finding.remedy for finding in lacking} == {"reportgen data fetch"}
    assert not any(finding.required for finding in lacking)


def test_what_is_well_has_no_remedy(search: Search, tmp_path: Path) -> None:
    findings = doctor.examine_machine(search, tmp_path / "cache", tmp_path / "reports")
    assert all(bool(finding.remedy) != finding.ok for finding in findings)


def test_examining_writes_nothing(search: Search, tmp_path: Path) -> None:
    doctor.examine_machine(search, tmp_path / "cache", tmp_path / "reports")
    assert not any(tmp_path.iterdir())


def test_examining_imports_neither_tensorflow_nor_weasyprint(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from reportgen import doctor; "
        "from reportgen.datasets.sources import Search; "
        f"there = Path({str(tmp_path)!r}); "
        "doctor.examine_machine(Search.on_this_machine(there), there, there); "
        "print(sorted({'tensorflow', 'weasyprint'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "[]\n"


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 14, 0)], ids=["older", "newer"])
def test_unsupported_python(version: tuple[int, int, int]) -> None:
    finding = doctor.examine_python(version)
    assert not finding.ok
    assert ".".join(map(str, version)) in finding.detail
    assert finding.remedy.startswith("make PYTHON=python3.")


def test_missing_native_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(native_libraries.LIBRARIES, "HarfBuzz-Subset", ("libnowhere.so.0",))
    monkeypatch.setattr(native_libraries, "system_family", lambda: "debian")
    finding = doctor.examine_native_libraries()
    assert not finding.ok
    assert finding.detail == "missing: HarfBuzz-Subset"
    assert "apt-get install -y" in finding.remedy
    assert "libharfbuzz-subset0" in finding.remedy
    assert all(f"-f {name}" in finding.remedy for name in ("html", "md"))


def test_missing_font_package(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = dataclasses.replace(FACES[0], package="font_of_nowhere")
    monkeypatch.setattr(doctor, "FACES", (lost, *FACES[1:]))
    finding = doctor.examine_fonts()
    assert not finding.ok
    assert finding.detail == f"missing: {lost.family}"
    assert finding.remedy.endswith("pip install --force-reinstall font-of-nowhere")


def test_missing_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    finding = doctor.examine_tensorflow()
    assert not finding.ok
    assert finding.remedy.endswith("-m pip install tensorflow")


def test_named_data_folder_that_does_not_exist(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    search = Search(downloads_dir=tmp_path, keras_dir=tmp_path, data_dir=nowhere)
    (finding,) = doctor.examine_data(search)
    assert not finding.ok
    assert finding.required
    assert str(nowhere) in finding.detail
    assert "--data-dir" in finding.remedy


def test_damaged_download_is_to_be_fetched_again(search: Search) -> None:
    folder = search.downloads_dir / "mnist"
    folder.mkdir(parents=True)
    for part in PART_FILES:
        (folder / part).write_bytes(b"not an IDX file")
    finding = by_name(doctor.examine_data(search))["MNIST, full"]
    assert not finding.ok
    assert "damaged" in finding.detail
    assert finding.remedy == "reportgen data fetch"


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    blocked = tmp_path / "reports"
    blocked.write_text("a file")
    finding = doctor.examine_folder("reports folder", blocked, "elsewhere")
    assert not finding.ok
    assert str(blocked) in finding.detail
    assert finding.remedy == "elsewhere"


def test_folder_to_be_made_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    assert not doctor.examine_folder("cache folder", tmp_path / "file" / "a" / "b", "x").ok


def test_folder_that_does_not_exist_yet(tmp_path: Path) -> None:
    assert doctor.examine_folder("cache folder", tmp_path / "a" / "b", "x").ok
    assert not (tmp_path / "a").exists()


def test_no_folder_is_advised_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(elsewhere)
    fault_of = doctor._fault_of
    monkeypatch.setattr(
        doctor, "_fault_of", lambda f: "no" if f.is_relative_to(home) else fault_of(f)
    )
    finding = doctor.examine_folder("cache folder", home / ".cache", "export X={}/reportgen-cache")
    assert finding.remedy == f"export X={elsewhere}/reportgen-cache"
