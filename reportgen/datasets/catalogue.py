"""The datasets that reportgen knows, and the record of one's own.

Digests and counts are those of the decompressed IDX files, because gzip wrappers
differ from source to source.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from reportgen.errors import ConfigError

if TYPE_CHECKING:
    from reportgen.settings import OwnDatasetSettings

PART_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
PART_RANKS = (3, 1, 3, 1)
NPZ_KEYS = ("x_train", "y_train", "x_test", "y_test")


@dataclass(frozen=True)
class Edition:
    """One tier of a built-in dataset: image counts, and SHA-256 in the order of PART_FILES."""

    n_train: int
    n_test: int
    digests: tuple[str, str, str, str]

    @property
    def sha256(self) -> str:
        """The digest of the content as a whole."""
        return content_sha256(self.digests)


@dataclass(frozen=True)
class BuiltinDataset:
    """A dataset that reportgen can find, download and check by itself.

    Attributes:
        name: the name in settings, which is also that of its folder.
        title: the name in prose.
        class_names: one name a class, in label order.
        folders: folder names it may have in a folder that a person names.
        keras: its file or folder in Keras's cache, below ``datasets``.
        debian: its folder in Debian's package, below ``/usr/share/datasets``, if any.
        mirrors: addresses to which ``PART_FILES`` with ``.gz`` are appended, best first.
        download_bytes: what the four gzipped files weigh at the first mirror.
        licence: its licence and authors, in words.
        full, sample: its two tiers.

    """

    name: str
    title: str
    class_names: tuple[str, ...]
    folders: tuple[str, ...]
    keras: str
    debian: str | None
    mirrors: tuple[str, ...]
    download_bytes: int
    licence: str
    full: Edition
    sample: Edition


@dataclass(frozen=True)
class OwnDataset:
    """A dataset of one's own: four IDX files in ``folder``, or one ``npz`` file (absolute)."""

    name: str
    title: str
    class_names: tuple[str, ...]
    folder: Path | None = None
    npz: Path | None = None

    @classmethod
    def from_settings(cls, name: str, settings: OwnDatasetSettings, base: Path) -> OwnDataset:
        """``[datasets.NAME]`` of a configuration; its paths are relative to ``base``.

        Raises:
            ConfigError: the name is that of a built-in dataset.

        """
        if name in BUILTINS:
            raise ConfigError(
                f"datasets.{name}: this name belongs to the built-in {BUILTINS[name].title}.\n"
                f"Choose another name, such as my_{name}."
            )
        return cls(
            name=name,
            title=settings.title or name,
            class_names=settings.class_names,
            folder=base / settings.dir if settings.dir else None,
            npz=base / settings.npz if settings.npz else None,
        )


def content_sha256(digests: Sequence[str]) -> str:
    """SHA-256 over the hexadecimal digests of a dataset's four parts, one a line."""
    return hashlib.sha256("\n".join(digests).encode("ascii")).hexdigest()


MNIST = BuiltinDataset(
    name="mnist",
    title="MNIST",
    class_names=tuple("0123456789"),
    folders=("mnist",),
    keras="mnist.npz",
    debian=None,
    mirrors=(
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
    ),
    download_bytes=11_594_722,
    licence="CC BY-SA 3.0, Yann LeCun, Corinna Cortes and Christopher J. C. Burges",
    full=Edition(
        n_train=60_000,
        n_test=10_000,
        digests=(
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    sample=Edition(
        n_train=4_000,
        n_test=1_000,
        digests=(
            "4ef2143a3d21f124e1ccee13e6ccf8317e0232275a4baea4b91686ccaafee730",
            "0630773ee59c1f796b86950165523c72c51fa6791b3bbcd4f447168f82c647a9",
            "80b158b454d5c29d080050e19976bf2e444c6bca6fa9af477c65b09a52c4df93",
            "1321307439ffd601a28a16a1eb01475e3cfa4e0239b091698d7b1f15ef2a5f11",
        ),
    ),
)

FASHION_MNIST = BuiltinDataset(
    name="fashion_mnist",
    title="Fashion-MNIST",
    class_names=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    folders=("fashion_mnist", "fashion-mnist"),
    keras="fashion-mnist",
    debian="fashion-mnist",
    mirrors=(
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    download_bytes=30_878_645,
    licence="MIT, Zalando SE",
    full=Edition(
        n_train=60_000,
        n_test=10_000,
        digests=(
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
    sample=Edition(
        n_train=4_000,
        n_test=1_000,
        digests=(
            "38317cc8f164ccd8f5bb4b3ac3b0b50db4c228aece6b89d4570f084b445120a6",
            "79def6285c6915759cb224c77cdd5d92832b94e3f7fa9ddb2195eb88a5417d3f",
            "b94b6f7d45a3893fde1728eda8ee5dd8a0e90442d6f0fd287d6de397bf796270",
            "ee674f0edd54d59099a045b05f016d59503123afcc92ecde5e80151e6b195f4c",
        ),
    ),
)

BUILTINS = MappingProxyType({each.name: each for each in (MNIST, FASHION_MNIST)})
