"""Ways to parametrise a rotation that is learned: time of a training step, and how orthogonal the result is.

    python benchmarks/rotations.py [--device cuda] [--widths 64 768] [--seconds 5] [--json FILE]

For each width and way, one step as in distributed alignment search: the rotation is computed once, the difference of
two sets of 256 token vectors goes through a subspace of it, and Adam moves the parameters. The parameters stand where
620 steps at 1e-3 can lead: entries of the skew matrix are normal with standard deviation 0.1.

  cayley       R0 (2 (I + A/2)⁻¹ - I), A skew; what the package uses
  solve        the same map by solving (I + A/2) X = I - A/2
  qr           the orthogonal factor of a free matrix, signs fixed
  householder  a product of reflections (LAPACK's orgqr), by torch's own parametrisation
  matrix_exp   R0 exp(A), by torch's own parametrisation, as in the reference code

The error is the largest entry of |RᵀR - I|. Seconds are of CPU time of one thread, or of wall time on a GPU.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import orthogonal

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from measuring import clock

from vitatlas.relations.das.operator import Subspace

TOKENS = 256  # vectors that are exchanged in a step: 64 images × 4 tokens
SPREAD = 0.1
WARM_UP = 2


def main() -> None:
    """Measure every width and way, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--widths", nargs="+", type=int, default=[64, 768])
    parser.add_argument("--seconds", type=float, default=5.0, help="how long to measure each way, at least one step")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    figures: dict[str, float | str] = {"device": arguments.device}
    print(f"{'width':>6} {'way':12} {'ms per step':>12} {'times cayley':>13} {'error':>9}")
    for width in arguments.widths:
        for way, make in WAYS.items():
            torch.manual_seed(0)
            rotation, parameters = make(width, arguments.device)
            error = orthogonality_error(rotation())
            seconds = time_per_step(rotation, parameters, width, arguments)
            figures |= {f"{way}_{width}_ms": 1e3 * seconds, f"{way}_{width}_error": error}
            ratio = 1e3 * seconds / float(figures[f"cayley_{width}_ms"])
            print(f"{width:6} {way:12} {1e3 * seconds:12.2f} {ratio:13.2f} {error:9.1e}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


Way = tuple[Callable[[], Tensor], list[nn.Parameter]]


def cayley(width: int, device: str) -> Way:
    """The package's own."""
    subspace = Subspace(width, torch.Generator().manual_seed(0))
    nn.init.normal_(subspace.skew, std=SPREAD)
    subspace.to(device)
    return subspace.rotation, [subspace.skew]


def solve(width: int, device: str) -> Way:
    """Cayley's map by a linear system."""
    start = nn.init.orthogonal_(torch.empty(width, width)).to(device)
    free = nn.Parameter(SPREAD * torch.randn(width, width).to(device))
    one = torch.eye(width, device=device)

    def rotation() -> Tensor:
        half = (free - free.T) / 4
        return start @ torch.linalg.solve(one + half, one - half)

    return rotation, [free]


def qr(width: int, device: str) -> Way:
    """The orthogonal factor."""
    start = nn.init.orthogonal_(torch.empty(width, width))
    free = nn.Parameter((start + SPREAD * torch.randn(width, width)).to(device))

    def rotation() -> Tensor:
        factor, triangle = torch.linalg.qr(free)
        return factor * triangle.diagonal().sign()

    return rotation, [free]


def torchs(kind: str) -> Callable[[int, str], Way]:
    """One of torch's parametrisations."""

    def make(width: int, device: str) -> Way:
        layer = nn.Linear(width, width, bias=False).to(device)
        nn.init.orthogonal_(layer.weight)
        orthogonal(layer, orthogonal_map=kind, use_trivialization=kind == "matrix_exp")
        parameter = layer.parametrizations.weight.original
        with torch.no_grad():
            parameter += SPREAD * torch.randn_like(parameter).tril(-1)
        return lambda: layer.weight, [parameter]

    return make


WAYS: dict[str, Callable[[int, str], Way]] = {
    "cayley": cayley,
    "solve": solve,
    "qr": qr,
    "householder": torchs("householder"),
    "matrix_exp": torchs("matrix_exp"),
}


def time_per_step(
    rotation: Callable[[], Tensor], parameters: list[nn.Parameter], width: int, arguments: argparse.Namespace
) -> float:
    """Seconds of one step: forward, backward, Adam."""
    device = arguments.device
    base, source, wanted = torch.randn(3, TOKENS, width, device=device).unbind()
    mask = torch.rand(width, device=device)
    adam = torch.optim.Adam(parameters, lr=1e-3)

    def step() -> None:
        turned = rotation()
        new = base + ((source - base) @ turned * mask) @ turned.T
        adam.zero_grad(set_to_none=True)
        (new - wanted).square().mean().backward()
        adam.step()

    for _ in range(WARM_UP):
        step()
    count, start = 0, clock(device)
    while not count or clock(device) - start < arguments.seconds:
        step()
        count += 1
    return (clock(device) - start) / count


def orthogonality_error(rotation: Tensor) -> float:
    """Largest entry of |RᵀR - I|, computed in float64."""
    matrix = rotation.detach().double()
    return float((matrix.T @ matrix - torch.eye(len(matrix), device=matrix.device)).abs().max())


if __name__ == "__main__":
    main()
