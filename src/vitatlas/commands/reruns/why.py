"""Why targets would be made again, as text: equal reasons together, causes before what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vitatlas.commands.plan.dag import PlannedJob, pending_jobs
from vitatlas.commands.reruns.changes import images_by_digest, listed
from vitatlas.commands.reruns.reasons import Reason, reason_of

MOST_EXAMPLES = 3
Member = tuple[PlannedJob, Reason]


def why(targets: Sequence[str], tier: str, settings: Sequence[str], checkout: Path) -> str:
    """Why the targets would be made again, from one dry run.

    Args:
        targets: As on Snakemake's command line; none for everything.
        settings: Further values of the configuration, as after Snakemake's `--config`.
        checkout: Folder of the project.

    Raises:
        SnakemakeRefused: An unknown target, or a mistake in the configuration.
    """
    jobs = pending_jobs(targets, [f"tier={tier}", *settings], checkout)
    title = f"{' '.join(targets) or 'everything'}, tier {tier}"
    if not jobs:
        return f"{title}: up to date. Nothing would run."
    images = images_by_digest(checkout)
    makers = {path: job.rule for job in jobs for path in job.outputs}
    reasons = [(job, reason_of(job, makers, images, checkout)) for job in jobs]
    return as_text(title, reasons)


def as_text(title: str, reasons: Sequence[Member]) -> str:
    """Jobs and their reasons in words.

    Args:
        reasons: In the order in which the jobs would run.
    """
    groups: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Member]] = {}
    for job, reason in reasons:
        said = tuple(cause.what for cause in reason.causes)
        groups.setdefault((job.rule, said, () if said else reason.after), []).append((job, reason))
    causes = [line for (rule, said, _), members in groups.items() if said for line in _cause(rule, members)]
    follows = [
        f"  {counted(len(members))} of rule {rule}: made from what {listed(list(after))} would make anew"
        for (rule, said, after), members in groups.items()
        if not said
    ]
    lines = [f"{title}: {counted(len(reasons))} would run.", "", "Why", *causes]
    return "\n".join(lines + (["", "What follows from that", *follows] if follows else []))


def _cause(rule: str, members: Sequence[Member]) -> list[str]:
    """The lines on jobs of one rule that run for the same causes."""
    lines = [f"  {counted(len(members))} of rule {rule}"]
    for number, cause in enumerate(members[0][1].causes):
        details = {reason.causes[number].detail for _, reason in members}
        detail = details.pop() if len(details) == 1 else "another in each"
        lines.append(f"    {cause.what}: {detail}" if detail else f"    {cause.what}")
    names = [" ".join(job.wildcards.values()) for job, _ in members]
    rest = len(names) - MOST_EXAMPLES
    shown = [name for name in names[:MOST_EXAMPLES] if name]
    return lines + ([f"    of {'; '.join(shown)}{f' and {rest} more' if rest > 0 else ''}"] if shown else [])


def counted(number: int) -> str:
    """So many jobs, in words."""
    return f"{number} job{'s' * (number != 1)}"
