"""The file of a paper, held against the paper's keys: all that stand in it are its own, with values of their type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from vitatlas.config.read import require_known
from vitatlas.errors import UserError
from vitatlas.verdicts.keys import Keys
from vitatlas.verdicts.schema import Block, PublishedFile, Solved, Under
from vitatlas.verdicts.selections import Selection
from vitatlas.verdicts.words import fields

S = TypeVar("S", bound=Selection)


def check_numbers(content: PublishedFile, keys: Keys, path: Path) -> None:
    """Make sure that numbers have keys of the paper, and those by which `statement` names them.

    Raises:
        UserError: They do not; names the block and the key.
    """
    named = fields(content.statement) - {"rest", "analysis"}
    for name in sorted(named):
        require_known(name, [*keys.names[:-1], "rest"], "key", f"{path}: statement")
    for name, section in content.numbers.items():
        for place, block in enumerate(section.blocks):
            where = f"{path}: numbers.{name}.blocks.{place}"
            given = set()
            for key, word in _words(block):
                require_known(key, keys.names[1:], "key", where)
                _typed(key, word, keys, where)
                given.add(key)
            if missing := sorted({"model", *named} - given):
                raise UserError(
                    f"the numbers do not say of which {' and '.join(missing)} they are",
                    where=where,
                    remedy="name it under `fixed`, `rows` or `along`",
                )


def checked_solved(content: PublishedFile, keys: Keys, path: Path) -> Solved | None:
    """The section `solved`, with keys of the paper.

    Raises:
        UserError: It has others, or values of another type.
    """
    if content.solved is None:
        return None
    for key in content.solved.keys:
        require_known(key, keys.names, "key", f"{path}: solved.keys")
    return content.solved.model_copy(update={"of": _arranged(content.solved.of, keys, f"{path}: solved.of")})


def checked_under(content: PublishedFile, keys: Keys, path: Path) -> list[Under]:
    """The section `under`, with keys of the paper.

    Raises:
        UserError: It has others, or values of another type.
    """
    return [
        entry.model_copy(update={"of": _arranged(entry.of, keys, f"{path}: under.{place}.of")})
        for place, entry in enumerate(content.under)
    ]


def checked_claims(content: PublishedFile, keys: Keys, path: Path) -> list[Any]:
    """The single claims of the file, with the keys of their selections in the paper's order.

    Raises:
        UserError: A key that the paper does not have, a value of another type, or a statement or a presupposition that
            needs a key which the claim does not have; names the claim and the key.
    """
    claims = [
        _of_claim(single, keys, path) for entry in content.claims for single in _of_claim(entry, keys, path).lines()
    ]
    for claim in claims:
        _complete(claim, content.solved, path)
    return claims


def _words(block: Block) -> Iterator[tuple[str, str]]:
    """Each key of a block with each of its values."""
    yield from block.fixed.items()
    for label in block.values:
        yield from zip(block.rows, label.split(), strict=True)
    if isinstance(block.along, Mapping):
        yield from ((key, word) for key, words in block.along.items() for word in words)


def _of_claim(claim: Any, keys: Keys, path: Path) -> Any:
    """The claim with the keys of all its selections checked and in order."""

    def of_part(part: Any) -> Any:
        if isinstance(part, list):
            return [of_part(one) for one in part]
        return _arranged(part, keys, f"{path}: claim '{claim.id}'") if isinstance(part, Selection) else part

    return claim.model_copy(update={name: of_part(getattr(claim, name)) for name in claim.model_fields_set})


def _arranged(selection: S, keys: Keys, where: str) -> S:
    """The selection with its keys in the paper's order, and with values of their type."""
    kind, given = type(selection), selection.given()
    for key in given:
        require_known(key, [*keys.names, *kind.model_fields], "key", where)
    typed = {key: _typed(key, given[key], keys, where) for key in keys.names if key in given}
    own = {name: getattr(selection, name) for name in selection.model_fields_set.intersection(kind.model_fields)}
    return kind.model_validate(own | typed)


def _typed(key: str, value: Any, keys: Keys, where: str) -> Any:
    """A value, or a list of values, as the key's column has them; None stays None."""
    if isinstance(value, list):
        return [_typed(key, one, keys, where) for one in value]
    try:
        return None if value is None else keys.typed(key, value)
    except ValueError as error:
        raise UserError(f"key '{key}': {error}", where=where) from error


def _complete(claim: Any, solved: Solved | None, path: Path) -> None:
    """Make sure that the claim has the keys that its statement, and what it presupposes, are filled with."""
    given = claim.of.given()
    try:
        missing = sorted(fields(claim.statement) - given.keys())
    except ValueError as error:
        raise UserError(f"the statement of the claim '{claim.id}': {error}", where=path) from error
    if missing:
        problem = f"the statement of the claim '{claim.id}' has no words for '{missing[0]}'"
        raise UserError(problem, where=path, remedy="its {keys} must stand under `of` or `each`")
    if not claim.solved:
        return
    if solved is None:
        problem = f"the claim '{claim.id}' presupposes something solved, and the file does not say what that is"
        raise UserError(problem, where=path, remedy="add the section `solved`")
    if missing := [key for key in solved.keys if key not in given]:
        problem = f"the claim '{claim.id}' presupposes something solved, and has no {' and '.join(missing)}"
        raise UserError(problem, where=path, remedy="name it under `of` or `each`")
