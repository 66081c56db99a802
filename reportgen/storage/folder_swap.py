"""Replace a folder by a new one, and keep the files that a person added to it."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from reportgen.errors import ConfigError
from reportgen.storage import disk
from reportgen.storage.locks import alone_in

_MAX_DEPTH = 100  # of folders that a person adds: some systems cannot remove deeper ones


def require_folder(folder: Path, purpose: str) -> None:
    """Refuse a link, or a file where a folder belongs.

    Args:
        folder: need not exist.
        purpose: what is written into it, for the message.

    Raises:
        ConfigError: it is a link or a file.
    """
    if folder.is_symlink():
        raise ConfigError(f"{folder} is a link. Name the folder itself with -o.")
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file. Name a folder for {purpose} with -o.")


def require_movable(folder: Path) -> None:
    """Refuse a folder that cannot be put in place by renaming.

    Raises:
        ConfigError: a disk, or a container's folder, is mounted there.
    """
    if os.path.ismount(folder):
        raise ConfigError(
            f"{folder} is where a disk is mounted, and cannot be replaced.\n"
            f"Name a folder in it with -o, such as {folder / 'report'}."
        )


def take_along(folder: Path, new: Path, ours: Collection[str]) -> None:
    """Give the new folder the old one's mode, and link the files that a person added.

    Args:
        folder: the old folder.
        new: the new one, whose files stay as they are.
        ours: relative names of the old folder's files that this program made.

    Raises:
        ConfigError: a folder cannot be read, or is too deep.
        OSError: a file can be neither linked nor copied.
    """

    def refuse(error: OSError) -> None:
        raise _not_taken_along(Path(os.fsdecode(error.filename)), error.strerror)

    _keep_mode(folder, new)
    for here, folders, names in disk.walk(folder, refuse):
        inner = here.relative_to(folder)
        if len(inner.parts) > _MAX_DEPTH:
            raise _not_taken_along(folder / inner.parts[0], "it holds folders that are too deep")
        added = [name for name in names if (inner / name).as_posix() not in ours]
        if added or not (folders or names):
            for each in (*reversed(inner.parents), inner):
                (new / each).mkdir(exist_ok=True)
                _keep_mode(folder / each, new / each)
            for name in added:
                link(here / name, new / inner / name)
            disk.sync_folder(new / inner)


def _not_taken_along(path: Path, why: str | None) -> ConfigError:
    return ConfigError(
        f"{path} cannot be taken along: {why}.\nMove it away, or name another folder with -o."
    )


def _keep_mode(old: Path, new: Path) -> None:
    new.chmod(stat.S_IMODE(old.stat().st_mode) | stat.S_IRWXU)


def link(old: Path, new: Path) -> None:
    """Give a file a second name, or copy it where the file system has no links.

    Raises:
        OSError: it can be neither linked nor copied, or is on another disk that is mounted
            there: removing the old folder would remove it from that disk.
    """
    try:
        os.link(old, new, follow_symlinks=False)
    except FileExistsError:  # the new report has a file of this name
        return
    except OSError as error:  # some file systems have no links
        if error.errno == errno.EXDEV:
            raise
        shutil.copy2(old, new, follow_symlinks=False)


def swap(new: Path, folder: Path) -> None:
    """Put a new folder in place of another, in one step where the system can.

    Raises:
        OSError: it cannot be moved. ``restore`` puts the old folder back if need be.
    """
    if folder.exists() and not disk.exchange(new, folder):
        aside = _aside(folder)
        disk.remove_tree(aside)
        folder.rename(aside)
        new.rename(folder)
        disk.remove_tree(aside)
    elif not folder.exists():
        new.rename(folder)
    disk.sync_folder(folder.parent)


@contextlib.contextmanager
def alone_at(folder: Path) -> Iterator[None]:
    """Hold the lock of the folder around another, which may not exist yet.

    A swap that was cut off is finished first. An ``OSError`` inside becomes a ``StoreError``.
    """
    with disk.disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with alone_in(folder.parent):
            restore(folder)
            yield


def restore(folder: Path) -> None:
    """Finish a swap that was cut off between its two steps: put the old report back.

    Raises:
        OSError: it cannot be put back.
    """
    aside = _aside(folder)
    if not disk.is_folder(aside):
        return
    if folder.exists():
        disk.remove_tree(aside)
    else:
        aside.rename(folder)


def _aside(folder: Path) -> Path:
    return folder.parent / f"{disk.TEMPORARY_PREFIX}{folder.name}-replaced"
