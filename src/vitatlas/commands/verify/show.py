"""The outcome of `make verify`, in words."""

from __future__ import annotations

from collections.abc import Iterator

from vitatlas.commands.verify.findings import CHANGED, FOREIGN, MISSING, STALE, Finding, Verified

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
    for path in _paths(findings):
        said = [finding.said for finding in findings if finding.path == path]
        yield f"  {path}"
        yield f"    {said[0]}" + (f" (and {len(said) - 1} more)" if len(said) > 1 else "")


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
