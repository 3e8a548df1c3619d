"""Each test in its own process: what torchvision sees depends on who came first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

OURS = "import sys; sys.path.insert(0, {src!r}); from vitatlas.models import torchvision_ops"
SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


def run(root: Path, code: str) -> subprocess.CompletedProcess[str]:
    text = code.replace("OURS", OURS.format(src=str(root / "src")))
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)


def test_what_needs_torchvision_can_be_imported_after_it_and_it_may_run_again(root: Path) -> None:
    declare = "torchvision_ops.declare_missing()"
    done = run(root, f"OURS\n{declare}\nimport torchvision, timm, open_clip\n{declare}")
    assert done.returncode == 0, done.stderr


def test_operators_that_are_there_are_left_alone(root: Path) -> None:
    """As when torchvision's compiled part loads: declaring a name twice would be an error."""
    code = f"""
import torch
torch.library.define("torchvision::nms", "{SCHEMA}")
torch.library.impl("torchvision::nms", "cpu", lambda dets, scores, threshold: dets + 1)
OURS
import timm
print(torch.ops.torchvision.nms(torch.zeros(1), torch.zeros(1), 0.5).item(), torch.ops.torchvision.qnms)
"""
    done = run(root, code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1.0 torchvision.qnms")
