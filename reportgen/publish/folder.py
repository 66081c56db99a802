"""Put a report's folder in place as a whole, or leave it as it was."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from reportgen.errors import ConfigError, RenderError
from reportgen.publish.manifest import (
    FileEntry,
    entries_of,
    load_manifest,
    make_manifest,
    read_listed,
    read_manifest,
)
from reportgen.publish.ownership import Owner
from reportgen.report_folder import (
    MANIFEST_FILE,
    MAX_FILE_BYTES,
    format_of,
    formats_among,
    is_report_file,
)
from reportgen.storage import disk, folder_swap
from reportgen.storage.reading import read_inside


def require_free(folder: Path, names: Iterable[str], own: Collection[str]) -> None:
    """Refuse to overwrite a person's files in a report's folder.

    Args:
        folder: of the report.
        names: of the files to write.
        own: names of the files that this program made.

    Raises:
        ConfigError: naming what is in the way.
    """
    for name in sorted(names):
        path = folder / name
        parents = filter(os.path.lexists, path.parents[: name.count("/")])
        in_the_way = [each for each in parents if not disk.is_folder(each)]
        if disk.is_folder(path) or (name not in own and os.path.lexists(path)):
            in_the_way.append(path)
        if in_the_way:
            raise ConfigError(
                f"{in_the_way[0]} was not made by reportgen, or was changed since; it is left "
                "alone.\nMove it away, or name another folder with -o."
            )


def check_output(folder: Path, owner: Owner | None = None, names: Iterable[str] = ()) -> None:
    """Refuse, before anything is computed, a folder that cannot take a report.

    Before that, it restores or removes what an interrupted run left beside the folder.

    Args:
        folder: the report's.
        owner: whose report it will be.
        names: of files that it will have.

    Raises:
        ConfigError: it is a file or link, holds files and is not a report's folder, holds
            the report of another owner, or a person's file of one of these names.
        StoreError: it, or the folder around it, cannot be written.
    """
    named, folder = folder, absolute(folder)
    with folder_swap.alone_at(folder):
        disk.remove_abandoned(folder.parent)
        require_ours(folder)
        if owner is not None:
            owner.require_own(named)
        require_free(named, names, _own_files(folder, owner))
        with disk.temporary_folder(folder.parent):
            pass


def require_ours(folder: Path) -> None:
    """Refuse a folder that cannot take a report.

    Raises:
        ConfigError: it is a file or link, or holds files and is not a report's folder.
    """
    folder_swap.require_folder(folder, "the report")
    folder_swap.require_movable(folder)
    if folder.is_dir() and any(folder.iterdir()) and load_manifest(folder) is None:
        raise ConfigError(
            f"{folder} holds files that reportgen did not make; it is left alone.\n"
            "Name another folder with -o, or empty this one yourself."
        )


def publish(
    folder: Path, files: Mapping[str, bytes], owner: Owner | None = None
) -> tuple[str, ...]:
    """Put a report's files in place of what the folder held, in one step.

    A folder that already holds the same files is not touched. Files that a person added are
    kept, and so are documents in formats that were not made this time: the manifest marks
    these as older. Builds that publish into the same folder wait for each other.

    Args:
        folder: the report's.
        files: by relative name, the manifest among them.
        owner: whose report it is; the manifest is added to the owner's record.

    Returns:
        The names of the older documents that were kept.

    Raises:
        ConfigError: the folder was not made by this program, is another owner's, or holds a
            person's file of a name that the report needs.
        RenderError: a report can have no file of such a name.
        StoreError: the disk is full or the folder cannot be written; nothing has changed.
    """
    strange = next((name for name in files if not is_report_file(name)), None)
    if strange is not None:  # some are made from a model's name
        raise RenderError(
            f"a report can have no file {strange!r}.\n"
            "A model's name begins with a letter and has small letters, digits, _ and -."
        )
    named, folder = folder, absolute(folder)
    with folder_swap.alone_at(folder), disk.temporary_folder(folder.parent) as new:
        require_ours(folder)
        if owner is not None:
            owner.require_own(named)
        own = _own_files(folder, owner)
        older = _older(folder, own, files)
        files = _with_older(files, older)
        is_there = _is_there(folder, files)
        if not is_there:
            require_free(named, files, own)
        if owner is not None:
            # Recorded first, so that a crash leaves no published folder out of the record.
            owner.published.add(disk.sha256(files[MANIFEST_FILE]), owner.origin(folder))
        if is_there:
            return tuple(older)
        disk.write_folder(new, files)
        if folder.exists():
            folder_swap.take_along(folder, new, own - {*older})
        folder_swap.swap(new, folder)
    return tuple(older)


def _own_files(folder: Path, owner: Owner | None) -> set[str]:
    """Relative names of the files in a report's folder that this program made.

    Anyone can write a manifest, so only names that a report can have count. If the owner's record
    does not have it, each file must also have the size and SHA-256 that it lists.
    """
    found = read_manifest(folder)
    if found is None:
        return set()
    is_known = owner is not None and owner.published.has(found.digest)
    own = {MANIFEST_FILE}
    for name in filter(is_report_file, found.about["files"]):
        with contextlib.suppress(OSError):  # a person changed or removed it
            if not is_known:
                read_listed(folder, found.about, name)
            own.add(name)
    return own


def _older(folder: Path, own: Collection[str], files: Mapping[str, bytes]) -> dict[str, FileEntry]:
    """This program's documents in a folder, in formats that are not among new files."""
    left_out = {*formats_among(own)} - {*formats_among(files)}
    kept = {}
    for name in sorted(own):
        if (found := format_of(name)) and found.name in left_out:
            with contextlib.suppress(OSError):  # it is gone, or is a link
                kept[name] = read_inside(folder, name, MAX_FILE_BYTES)
    return entries_of(kept)


def _with_older(files: Mapping[str, bytes], older: Mapping[str, FileEntry]) -> dict[str, bytes]:
    """New files, with a manifest that lists the older ones too."""
    if not older:
        return dict(files)
    about = json.loads(files[MANIFEST_FILE])
    entries = {**about.pop("files"), **older}
    return {**files, MANIFEST_FILE: make_manifest(entries, {**about, "older": sorted(older)})}


def _is_there(folder: Path, files: Mapping[str, bytes]) -> bool:
    try:
        return all(read_inside(folder, n, len(content)) == content for n, content in files.items())
    except OSError:
        return False


def absolute(folder: Path) -> Path:
    """A folder's path from the root."""
    return Path(os.path.abspath(folder))  # noqa: PTH100  resolves "..", and no links
