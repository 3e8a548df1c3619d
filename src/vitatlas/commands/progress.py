"""Snakemake's output in short: progress in one line, and all that is out of the ordinary."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TextIO

QUIET = ("--quiet", "rules", "reason", "host")
"""Snakemake's option that leaves out every job's rule and the reasons for it."""

NOTHING = "Nothing to be done"

_DONE = re.compile(r"(\d+) of (\d+) steps \((\d+)(?:\.\d+)?%\) done")
_ORDINARY = re.compile(
    r"\[\w{3} \w{3} [ \d]\d [\d:]+ \d{4}\]$|Finished jobid: |Select jobs to execute|Execute \d+ jobs|Using shell: |"
    r"Provided |Rules claiming more threads|Singularity containers: |Using (workflow specific )?profile|"
    r"Assuming unrestricted shared|Building DAG of jobs|Complete log|Job stats:$|$"
)


def shorten(lines: Iterable[str], out: TextIO, *, live: bool) -> bool:
    """Write what of the lines is worth it; whether they say that there was nothing to be done.

    Args:
        lines: Of Snakemake, as they come.
        out: Where to write.
        live: Whether it is a terminal, on which one line can be written anew; else there is one per tenth of the jobs.
    """
    nothing = table = open_line = False
    tenth = -1
    for line in lines:
        text = line.rstrip()
        nothing |= text.startswith(NOTHING)
        # The table of jobs ends with an empty line.
        table = text == "Job stats:" or (table and bool(text))
        if table or _ORDINARY.match(text):
            continue
        if done := _DONE.fullmatch(text):
            if live:
                out.write(f"\r{done[1]} of {done[2]} jobs ({done[3]} %)")
            elif int(done[3]) // 10 > tenth:
                out.write(f"{done[1]} of {done[2]} jobs ({done[3]} %)\n")
            open_line, tenth = live, int(done[3]) // 10
        else:
            out.write("\n" * open_line + f"{text}\n")
            open_line = False
        out.flush()
    out.write("\n" * open_line)
    return nothing
