import numpy as np
import pytest

from reportgen.studies.dense_network import FIRST_UPDATES, DenseNetwork

RNG = np.random.default_rng(2)
PIXELS = RNG.random((6, 5))
LABELS = np.array([0, 2, 1, 1, 2, 0])
ETA = 0.001


def network(*activations: str) -> DenseNetwork:
    """Five pixels, layers of four units with these activations, three classes."""
    names = tuple(f"dense_{k + 1}" for k in range(len(activations) + 1))
    sizes = [5, *[4] * len(activations), 3]
    rng = np.random.default_rng(1)
    weights = {}
    for name, n_inputs, n_units in zip(names, sizes[:-1], sizes[1:], strict=True):
        weights[f"{name}/kernel"] = rng.normal(0, 0.8, (n_inputs, n_units))
        weights[f"{name}/bias"] = rng.normal(0, 0.3, n_units)
    return DenseNetwork(names, activations, weights)


@pytest.mark.parametrize(
    "activations",
    [(), ("relu",), ("tanh",), ("sigmoid",), ("linear",), ("relu", "tanh")],
    ids="-".join,
)
def test_gradient_is_the_slope_of_the_loss(activations: tuple[str, ...]) -> None:
    net = network(*activations)
    _, gradients = net.gradients(PIXELS, LABELS)
    assert gradients.keys() == net.weights.keys()
    for name, weights in net.weights.items():
        for place in np.ndindex(weights.shape):
            kept = weights[place]
            weights[place] = kept + 1e-6
            above, _ = net.gradients(PIXELS, LABELS)
            weights[place] = kept - 1e-6
            below, _ = net.gradients(PIXELS, LABELS)
            weights[place] = kept
            slope = (above - below) / 2e-6
            assert gradients[name][place] == pytest.approx(slope, abs=1e-8)


def test_loss_of_zero_weights_is_that_of_guessing() -> None:
    net = network("relu")
    for weights in net.weights.values():
        weights[:] = 0
    assert net.gradients(PIXELS, LABELS)[0] == pytest.approx(np.log(3))


GRADIENT = np.array([0.5, -0.02, 3e-6, -1e-9, 0.0])


def test_first_step_of_adam_is_about_the_rate_only_where_the_gradient_is_large() -> None:
    update = FIRST_UPDATES["adam"](GRADIENT, ETA)
    expected = ETA * GRADIENT / (np.abs(GRADIENT) + 1e-7 / np.sqrt(0.001))
    np.testing.assert_allclose(update.step, expected, rtol=1e-12)
    assert update.step[0] == pytest.approx(ETA, rel=1e-4)
    assert abs(update.step[2]) < ETA / 2
    assert update.step[4] == 0
    assert update.correction == pytest.approx(np.sqrt(1 - 0.999) / (1 - 0.9))
    assert update.m is not None
    assert update.v is not None
    np.testing.assert_allclose(update.m, 0.1 * GRADIENT)
    np.testing.assert_allclose(update.v, 0.001 * GRADIENT**2)


def test_first_steps_of_the_others() -> None:
    sgd = FIRST_UPDATES["sgd"](GRADIENT, 0.01)
    np.testing.assert_allclose(sgd.step, 0.01 * GRADIENT)
    assert sgd.m is sgd.v is sgd.correction is None
    rmsprop = FIRST_UPDATES["rmsprop"](GRADIENT, ETA)
    np.testing.assert_allclose(rmsprop.step, ETA * GRADIENT / np.sqrt(0.1 * GRADIENT**2 + 1e-7))
    assert rmsprop.m is rmsprop.correction is None
