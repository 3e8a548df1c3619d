"""A command line about a user's own model, from its words to the run."""

import argparse
import subprocess
import sys

import pytest

from vitatlas.commands.own.asked import Named, Prepared
from vitatlas.commands.own.start import start, words_of_all
from vitatlas.errors import UserError

PREPARED = Prepared("mine.yaml", "mine.html", "demo")
LINE = ["own.py", "--model", "mini-vit", "--data", "holiday", "--cores", "3"]


def started(monkeypatch, prepare=lambda given: PREPARED, line=LINE, status=0) -> list[list[str]]:
    """The commands that were run."""
    ran = []
    monkeypatch.setattr(sys, "argv", line)
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: ran.append(command) or argparse.Namespace(returncode=status)
    )
    start(argparse.ArgumentParser(parents=[words_of_all()]), ("model", "data"), "make x MODEL=…", prepare)
    return ran


def test_the_run_is_started_with_what_was_prepared(monkeypatch, capsys):
    given = {}
    (command,) = started(monkeypatch, lambda words: given.update(words) or PREPARED)
    assert given == {"model": "mini-vit", "data": "holiday", "architecture": "", "name": "", "tier": "demo"}
    assert command[1:5] == ["-m", "snakemake", "--cores", "3"] and command[-1] == "mine.html"
    said = capsys.readouterr().out
    assert "again: snakemake --cores 3" in said and said.endswith("page: mine.html\n")


def test_what_is_wrong_is_told_and_nothing_runs(monkeypatch, capsys):
    def refuse(_):
        raise UserError("no such model", where="MODEL")

    with pytest.raises(SystemExit) as stop:
        started(monkeypatch, refuse)
    assert stop.value.code == 1 and "error: " in capsys.readouterr().err


def test_a_run_that_failed_names_no_page(monkeypatch, capsys):
    with pytest.raises(SystemExit) as stop:
        started(monkeypatch, status=7)
    assert stop.value.code == 7 and "page:" not in capsys.readouterr().out


def test_an_empty_word_is_refused_with_how_to_say_it(monkeypatch, capsys):
    with pytest.raises(SystemExit):
        started(monkeypatch, line=["own.py", "--model", "", "--data", "x"])
    assert "make x MODEL=…" in capsys.readouterr().err


def test_a_use_is_called_by_its_pictures_and_model():
    assert Named("mini-vit", None, "own-holiday", None).use == "holiday-mini-vit"
