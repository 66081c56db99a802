from made_up import make_evidence, other_dataset, with_changes

from reportgen.evidence.check import check_record, evidence_json


def test_made_up_evidence_satisfies_the_schema_and_itself() -> None:
    evidence = make_evidence()
    check_record(evidence.record, "it")
    assert evidence_json(evidence.record) == evidence_json(make_evidence().record)
    for model in evidence.record["models"].values():
        matrix = model["test"]["confusion_matrix"]
        assert sum(map(sum, matrix)) == model["test"]["n_total"]
        assert sum(row[k] for k, row in enumerate(matrix)) == model["test"]["n_correct"]
        assert all(p["match"] == (p["argmax"] == p["label"]) for p in model["predictions"])
    matches = [p["match"] for _, p in evidence.predictions("verify")]
    assert matches == [True, False]
    assert len(evidence.images("grid")) == 25
    assert evidence.pixels("inspect", 2).shape == (28, 28)


def test_datasets_and_values_can_be_chosen() -> None:
    evidence = make_evidence(digits=other_dataset(3, (20, 24)), **{"report.author": None})
    assert evidence.record["report"]["author"] is None
    assert evidence.pixels("grid", 0).shape == (20, 24)
    changed = with_changes(evidence, **{"images.0.label": 1, "comparison": None})
    assert changed.record["images"][0]["label"] == 1
    assert changed.record["comparison"] is None
    assert evidence.record["comparison"] is not None
