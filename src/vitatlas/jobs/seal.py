"""The digest of a file's own content, kept in the record inside the file.

A record is written with zeros in place of the digest. Once the file is complete, its SHA-256, zeros included, takes
their place. To check a file, the zeros are put back in thought. So the digest covers all of the file: what it holds,
and what its record says.

A PNG has a checksum of the chunk that the record is in. It changes with the digest, and is put back with it.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CONTENT = "content_sha256"
UNSEALED = "0" * 64

INTACT, EDITED, WITHOUT = "intact", "edited", "without a digest of its own"

# Quotes are escaped where a record is a text within JSON.
_DIGEST = re.compile(rb'(?<!\\)"' + CONTENT.encode() + rb'": "([0-9a-f]{64})"')
_ESCAPED = re.compile(rb'\\"' + CONTENT.encode() + rb'\\": \\"([0-9a-f]{64})\\"')
_PNG = b"\x89PNG\r\n\x1a\n"
_BLOCK = 1 << 20
CARRIERS = frozenset(
    (".csv", ".html", ".ipynb", ".json", ".md", ".npy", ".parquet", ".pdf", ".png", ".safetensors", ".svg", ".tex")
)
"""Endings of the formats that carry a record."""


@dataclass(frozen=True)
class _Patch:
    """Bytes that stand at an offset of a file."""

    offset: int
    content: bytes


def seal(path: Path) -> None:
    """Put the digest of a finished file into its record; nothing where it has no record, or was sealed before."""
    if path.suffix not in CARRIERS:
        return
    with path.open("r+b") as handle:
        place = _place(handle, path.suffix)
        if place is None or _digits(handle, place) != UNSEALED:
            return
        digest = _sha256(handle, [])
        for patch in _patches(handle, path.suffix, place, digest.encode()):
            handle.seek(patch.offset)
            handle.write(patch.content)


def check(path: Path) -> str:
    """Whether a file is as it was written: `INTACT`, `EDITED`, or `WITHOUT` where its record has no digest.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as handle:
        place = _place(handle, path.suffix)
        if place is None:
            return WITHOUT
        recorded = _digits(handle, place)
        patches = _patches(handle, path.suffix, place, UNSEALED.encode())
        return INTACT if _sha256(handle, patches) == recorded else EDITED


def _digits(handle: BinaryIO, place: int) -> str:
    handle.seek(place)
    return handle.read(len(UNSEALED)).decode()


def _place(handle: BinaryIO, suffix: str) -> int | None:
    """The offset of the digest; None where there is none."""
    start, content = _window(handle, suffix)
    found = list((_ESCAPED if suffix == ".safetensors" else _DIGEST).finditer(content))
    # A notebook's record stands behind its cells, any other before what it is about
    return start + found[-1 if suffix == ".ipynb" else 0].start(1) if found else None


def _window(handle: BinaryIO, suffix: str) -> tuple[int, bytes]:
    """The part of a file that the record is in, as offset and content: of large formats the header or footer."""
    size = handle.seek(0, 2)
    start, length = 0, size
    if suffix == ".safetensors":
        handle.seek(0)
        start, length = 8, int.from_bytes(handle.read(8), "little")
    elif suffix == ".parquet":
        handle.seek(max(size - 8, 0))
        length = int.from_bytes(handle.read(4), "little")
        start = max(size - 8 - length, 0)
    elif suffix == ".npy":
        start = array_end(handle)
    handle.seek(start)
    return start, handle.read(min(length, size - start))


def array_end(handle: BinaryIO) -> int:
    """The offset behind the values of an array's file (npy), where its record begins.

    Raises:
        ValueError: It is no such file.
    """
    import numpy as np  # not where only text is written

    handle.seek(0)
    version = np.lib.format.read_magic(handle)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(handle)
    return handle.tell() + int(np.prod(shape, dtype=np.int64)) * dtype.itemsize


def _patches(handle: BinaryIO, suffix: str, place: int, digits: bytes) -> list[_Patch]:
    """The bytes of a file that are others when the digest becomes `digits`."""
    patches = [_Patch(place, digits)]
    if suffix == ".png":
        patches += [_checksum(handle, start, length, patches[0]) for start, length in _chunks(handle, place)]
    return patches


def _chunks(handle: BinaryIO, place: int) -> Iterator[tuple[int, int]]:
    """Offset of the type, and length of the content, of the chunk of a PNG that an offset lies in."""
    start = len(_PNG)
    while True:
        handle.seek(start)
        head = handle.read(8)
        if len(head) < 8:
            return
        length = int.from_bytes(head[:4], "big")
        if start + 8 <= place < start + 8 + length:
            yield start + 4, length
        start += length + 12


def _checksum(handle: BinaryIO, start: int, length: int, patch: _Patch) -> _Patch:
    """The checksum of a chunk with the patch in it."""
    handle.seek(start)
    chunk = bytearray(handle.read(4 + length))
    chunk[patch.offset - start : patch.offset - start + len(patch.content)] = patch.content
    return _Patch(start + 4 + length, zlib.crc32(chunk).to_bytes(4, "big"))


def _sha256(handle: BinaryIO, patches: list[_Patch]) -> str:
    """The SHA-256 of a file with patches in it."""
    digest, offset = hashlib.sha256(), 0
    for patch in sorted(patches, key=lambda one: one.offset):
        offset = _feed(digest, handle, offset, patch.offset)
        digest.update(patch.content)
        offset += len(patch.content)
    _feed(digest, handle, offset, None)
    return digest.hexdigest()


def _feed(digest: hashlib._Hash, handle: BinaryIO, start: int, stop: int | None) -> int:
    """Digest the bytes from `start` up to `stop`, or to the end; the offset behind them."""
    handle.seek(start)
    while stop is None or start < stop:
        block = handle.read(_BLOCK if stop is None else min(_BLOCK, stop - start))
        if not block:
            break
        digest.update(block)
        start += len(block)
    return start
