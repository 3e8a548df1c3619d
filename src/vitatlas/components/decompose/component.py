"""Components: the vectors that a representation is the sum of, and their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

Kind = Literal["init", "head", "attention", "mlp", "conv", "bias"]
INIT, BIAS = "init", "bias"


@dataclass(frozen=True)
class Component:
    """One component.

    Attributes:
        name: `init`, `block.7.head.3`, `stage.2.block.1.window.mlp`, `bias`.
        kind: init: all that the stream holds before the first decomposed block; attention: all heads of a layer; bias:
            what the parameters add whatever the picture is, up to the norms' scales.
        subkind: Of attention in parts of a map: window or grid; else empty.
        stage, block: Where it is in the network; -1 for init and bias.
        layer: Number of its layer among the decomposed ones, in the order of execution; -1 for init and bias.
        head: Number of the head in its layer; -1 if it is none.
    """

    name: str
    kind: Kind
    subkind: str = ""
    stage: int = -1
    block: int = -1
    layer: int = -1
    head: int = -1


def table(components: Sequence[Component]) -> pd.DataFrame:
    """One row per component, in order: `component`, its number, and the attributes of `Component`."""
    rows = [{"component": number, **asdict(component)} for number, component in enumerate(components)]
    return pd.DataFrame(rows)
