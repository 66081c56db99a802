"""Every format has a renderer with tests. Where one is missing, many modules cannot be imported."""

import pytest
from own_tests import own_test
from places import ROOT

from reportgen.report_folder import FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_has_a_renderer_with_tests(name: str) -> None:
    path = f"reportgen/render/{FORMATS[name].renderer}.py"
    assert (ROOT / path).is_file(), f"write {path}, the renderer of the format {name}"
    assert own_test("render", FORMATS[name].renderer)
