"""Does the time of a training follow a line in its epochs or steps, as plans assume (`commands.plan.work.sizes`)?

    python benchmarks/scaling.py

Trains on the CPU at three sizes, the largest of them four times the second: the reach that plans allow. Prints what the
line through the two small ones says of the large one, over what was measured; once in seconds from start to end, which
other programs on the machine disturb, and once in seconds of CPU time.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from vitatlas.commands.plan.estimate import REACH
from vitatlas.paper.specs import Specs
from vitatlas.project.atlas import load_atlas
from vitatlas.relations.vocabulary import SPLITS

ROOT = Path(__file__).resolve().parents[1]
MODEL, CELL = "mini-scratch", {"task": "discrimination", "setting": "256"}
EPOCHS, STEPS = (4, 16, 64), (100, 400, 1600)


def main() -> None:
    """Print the times of each rule, and the ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scenes = made_scenes(folder)
        report("fine-tuning, epochs", EPOCHS, partial(finetuned, folder, scenes))
        report("pretraining, steps", STEPS, partial(pretrained, folder))


def report(name: str, sizes: tuple[int, int, int], train: Callable[[int], tuple[float, float]]) -> None:
    """Train at each size; print what it took, and the ratio."""
    assert sizes[2] == REACH * sizes[1]
    print(name, flush=True)
    took = []
    for size in sizes:
        took.append(train(size))
        print(f"  {size:5} {took[-1][0]:8.1f} s {took[-1][1]:8.1f} s of CPU time", flush=True)
    wall, cpu = (ratio(sizes, [measured[clock] for measured in took]) for clock in (0, 1))
    print(f"  predicted over measured: {wall:.2f}, in CPU time {cpu:.2f}", flush=True)


def ratio(sizes: tuple[int, int, int], seconds: list[float]) -> float:
    """The third value as the line through the first two says, over the third value."""
    slope = (seconds[1] - seconds[0]) / (sizes[1] - sizes[0])
    return (seconds[0] + slope * (sizes[2] - sizes[0])) / seconds[2]


def made_scenes(folder: Path) -> list[Path]:
    """A tenth of the demo's training scenes, and its other splits."""
    spec = specs(stimuli={"sizes": {"train": 640}}).scenes(SimpleNamespace(geometry="mini", **CELL))
    files = [folder / f"{split}.parquet" for split in SPLITS]
    script("scenes", spec, [], {"scenes": files})
    return files


def finetuned(folder: Path, scenes: list[Path], epochs: int) -> tuple[float, float]:
    """Seconds, and seconds of CPU time, of a fine-tuning."""
    spec = specs(finetuning={MODEL: {"epochs": epochs}}).finetune(SimpleNamespace(model=MODEL, run="0", **CELL))
    suffixes = {"best": "safetensors", "last": "safetensors", "history": "parquet", "metrics": "parquet"}
    outputs = {name: [folder / f"{epochs}-{name}.{suffix}"] for name, suffix in suffixes.items()}
    return script("finetune", spec, ["--input", "scenes", *map(str, scenes)], outputs)


def pretrained(folder: Path, steps: int) -> tuple[float, float]:
    """Seconds, and seconds of CPU time, of a pretraining."""
    spec = specs(pretraining={"mini-mae": {"steps": steps}}).pretrain(SimpleNamespace(model="mini-mae"))
    outputs = {"weights": [folder / f"{steps}.safetensors"], "history": [folder / f"{steps}.parquet"]}
    return script("pretrain", spec, [], outputs)


def specs(**settings: dict) -> Specs:
    """The specs of the demo tier with other settings."""
    return load_atlas(ROOT, {"tier": "demo", "relations": settings}).relations.specs


def script(name: str, spec: dict, inputs: list[str], outputs: dict[str, list[Path]]) -> tuple[float, float]:
    """Run a script as a rule does; seconds, and seconds of CPU time."""
    program = ROOT / f"workflow/scripts/relations/{name}.py"
    command = [sys.executable, str(program), "--spec", json.dumps(spec), *inputs]
    command += [word for key, paths in outputs.items() for word in ("--output", key, *map(str, paths))]
    start, before = time.monotonic(), os.times()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - start, cpu


if __name__ == "__main__":
    main()
