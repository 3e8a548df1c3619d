"""ONNX files: what is stored is read to the bit, and gets the names back that it had in torch."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from conversions import Convert, alike
from onnx_files import exported, tensor, write_onnx
from transformers_names import as_transformers, network

from vitatlas.errors import UserError
from vitatlas.models.convert.onnx.graph import read_graph
from vitatlas.models.convert.onnx.weights import read_onnx
from vitatlas.models.convert.onnx.wire import fields, varint

NUMBERS = torch.tensor([[0.1, -2.0, 3e-9], [1e30, 0.0, -0.25]])


@pytest.mark.parametrize("kind", ["vit", "dinov2", "registers", "clip"])
def test_an_export_computes_what_was_exported(kind: str, tmp_path: Path, converting: Convert) -> None:
    state = as_transformers(kind, network(kind))
    found, _ = converting(kind, write_onnx(tmp_path / "model.onnx", *exported(state)))
    given = network(kind)
    if kind == "registers":
        given.backbone.cls_token = found.backbone.cls_token
    assert alike(found, given)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("packed", [False, True])
def test_raw_numbers_of_every_type(dtype: torch.dtype, packed: bool, tmp_path: Path) -> None:
    given = NUMBERS.to(dtype)
    path = write_onnx(tmp_path / "m.onnx", [tensor("a.weight", given, packed=packed)])
    found = read_graph(path).tensors["a.weight"]
    assert found.dtype == dtype
    assert torch.equal(found, given)


def test_numbers_in_a_field_of_floats(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "m.onnx", [tensor("a.weight", NUMBERS, as_floats=True)])
    assert torch.equal(read_graph(path).tensors["a.weight"], NUMBERS)


def test_whole_numbers_and_constants_are_no_weights(tmp_path: Path) -> None:
    constants = {"val_1": torch.tensor(0.125), "where": torch.zeros(1, 1, 5, 5), "shape": torch.tensor([1, 2])}
    tensors = [tensor(name, value) for name, value in constants.items()]
    assert list(read_onnx(write_onnx(tmp_path / "m.onnx", [*tensors, tensor("a.bias", NUMBERS)]))) == ["a.bias"]


def test_a_layer_without_bias_is_named_by_its_node(tmp_path: Path) -> None:
    operation = ("MatMul", "/visual_projection/MatMul", ["x", "onnx::MatMul_7"], ["y"], {})
    path = write_onnx(tmp_path / "m.onnx", [tensor("onnx::MatMul_7", NUMBERS)], [operation])
    assert torch.equal(read_onnx(path)["visual_projection.weight"], NUMBERS.T)


@pytest.mark.parametrize("transposed", [0, 1])
def test_a_gemm_says_whether_its_weight_is_transposed(transposed: int, tmp_path: Path) -> None:
    operation = ("Gemm", "/head/Gemm", ["x", "head.weight", "head.bias"], ["y"], {"transB": transposed})
    path = write_onnx(tmp_path / "m.onnx", [tensor("head.weight", NUMBERS)], [operation])
    assert torch.equal(read_onnx(path)["head.weight"], NUMBERS if transposed else NUMBERS.T)


def test_equal_tensors_that_are_stored_once_have_all_their_names(tmp_path: Path) -> None:
    operation = ("Identity", "Identity_0", ["a.norm.weight"], ["b.norm.weight"], {})
    found = read_onnx(write_onnx(tmp_path / "m.onnx", [tensor("a.norm.weight", NUMBERS)], [operation]))
    assert torch.equal(found["a.norm.weight"], NUMBERS) and torch.equal(found["b.norm.weight"], NUMBERS)


def test_position_embeddings_that_were_cut_are_joined(tmp_path: Path, converting: Convert) -> None:
    """As transformers' DINOv2 is exported, whose position embeddings are resampled when it runs."""
    tensors, operations = exported(_without(as_transformers("dinov2", network("dinov2")), "position"))
    own = network("dinov2").backbone.pos_embed
    tensors += [tensor("onnx::Concat_7", own[:, :1]), tensor("onnx::Reshape_9", own[:, 1:])]
    operations += [
        ("Reshape", "/embeddings/Reshape_1", ["onnx::Reshape_9", "shape"], ["square"], {}),
        ("Concat", "/embeddings/Concat_6", ["onnx::Concat_7", "square"], ["positions"], {"axis": 1}),
    ]
    found, _ = converting("dinov2", write_onnx(tmp_path / "model.onnx", tensors, operations))
    assert alike(found, network("dinov2"))


