"""Whether every published encoder of the zoo can be used: random weights in the published format, made by the library
that published the real ones, are loaded, encode a picture as that library does, and are read at every site. Downloads
nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from vitatlas.config.encoders import TextTower
from vitatlas.config.models import EncoderEntry, ModelZoo
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder, build_encoder
from vitatlas.models.encoder_weights import load_encoder
from vitatlas.models.sites import check_sites
from vitatlas.models.text.tower import build_text_tower, load_text_tower
from vitatlas.models.weights import save_safetensors

# isort: split
import open_clip
import timm
import torchvision

LIBRARIES = ("hub", "torchvision")
"""Origins of weights that timm, open_clip or torchvision publish."""

LARGEST = 1e-3
"""The most that sums in another order may change, in units of how far the library tells two inputs apart."""

TEXTS = ["a photo of a cat.", "forest"]


@dataclass(frozen=True)
class Checked:
    """The finding about one model.

    Attributes:
        name: In the zoo.
        parameters: Of the image network.
        difference: The largest between the library's outputs and ours, in units of the largest between its outputs for
            two inputs.
        seconds: Building, saving, loading and encoding.
    """

    name: str
    parameters: int
    difference: float
    seconds: float

    def __str__(self) -> str:
        size = f"{self.parameters / 1e6:.1f} M parameters"
        return f"{self.name}: {size}, differs by {self.difference:.1e}, {self.seconds:.1f} s"


def published_encoders(zoo: ModelZoo) -> list[str]:
    """The encoders of the zoo that a library publishes."""
    return [
        name
        for name, entry in zoo.models.items()
        if entry.encoder is not None and entry.origin in ("hub", "torchvision")
    ]


def check_encoders(zoo: ModelZoo, names: Sequence[str]) -> Iterator[Checked]:
    """Check encoders one after the other; the files, as large as the published ones, live only as long as each check.

    Raises:
        UserError: An unknown model, or none that a library publishes; weights that do not load; or an output that is
            not the library's.
    """
    for name in names:
        start = time.monotonic()
        entry = zoo.encoder(name)
        if name not in published_encoders(zoo):
            raise UserError(f"model '{name}' is published by no library", where="config/models.yaml")
        ours = build_encoder(entry, seed=1).eval()
        with TemporaryDirectory() as folder:
            differences = [*_of_images(ours, Path(folder)), *_of_texts(entry.encoder.text, Path(folder))]
        parameters = sum(value.numel() for value in ours.backbone.parameters())
        if not max(differences) <= LARGEST:
            raise UserError(
                f"'{name}' differs from the library that publishes it by {max(differences):.1e}",
                where=f"timm {timm.__version__}, open_clip {open_clip.__version__}",
                remedy="report it, with these versions",
            )
        yield Checked(name, parameters, max(differences), time.monotonic() - start)


@torch.no_grad()
def _of_images(ours: Encoder, folder: Path) -> Iterator[float]:
    entry = ours.entry
    library = _library(entry)
    save_safetensors(folder / "model.safetensors", library.state_dict())
    load_encoder(ours, folder / "model.safetensors")
    pictures = torch.randint(256, (2, 3, ours.side, ours.side), dtype=torch.uint8)
    check_sites(ours, pictures[:1])
    theirs = library(_standardised(pictures, entry))
    yield _difference(_output(ours, pictures), normalize(theirs, dim=-1) if entry.encoder.projection else theirs)


def _library(entry: EncoderEntry) -> nn.Module:
    """The network as its library builds it, with random weights, biases and norms too, and statistics that fit them."""
    if entry.origin == "torchvision":
        network = torchvision.models.mobilenet_v2()
    else:
        settings = entry.encoder
        network = timm.create_model(entry.timm, num_classes=settings.classes or settings.projection)
    for name, value in network.named_parameters():
        if value.ndim == 1 and not (entry.encoder.projection and name == "head.bias"):
            value += 0.1 * torch.randn_like(value)
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None  # the mean over all batches so far
    if norms:
        network.train()(torch.randn(4, 3, entry.encoder.image, entry.encoder.image))
    return network.eval()


def _output(encoder: Encoder, pictures: Tensor) -> Tensor:
    return encoder.logits(pictures) if encoder.entry.encoder.classes else encoder(pictures)


@torch.no_grad()
def _of_texts(text: TextTower | None, folder: Path) -> Iterator[float]:
    if text is None:
        return
    clip = open_clip.create_model(text.open_clip, pretrained=None).eval()
    path = folder / text.file
    torch.save(clip.state_dict(), path) if path.suffix != ".safetensors" else save_safetensors(path, clip.state_dict())
    tower = build_text_tower(text).eval()
    load_text_tower(tower, path)
    theirs = clip.encode_text(open_clip.get_tokenizer(text.open_clip)(TEXTS), normalize=True)
    yield _difference(tower(TEXTS), theirs)


def _standardised(pictures: Tensor, entry: EncoderEntry) -> Tensor:
    statistics = entry.preprocessing
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (statistics.mean, statistics.std))
    return (pictures / 255 - mean) / std


def _difference(ours: Tensor, theirs: Tensor) -> float:
    return float((ours - theirs).abs().max() / (theirs[0] - theirs[1]).abs().max())
