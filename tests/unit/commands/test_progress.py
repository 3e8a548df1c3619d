"""Snakemake's output in short, and numbers on command lines."""

import argparse
import io

import pytest

from vitatlas.commands.amounts import cores, count, length, positive
from vitatlas.commands.progress import shorten

START = """Using workflow specific profile profiles/default for setting default command line arguments.
Building DAG of jobs...
Provided cores: 2 (use --cores to define parallelism)
Job stats:
job              count
-------------  -------
finetune           200
total              200

Select jobs to execute...
"""
ERROR = """[Mon Nov 30 19:53:27 2026]
Error in rule finetune:
    message: None
    log: results/demo/logs/finetune.log (check log file(s) for error details)
"""


def steps(numbers, total):
    return [
        line
        for number in numbers
        for line in (
            "[Mon Nov  2 09:53:27 2026]",
            f"Finished jobid: {number} (Rule: finetune)",
            f"{number} of {total} steps ({100 * number // total}%) done",
        )
    ]


def shown(lines, live):
    out = io.StringIO()
    nothing = shorten(lines, out, live=live)
    return out.getvalue(), nothing


def test_on_a_terminal_progress_is_one_line():
    text, nothing = shown([*START.splitlines(), *steps(range(1, 201), 200)], live=True)
    assert text.count("\n") == 1 and text.endswith("\r200 of 200 jobs (100 %)\n") and not nothing


def test_elsewhere_there_is_a_line_per_tenth():
    lines = shown([*START.splitlines(), *steps(range(1, 201), 200)], live=False)[0].splitlines()
    assert len(lines) == 11 and lines[-1] == "200 of 200 jobs (100 %)"


@pytest.mark.parametrize("live", [True, False])
def test_what_is_out_of_the_ordinary_is_shown_in_full(live):
    text, _ = shown([*steps([1], 9), *ERROR.splitlines(), *steps([2], 9), "a job's own words"], live)
    assert "\n".join(ERROR.splitlines()[1:]) in text and "[Mon" not in text
    assert "\nError in rule" in text and text.endswith("\na job's own words\n")


def test_that_there_is_nothing_to_do_is_shown_and_told():
    said = "Nothing to be done (all requested files are present and up to date)."
    assert shown(["Building DAG of jobs...", said], live=True) == (f"{said}\n", True)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *((cores, text) for text in ("two", "0", "-3", "1.5", "", "²")),
        *((positive, text) for text in ("all", "1e3", "-1")),
        *((length, text) for text in ("wide", "nan", "0", "inf")),
    ],
)
def test_what_is_no_amount_is_refused_with_the_value(kind, text):
    with pytest.raises(argparse.ArgumentTypeError, match=f"'{text}' is no "):
        kind(text)


def test_amounts_are_taken():
    assert (cores("all"), cores("4"), positive("12"), length("5.5")) == ("all", "4", 12, 5.5)
    assert count("3") == 3 and count("all") >= 1
