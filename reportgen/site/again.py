"""A report that is not published as it is, but rendered again from its evidence.

Whoever handed in one that was not made here may have written its page and a manifest that agrees;
what is rendered here has no script but ours. And an older one gives away the salt of its class.
"""

from __future__ import annotations

from pathlib import Path

from reportgen.errors import RenderError
from reportgen.evidence.files import load_evidence
from reportgen.evidence.record import Evidence
from reportgen.pipeline.from_evidence import rendered
from reportgen.pipeline.ledger import Ledger, Silent, open_store
from reportgen.report_folder import FORMATS, MANIFEST_FILE
from reportgen.site.public_settings import without_salt
from reportgen.storage.disk import sha256, write_folder


def write_again(source: Path, formats: tuple[str, ...], cache_dir: Path, new: Path) -> str:
    """Write a report from its evidence, without a salt; may run in another process.

    Args:
        source: the report's folder.
        formats: names of formats.
        cache_dir: where rendered results are kept.
        new: an empty folder.

    Returns:
        The SHA-256 of the manifest that was written.

    Raises:
        RenderError: the evidence is faulty, or no format is wanted.
        OSError: the disk failed.
    """
    if not formats:
        *titles, last = (each.title for each in FORMATS.values())
        raise RenderError(f"it has neither {', '.join(titles)} nor {last}.")
    silent = Silent()
    ledger = Ledger(open_store(cache_dir, silent.notice), silent)
    evidence = load_evidence(source)
    public = Evidence(without_salt(evidence.record), evidence.arrays)
    files = rendered(public, source, formats, ledger)
    write_folder(new, files)
    return sha256(files[MANIFEST_FILE])
