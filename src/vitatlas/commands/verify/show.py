"""The outcome of `make verify`, in words."""

from __future__ import annotations

from collections.abc import Iterator

from vitatlas.commands.verify.findings import CHANGED, FOREIGN, MISSING, STALE, Finding, Verified

MOST_PATHS = 12
"""Files that are listed of those about which the same is to say."""

HEADINGS = {
    CHANGED: "edited: changed after they were written; make them again (snakemake --force FILE)",
    FOREIGN: "foreign: not the workflow's, or not of this place; move them elsewhere",
    MISSING: "missing: make them again, or what needs them",
    STALE: "stale: not what this checkout would make; `make why` says what would run",
}


def as_text(found: Verified) -> str:
    """The answer of `make verify`."""
    wrong = {finding.path for finding in found.findings if finding.kind != MISSING}
    lines = [f"tier {found.tier}: {found.files} files, of which {found.files - len(wrong)} are sound."]
    for kind, heading in HEADINGS.items():
        of_kind = [finding for finding in found.findings if finding.kind == kind]
        if of_kind:
            lines += ["", f"{len(_paths(of_kind))} {heading}", *_listed(of_kind)]
    return "\n".join([*lines, *_notes(found)])


def _paths(findings: list[Finding]) -> list[str]:
    return list(dict.fromkeys(finding.path for finding in findings))


def _listed(findings: list[Finding]) -> Iterator[str]:
    """Files about which the same is to say, together."""
    said: dict[str, list[str]] = {}
    for path in _paths(findings):
        first, *others = [finding.said for finding in findings if finding.path == path]
        said.setdefault(f"{first} (and {len(others)} more)" if others else first, []).append(path)
    for words, paths in said.items():
        yield f"  {words}"
        rest = len(paths) - MOST_PATHS
        yield from (f"    {path}" for path in paths[:MOST_PATHS])
        if rest > 0:
            yield f"    … and {rest} more"


def _notes(found: Verified) -> Iterator[str]:
    if found.unsealed or found.waiting or found.unasked:
        yield ""
    if found.unsealed:
        yield (
            f"{found.unsealed} files were written by an older version, without a digest of their own: only what they "
            "were made from could be checked."
        )
    if found.waiting:
        yield f"{found.waiting} jobs of the tier have made nothing yet."
    if found.unasked:
        yield f"Whether this checkout would make the same is unknown: {found.unasked}"
