"""Types of fields that settings and evidence share.

They are apart from the patterns in ``names``, which the command line needs without Pydantic.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from reportgen.names import NAME_PATTERN

Name = Annotated[str, Field(pattern=NAME_PATTERN)]
