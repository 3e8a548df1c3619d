"""Whether an image holds what its lock says, and whether it works. Each image runs this as its %test.

Usage: check.py [--forward]
  --forward   also run a small vision transformer
"""

import importlib
import os
import sys
import tempfile
from importlib.metadata import packages_distributions, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = Path("/opt/vitatlas/lock.txt")
# What torchvision built for CUDA lacks beside a CPU build of torch; see src/vitatlas/models/torchvision_ops.py.
OPERATORS = ("nms", "qnms")
SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


def main() -> None:
    """Check versions, import everything, and compute if asked to; any failure ends the program."""
    pins = [Requirement(line) for line in LOCK.read_text().splitlines() if line.strip()]
    pins = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]
    for pin in pins:
        if not pin.specifier.contains(version(pin.name)):
            sys.exit(f"{pin.name} is {version(pin.name)}; the lock says {pin.specifier}")
    names = {canonicalize_name(pin.name) for pin in pins}
    if "torch" in names:
        declare_operators()
    count = import_all(names)
    print(f"{len(pins)} packages at the lock's versions, {count} modules imported")
    if "--forward" in sys.argv:
        forward()


def declare_operators() -> None:
    """Declare what torchvision needs by name while it is imported."""
    import torch

    if torch.version.cuda is None:
        for name in OPERATORS:
            torch.library.define(f"torchvision::{name}", SCHEMA)


def import_all(names: set[str]) -> int:
    """Import every top-level module of the packages `names`; return how many there are."""
    os.environ["MPLCONFIGDIR"] = tempfile.mkdtemp()
    owned = sorted(
        module
        for module, owners in packages_distributions().items()
        if module.isidentifier() and any(canonicalize_name(owner) in names for owner in owners)
    )
    for module in owned:
        importlib.import_module(module)
    return len(owned)


def forward() -> None:
    """Run a small vision transformer on two blank images."""
    import timm
    import torch

    model = timm.create_model("vit_tiny_patch16_224", num_classes=3, depth=2).eval()
    with torch.inference_mode():
        logits = model(torch.zeros(2, 3, 224, 224))
    if logits.shape != (2, 3) or not logits.isfinite().all():
        sys.exit(f"the forward pass of a small vision transformer gave {logits}")
    print(f"forward pass through a small vision transformer with torch {torch.__version__}")


if __name__ == "__main__":
    main()