def test_embeddings_that_were_computed_for_a_fixed_size_are_found(tmp_path: Path, converting: Convert) -> None:
    """As torch's newer exporter stores them: the class token repeated, positions for the images' size."""
    state = _without(_without(as_transformers("clip", network("clip")), "position"), "class_embedding")
    tensors, operations = exported(state)
    own = network("clip").backbone
    tensors += [tensor("expand", own.cls_token), tensor("embedding", own.pos_embed)]
    operations += [
        ("Concat", "node_cat", ["expand", "patches"], ["tokens"], {"axis": 1}),
        ("Add", "node_add", ["tokens", "embedding"], ["embedded"], {}),
    ]
    found, _ = converting("clip", write_onnx(tmp_path / "model.onnx", tensors, operations))
    assert alike(found, network("clip"))


def test_what_cannot_be_named_is_left_over(tmp_path: Path, converting: Convert) -> None:
    tensors, operations = exported(as_transformers("vit", network("vit")))
    tensors.append(tensor("onnx::MatMul_999", torch.ones(24, 24)))
    with pytest.raises(UserError, match=r"left over \(1\): onnx::MatMul_999"):
        converting("vit", write_onnx(tmp_path / "model.onnx", tensors, operations))


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        (tensor("a.weight", NUMBERS, external=True), r"in other files: a\.weight[\s\S]*as one file"),
        (tensor("a.weight", NUMBERS.to(torch.int8)), r"quantised: a\.weight[\s\S]*without quantisation"),
        (tensor("a.weight", NUMBERS)[:-4], "damaged, or no ONNX file"),
        (tensor("a.weight", NUMBERS, as_floats=True) + b"\x08\x03", "24 bytes, which are not 2×3×3 numbers"),
    ],
)
def test_a_file_with_other_weights_is_refused(stored: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=words):
        read_onnx(write_onnx(tmp_path / "m.onnx", [stored]))


def test_a_file_that_ends_anywhere_is_an_error_with_words(tmp_path: Path) -> None:
    tensors, operations = exported({"a.weight": NUMBERS, "a.bias": torch.ones(2)})
    whole = write_onnx(tmp_path / "m.onnx", tensors, operations).read_bytes()
    end = whole.rindex(b"\x42\x02")  # behind the graph stands the version of operators
    for length in range(end):
        (tmp_path / "m.onnx").write_bytes(whole[:length])
        with pytest.raises(UserError, match="damaged, or no ONNX file"):
            read_onnx(tmp_path / "m.onnx")


@pytest.mark.parametrize("content", [b"\x80" * 40, b"\x0b\x01", b"not a model at all", b"\x38\x01"])
def test_no_onnx_file_is_an_error_with_words(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(content)
    with pytest.raises(UserError, match="damaged, or no ONNX file"):
        read_onnx(tmp_path / "m.onnx")


def test_no_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such weights file"):
        read_onnx(tmp_path / "m.onnx")


def test_whole_numbers_of_any_length() -> None:
    message = memoryview(bytes([0x96, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]))
    assert varint(message, 0) == (150, 2)
    assert varint(message, 2) == (2**64 - 1, 12)
    assert list(fields(memoryview(b"\x0d\x01\x02\x03\x04\x10\x05")))[1] == (2, 5)


def _without(state: dict[str, torch.Tensor], word: str) -> dict[str, torch.Tensor]:
    return {key: value for key, value in state.items() if word not in key}
