"""Checks of the key `architecture` of an entry of the zoo that need no timm: sizes, shares and names of layers.

Keys belong to timm, which has hundreds. So a key is known by the end of its name, as timm names its arguments.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from vitatlas.config.near import listed

SIZES = (
    *("size", "dim", "dims", "depth", "depths", "heads", "layers", "channels", "width", "dim_head", "cardinality"),
    *("chans", "groups", "kernel", "blocks", "expansion"),
)
"""Ends of the names of whole numbers above 0, or lists of them."""
RATES = ("drop_rate", "path_rate")
RATIOS = ("ratio", "ratios", "multiplier")
LARGEST = 10**6

NORMS = (
    *("batchnorm", "batchnorm1d", "batchnorm2d", "frozenbatchnorm2d", "groupnorm", "groupnorm1", "layernorm"),
    *("layernorm2d", "layernorm2dfp32", "layernormfp32", "rmsnorm", "rmsnorm2d", "rmsnorm2dfp32", "rmsnormfp32"),
    *("simplenorm", "simplenorm2d", "simplenorm2dfp32", "simplenormfp32"),
)
"""timm's names of norms."""
ACTIVATIONS = (
    *("celu", "elu", "gelu", "gelu_tanh", "hard_mish", "hard_sigmoid", "hard_swish", "hardsigmoid", "hardswish"),
    *("identity", "leaky_relu", "mish", "prelu", "quick_gelu", "relu", "relu6", "selu", "sigmoid", "silu", "swish"),
    "tanh",
)
"""timm's names of activation functions."""


def check_architecture(given: Mapping[str, Any]) -> None:
    """Raise a ValueError if a value of `architecture` is of no use to any network."""
    for key, value in given.items():
        for one in _each(value):
            _check(key, one)
    width, heads = given.get("embed_dim"), given.get("num_heads")
    if isinstance(width, int) and isinstance(heads, int) and width % heads:
        raise ValueError(f"architecture.num_heads: {heads} heads cannot share embed_dim {width}")


def _check(key: str, value: Any) -> None:
    where = f"architecture.{key}"
    if isinstance(value, str) and _is_number(value):
        raise ValueError(f"{where}: '{value}' is a text; YAML reads a number only with its point: {float(value)!r}")
    if _ends(key, SIZES) and not isinstance(value, str | bool | None):
        if not isinstance(value, int) or not 0 < value <= LARGEST:
            raise ValueError(f"{where}: {value!r} is no whole number from 1 to {LARGEST}")
    elif _ends(key, RATES) and not (_is_amount(value) and 0 <= value < 1):
        raise ValueError(f"{where}: {value!r} is no share from 0 up to 1")
    elif _ends(key, RATIOS) and not (_is_amount(value) and value > 0):
        raise ValueError(f"{where}: {value!r} is no number above 0")
    for end, names, what in (("norm_layer", NORMS, "norm"), ("act_layer", ACTIVATIONS, "activation function")):
        if key == end:
            _check_name(where, value, names, what)


def _check_name(where: str, value: Any, names: Collection[str], what: str) -> None:
    if value is not None and str(value).lower() not in names:
        raise ValueError(f"{where}: timm has no {what} '{value}'; {listed(str(value), names)}")


def _each(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _each(item)
    else:
        yield value


def _ends(key: str, ends: Collection[str]) -> bool:
    return any(key == end or key.endswith(f"_{end}") for end in ends)


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
