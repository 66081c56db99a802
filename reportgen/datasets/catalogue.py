"""The built-in datasets, one entry each, and the class of a user's own dataset.

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
    from reportgen.config.settings import OwnDatasetSettings

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
    """All that reportgen knows of a dataset that it can find, download and check.

    Attributes:
        name: in settings, of its folder, and of its module in ``keras.datasets``, if it has one.
        title: the name in prose.
        subject: what its images show, in the plural.
        model: what assignments call its model.
        colour: of that model in every figure, by its name in ``figures.drawing.style.COLOURS``.
        prose: regular expressions for what an author may call it; together they also match
            ``name``, ``title`` and ``model``, and nothing that means another dataset.
        class_names: the name of each class, in label order.
        image_shape: height and width in pixels.
        centred: its images are scaled and centred as in MNIST; the drawing pad then does the same.
        folders: the names that its folder may have in a data folder that the user names.
        keras: its file or folder in Keras's cache, below ``datasets``; None if it is not in Keras.
        debian: its folder in Debian's package, below ``/usr/share/datasets``, if any.
        mirrors: addresses to which ``PART_FILES`` with ``.gz`` are appended, best first.
        download_bytes: the size of the four gzipped files at the first mirror.
        licence: its licence and authors, in words.
        full: its full tier.
        sample: the sample in ``datasets/sample/<name>``; None if none is bundled.
        sample_note: what a reader must know of the sample, as sentences that end in a space.
    """

    name: str
    title: str
    subject: str
    model: str
    colour: str
    prose: tuple[str, ...]
    class_names: tuple[str, ...]
    image_shape: tuple[int, int]
    centred: bool
    folders: tuple[str, ...]
    keras: str | None
    debian: str | None
    mirrors: tuple[str, ...]
    download_bytes: int
    licence: str
    full: Edition
    sample: Edition | None = None
    sample_note: str = ""

    def edition(self, tier: str) -> Edition | None:
        """Its edition in a tier; None if it has no such tier."""
        return {"full": self.full, "sample": self.sample}.get(tier)


@dataclass(frozen=True)
class OwnDataset:
    """A user's own dataset: four IDX files in ``folder``, or one file ``npz`` (absolute paths)."""

    name: str
    title: str
    class_names: tuple[str, ...]
    folder: Path | None = None
    npz: Path | None = None

    @classmethod
    def from_settings(cls, name: str, settings: OwnDatasetSettings, base: Path) -> OwnDataset:
        """Make it from ``[datasets.NAME]`` of a configuration, with paths relative to ``base``.

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
    """SHA-256 of the hexadecimal digests of a dataset's four parts, one per line."""
    return hashlib.sha256("\n".join(digests).encode("ascii")).hexdigest()


MNIST = BuiltinDataset(
    name="mnist",
    title="MNIST",
    subject="handwritten digits",
    model="digits",
    colour="blue",
    prose=(
        r"(?<![a-z\_-])(?<!fashion\s)(?<!zalando\s)m(?:nist|inst)(?![a-z])",
        r"(?:hand-?written\s)?digits?'?\b",
        r"hand-?written\snumbers",
        r"(?<!the\s)(?<!these\s)(?<!those\s)(?<!of\s)\bnumbers\b"
        r"(?!\s(?:of|in|from|that|show|are\sgiven|above|below))",
        r"\bnumerals\b",
        r"\bhand-?writing\b",
        r"\bnumber\s(?=model|network|classifier|recognition|data|images)",
    ),
    class_names=tuple("0123456789"),
    image_shape=(28, 28),
    centred=True,
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
            "49814c0dab4b27ffc7f3ced4632eaba7decbd64156f4f9f52b62f3601a83f8f6",
            "b8c47347cd683d94de4f3d0becb3d15930ef60d2a813c36735065bdd13424744",
            "641afc64a40432d057cfad258da2b573ff917faa0eabf82983469271587892e8",
            "2fdcaa37afd31dcd4e400c9d8e7d063ced7efa8e35d1fad4a9b197bc04235adb",
        ),
    ),
    sample_note="The digits that stand as test images were drawn from MNIST's training images; "
    "no image is in both parts. ",
)

FASHION_MNIST = BuiltinDataset(
    name="fashion_mnist",
    title="Fashion-MNIST",
    subject="pieces of clothing",
    model="fashion",
    colour="vermilion",
    prose=(
        r"(?<![a-z])fashion[\s_-]?m(?:nist|inst)",
        r"f-?m(?:nist|inst)(?![a-z])",
        r"(?:\b(?:articles?|pieces?|items?)\sof\s)?\b(?:fashion|cloth(?:ing|es))\b",
        r"\bgarments?\b",
        r"\bapparel\b",
    ),
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
    image_shape=(28, 28),
    centred=False,
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
            "def75705be78df4e5222f2563b8a06ec5fd38dfcd235be2b30e2a91b8e5d47bc",
            "f59d793c3013bbb4f647386bbe336613846719906b770f5c9cc0eb6fb8b2704d",
            "c8eea24e5a57a26cf4aff2152c2d6085d491c3f0314b2e247820b476dee20742",
            "92964bc64db252afc1c25bc8bc35d09b911e894bb1ccc2f5642dee34215dca32",
        ),
    ),
)

BUILTINS = MappingProxyType({each.name: each for each in (MNIST, FASHION_MNIST)})
