"""Imports TensorFlow without its log lines, set up so that the same seed gives the same bits."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reportgen.errors import TrainingError

_ENVIRONMENT = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "1",  # TensorFlow's default here; it changes rounding
    "CUDA_VISIBLE_DEVICES": "-1",  # a GPU rounds differently from a CPU
}
# The libraries that log while they are loaded, before any log level has been read.
_LOGGING_LIBRARIES = (
    "libtensorflow_framework.so.2",
    "python/profiler/internal/_pywrap_profiler_plugin.so",
)
_LOG_LINE = re.compile(rb"[IWE]\d{4} |WARNING: All log messages before absl")
_lock = threading.Lock()
_threads_in_use: int | None = None


def available_cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def warm_up() -> None:
    """Import TensorFlow and Keras, which takes seconds; may run in a background thread."""
    with _lock:
        _import_quietly()


def configure(threads: int) -> None:
    """Set up TensorFlow for ``threads`` threads per operation, once per process.

    Trained weights are bit-identical for the same seed and the same number of threads.

    Raises:
        TrainingError: TensorFlow is missing, or already runs with another number of threads.
    """
    global _threads_in_use
    with _lock:
        if _threads_in_use == threads:
            return
        _import_quietly()
        import keras
        import tensorflow as tf

        try:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(available_cores())
            tf.config.set_visible_devices([], "GPU")
        except RuntimeError as error:
            raise TrainingError(
                f"TensorFlow already runs in this process, so threads = {threads} "
                "cannot be set any more\nstart a new process for another number of threads"
            ) from error
        tf.get_logger().setLevel("ERROR")
        keras.config.set_floatx("float32")
        keras.config.set_image_data_format("channels_last")
        _threads_in_use = threads


def _import_quietly() -> None:
    os.environ.update(_ENVIRONMENT)
    found = importlib.util.find_spec("tensorflow")
    if found is None or not found.submodule_search_locations:
        raise TrainingError(
            "TensorFlow is not installed, and training needs it\n"
            "install it with: python -m pip install tensorflow"
        )
    folder = Path(found.submodule_search_locations[0])
    with _without_log_lines():
        for library in _LOGGING_LIBRARIES:
            with suppress(OSError):  # another version or system: at worst it logs a line
                ctypes.CDLL(str(folder / library))
    with _without_keras_folder():
        import keras  # noqa: F401
        import tensorflow  # noqa: F401


@contextmanager
def _without_keras_folder() -> Iterator[None]:
    """Give Keras an empty home folder: it would read the user's keras.json, or write one."""
    before = os.environ.get("KERAS_HOME")
    with tempfile.TemporaryDirectory(prefix="reportgen-keras-") as folder:
        os.environ["KERAS_HOME"] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["KERAS_HOME"]
            else:
                os.environ["KERAS_HOME"] = before


@contextmanager
def _without_log_lines() -> Iterator[None]:
    """Drop native log lines from standard error inside the block; pass on anything else."""
    with tempfile.TemporaryFile() as captured:
        standard_error = os.dup(2)
        os.dup2(captured.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(standard_error, 2)
            os.close(standard_error)
            captured.seek(0)
            kept = [line for line in captured if not _LOG_LINE.match(line)]
            os.write(2, b"".join(kept))
