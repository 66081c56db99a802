"""The patterns of names in settings and in evidence."""

from __future__ import annotations

NAME_PATTERN = r"^[a-z][a-z0-9_-]{0,62}$"
ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,62}$"
IMAGE_SEED_PATTERN = r"^[0-9a-f]{64}$"
PATTERNS_IN_WORDS = {
    NAME_PATTERN: "lower-case letters, digits, hyphens and underscores, a letter first",
    ID_PATTERN: "lower-case letters, digits and hyphens",
    IMAGE_SEED_PATTERN: "64 hexadecimal digits, as a report of the class has them",
}
