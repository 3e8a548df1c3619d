"""Make `import torchvision`, and so `import timm` and `import open_clip`, work beside a CPU-only torch.

A torchvision built for CUDA cannot load its compiled operators beside a CPU-only torch. It survives that, except for
two operators whose names it uses while it is imported: `import torchvision` then fails with "operator
torchvision::nms does not exist". We never call them (they belong to object detection), so it is enough that the names
exist. Where the compiled operators do load, nothing is declared.

Importing this module is what does it; it must come before the first import of torchvision.
"""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from pathlib import Path

import torch

OPERATORS = ("nms", "qnms")
SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


def declare_missing() -> None:
    """Declare the operators that torchvision needs by name and that its compiled part does not bring."""
    spec = importlib.util.find_spec("torchvision")
    if "torchvision" in sys.modules or spec is None or spec.origin is None:
        return
    for compiled in Path(spec.origin).parent.glob("_C*.so"):
        with contextlib.suppress(OSError):  # what torchvision would do itself; loading it twice is harmless
            torch.ops.load_library(str(compiled))
    for name in OPERATORS:
        if not hasattr(torch.ops.torchvision, name):
            torch.library.define(f"torchvision::{name}", SCHEMA)


declare_missing()
