"""Results of trainings that never took place: quick, consistent, without TensorFlow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reportgen.evaluation.scores import score_of_logits
from reportgen.training.architecture import describe_layers, kind_of, plan_network
from reportgen.training.jobs import Trained, TrainingJob


def make_trained(
    job: TrainingJob,
    *,
    logits_test: NDArray[np.floating] | None = None,
    logits_train: NDArray[np.floating] | None = None,
    weights: dict[str, NDArray[np.float32]] | None = None,
    losses: tuple[float, ...] = (2.0, 1.5),
) -> Trained:
    """What a training of the job might have given; logits are random unless given."""
    rng = np.random.default_rng(job.seed)
    plan = plan_network(job)
    dataset, fitted = job.dataset, slice(0, job.n_fitted)
    if logits_test is None:
        logits_test = rng.normal(0.0, 2.0, (len(dataset.x_test), dataset.n_classes))
    if logits_train is None:
        logits_train = rng.normal(0.0, 2.0, (job.n_fitted, dataset.n_classes))
    test = score_of_logits(logits_test.astype(np.float32), dataset.y_test)
    train = score_of_logits(logits_train.astype(np.float32), dataset.y_train[fitted])
    return Trained(
        name=job.name,
        weights=weights or random_weights(job, rng),
        history=_history(losses, validated=bool(job.settings.validation_split)),
        logits_test=logits_test.astype(np.float32),
        logits_train=logits_train.astype(np.float32),
        train_score=train,
        test_score=test,
        seconds=0.0,
        n_parameters=plan.n_parameters,
        layers=describe_layers(plan),
    )


def random_weights(job: TrainingJob, rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
    """Weights of the right shapes for a job's dense layers."""
    weights = {}
    n_inputs = int(np.prod(job.image_shape))
    for planned in plan_network(job).layers:
        if kind_of(planned.layer) == "dense":
            (units,) = planned.output_shape
            kernel = rng.normal(0.0, 0.3, (n_inputs, units))
            weights[f"{planned.name}/kernel"] = kernel.astype(np.float32)
            weights[f"{planned.name}/bias"] = rng.normal(0.0, 0.1, units).astype(np.float32)
            n_inputs = units
    return weights


def _history(losses: tuple[float, ...], *, validated: bool) -> dict[str, list[float]]:
    history = {"accuracy": [0.5] * len(losses), "loss": list(losses)}
    return history | (
        {f"val_{name}": values for name, values in history.items()} if validated else {}
    )
