"""The wire format of protocol buffers: a message is a sequence of numbered fields."""

from __future__ import annotations

from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

Value = int | memoryview
"""A whole number, or bytes: a text, a message, an array, or a number of fixed size."""


def fields(message: memoryview) -> Iterator[tuple[int, Value]]:
    """The fields of a message in order, each with its number.

    Raises:
        ValueError: The bytes are no message, or end in the middle of one.
    """
    at = 0
    while at < len(message):
        tag, at = varint(message, at)
        kind = tag & 7
        if kind == VARINT:
            value, at = varint(message, at)
            yield tag >> 3, value
            continue
        if kind == BYTES:
            length, at = varint(message, at)
        elif kind in (FIXED32, FIXED64):
            length = 4 if kind == FIXED32 else 8
        else:
            raise ValueError(f"a field of unknown kind {kind}")
        if at + length > len(message):
            raise ValueError("the file ends in the middle of a field")
        yield tag >> 3, message[at : at + length]
        at += length


def varint(message: memoryview, at: int) -> tuple[int, int]:
    """The whole number that begins at a byte, and the byte behind it.

    Raises:
        ValueError: The bytes end before the number does, or it has more than 64 bits.
    """
    value = 0
    for count, byte in enumerate(message[at : at + 10]):
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return value, at + count + 1
    raise ValueError("a number has no end")


def varints(value: Value) -> list[int]:
    """The numbers of a repeated field of whole numbers: one of many fields, or all in one."""
    if isinstance(value, int):
        return [value]
    found, at = [], 0
    while at < len(value):
        number, at = varint(value, at)
        found.append(number)
    return found


def as_bytes(value: Value) -> memoryview:
    """The bytes of a field.

    Raises:
        ValueError: It is a number.
    """
    if isinstance(value, int):
        raise ValueError("a number stands where bytes belong")
    return value


def as_text(value: Value) -> str:
    """The text of a field.

    Raises:
        ValueError: It is a number, or no UTF-8.
    """
    return bytes(as_bytes(value)).decode("utf-8")
