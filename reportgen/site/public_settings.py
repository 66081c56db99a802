"""Settings that may be published, in a record that agrees with them."""

from __future__ import annotations

import json
from typing import Any

from reportgen.config.assignments import assignment_of
from reportgen.config.image_seed import salt_in
from reportgen.evidence.record import EvidenceRecord
from reportgen.storage.disk import sha256

Settings = dict[str, Any]


def without_salt(record: EvidenceRecord) -> EvidenceRecord:
    """An older report's record without the salt of its class; any other as it is."""
    settings = dict(record["report"]["settings"])
    if salt_in(settings) is None:
        return record
    del settings["salt"]
    return with_settings(record, with_image_numbers(record, settings))


def with_settings(record: EvidenceRecord, settings: Settings) -> EvidenceRecord:
    """The record with other settings.

    The digest of the configuration that it was made with goes: who knows the rest of that could
    try what is left out, names or salts.
    """
    digest = sha256(json.dumps(settings, sort_keys=True, ensure_ascii=False).encode())
    return {
        **record,
        "report": {**record["report"], "settings": settings},
        "provenance": {**record["provenance"], "config_sha256": digest},
    }


def with_image_numbers(record: EvidenceRecord, settings: Settings) -> Settings:
    """Settings that name the images that were drawn from the student's id, and nothing of it."""
    if settings.get("selections") != "personal":
        return settings
    numbers: dict[str, list[int]] = {name: [] for name in assignment_of(record).settings.selections}
    for image in record["images"]:
        if image["selection"] in numbers:
            numbers[image["selection"]].append(image["index"])
    return {**settings, "selections": {name: drawn for name, drawn in numbers.items() if drawn}}
