"""Checksums of pictures: by them a changed picture is noticed when it is read."""

from __future__ import annotations

import hashlib

WHOLE, START = "sha256", "start"
"""The two kinds, which stand before a colon: of all bytes; of the number of bytes and the first ones."""

FIRST = 4096
"""How many bytes are the first ones."""


def of_whole(data: bytes) -> str:
    """`sha256:` and the SHA-256 of all bytes."""
    return f"{WHOLE}:{hashlib.sha256(data).hexdigest()}"


def of_start(data: bytes, size: int) -> str:
    """`start:` and the SHA-256 of the number of bytes in decimals, a line break, and the first 4,096 bytes.

    Args:
        data: All bytes, or at least the first.
        size: How many there are in all.
    """
    digest = hashlib.sha256(str(size).encode() + b"\n" + data[:FIRST])
    return f"{START}:{digest.hexdigest()}"


def fits(checksum: str, data: bytes) -> bool:
    """Whether these are the bytes, all of them, that a checksum of either kind was made of."""
    return checksum == (of_whole(data) if checksum.startswith(f"{WHOLE}:") else of_start(data, len(data)))
