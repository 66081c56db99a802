from __future__ import annotations

import pytest

from reportgen.answers.document import INLINE_MARK, Fact
from reportgen.answers.facts import FILTERS, FactView, Recorder, at, path_of, value_of
from reportgen.errors import RenderError

RECORD = {
    "models": {"digits": {"test": {"accuracy": 0.97714, "n_correct": 9771}, "names": ["a", "b"]}},
    "right": True,
    "none": None,
}


def test_a_fact_remembers_its_path() -> None:
    view = at(RECORD, "models.digits")["test"]["accuracy"]
    assert path_of(view) == "models.digits.test.accuracy"
    assert value_of(view) == 0.97714
    assert path_of(at(RECORD, "models.digits.names.1")) == "models.digits.names.1"


def test_records_laid_over_each_other_lead_to_the_one_that_has_the_name() -> None:
    both = FactView(("models.digits", {"n": 1}), ("derived.models.digits", {"gap": 2, "n": 3}))
    assert path_of(both["gap"]) == "derived.models.digits.gap"
    assert path_of(both["n"]) == "models.digits.n"


@pytest.mark.parametrize(
    "path", ["models.digit", "models.digits.test.acc", "models.digits.names.2"]
)
def test_an_unknown_fact_is_an_error_that_names_it(path: str) -> None:
    with pytest.raises(RenderError, match=path.rsplit(".", 1)[1]):
        at(RECORD, path)


def test_a_mark_stands_for_the_fact_as_it_was_written() -> None:
    recorder = Recorder()
    accuracy = at(RECORD, "models.digits.test.accuracy")
    mark = recorder.fact(accuracy, FILTERS["percent"])
    found = INLINE_MARK.fullmatch(mark)
    assert found
    assert recorder.inlines[int(found[1])] == Fact(
        "models.digits.test.accuracy", 0.97714, "97.7\u00a0%"
    )


def test_what_is_no_fact_cannot_be_printed() -> None:
    recorder = Recorder()
    with pytest.raises(RenderError, match="not a fact"):
        recorder.fact(0.97, FILTERS["percent"])
    with pytest.raises(RenderError, match="cannot be written as percent"):
        recorder.fact(at(RECORD, "models.digits.names"), FILTERS["percent"])
    with pytest.raises(RenderError, match="cannot be joined"):
        str(at(RECORD, "models.digits.test.accuracy"))


def test_facts_compare_as_their_values() -> None:
    view = at(RECORD, "models.digits.test.n_correct")
    assert view > 9000
    assert view == 9771
    assert at(RECORD, "right")
    assert not at(RECORD, "none")
    assert len(at(RECORD, "models.digits.names")) == 2
    assert [value_of(name) for name in at(RECORD, "models.digits.names")] == ["a", "b"]
