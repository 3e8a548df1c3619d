"""The spec of the job that puts tables together. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.strict import Strict


class Order(Strict):
    """A column of words, and the order in which they come; a table without the column is of the first word."""

    column: str
    words: list[str] = Field(min_length=1)


class GatherSpec(Strict):
    """The tables of one cell, put one below the other. Inputs `tables`; output `table`.

    Attributes:
        cell: What all rows of all tables must say, by column.
        by: The column of numbers by which tables follow each other; one number per table.
        first_by: The column of words by which they do so before that; None where there is no such column.
    """

    cell: dict[str, str]
    by: str
    first_by: Order | None = None
