"""Whatever is thrown at a script or a command, its user reads one error and no traceback."""

import runpy
import sys
from pathlib import Path

import pytest

import vitatlas.jobs.start  # before a script is the program: it changes the environment of none but scripts
from vitatlas.errors import UserError
from vitatlas.jobs import job as jobs
from vitatlas.jobs.job import Files, Job

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "workflow/scripts").rglob("*.py"))
COMMANDS = {
    "workflow/commands/bundle.py": ("vitatlas.commands.bundle.make.load_atlas", ["figure_02"]),
    "workflow/commands/check_encoders.py": ("vitatlas.project.load.load_zoo", []),
    "workflow/commands/components/own.py": (
        "vitatlas.components.own.command.load_zoo",
        ["--model", "m", "--data", "d", "--words", "w"],
    ),
    "workflow/commands/convert_checkpoint.py": (
        "vitatlas.models.convert.command.convert",
        ["a.onnx", "b.safetensors", "--timm", "x"],
    ),
    "workflow/commands/document.py": ("vitatlas.commands.document.documents", []),
    "workflow/commands/features/own.py": ("vitatlas.features.own.command.load_zoo", ["--model", "m", "--data", "d"]),
    "workflow/commands/identify.py": ("vitatlas.commands.identify.named.file_of", ["figure_02"]),
    "workflow/commands/plan.py": ("vitatlas.commands.plan.plan.make_plan", []),
    "workflow/commands/publish.py": ("vitatlas.commands.publish.publish", []),
    "workflow/commands/record.py": ("vitatlas.commands.plan.gather.record", []),
    "workflow/commands/restyle.py": ("vitatlas.commands.restyle.restyle", ["--style", "dark"]),
    "workflow/commands/run.py": ("vitatlas.commands.progress.shorten", ["--cores", "1", "no_such_target"]),
    "workflow/commands/update_lock.py": ("vitatlas.project.load.load_zoo", ["m"]),
    "workflow/commands/verify.py": ("vitatlas.commands.verify.findings.verify", []),
    "workflow/commands/what_if.py": ("vitatlas.commands.reruns.what_if.what_if", ["x.py"]),
    "workflow/commands/why.py": ("vitatlas.commands.reruns.why.why", []),
    "containers/build.py": ("vitatlas.containers.build.Builder", []),
}
"""The function of each command that throws, and its command line."""

THROWN = [
    RuntimeError("of a library"),
    PermissionError(13, "Permission denied", "/somebody/elses"),
    OSError(28, "No space left on device", "results/full"),
    KeyError("column"),
]


class Throwing:
    """Something whose every use raises an error."""

    def __init__(self, error):
        object.__setattr__(self, "_error", error)

    def __getattr__(self, _):
        raise self._error


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def end_of(program, words, monkeypatch, capfd):
    """What is said at the end of a program that failed."""
    monkeypatch.setattr(sys, "argv", [str(ROOT / program), *words])
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    with pytest.raises(SystemExit) as stop:
        runpy.run_path(str(ROOT / program), run_name="__main__")
    said = capfd.readouterr().err
    assert stop.value.code == 1 and "Traceback" not in said, said
    return said


def told(said, error):
    """Whether an error is told as it should be: what was done, or what the system refuses, and what to do."""
    known = isinstance(error, OSError)
    return (
        "error: " in said
        and "remedy:" in said
        and (str(error.filename) in said if known else type(error).__name__ in said)
    )


@pytest.mark.parametrize("program", SCRIPTS)
def test_a_script_ends_with_one_error(program, monkeypatch, capfd):
    for error in THROWN:
        thrown = Job(Files({}, "input"), Throwing(error), Throwing(error), {}, None)
        monkeypatch.setattr(jobs, "parse", lambda _, thrown=thrown: thrown)
        words = ["--output", "table", "results/x.parquet", "--log", "results/demo/logs/x.log"]
        said = end_of(program, words, monkeypatch, capfd)
        # A job may look first for an input, of which there is none
        assert told(said, error) or ("error: " in said and type(error).__name__ not in said)


@pytest.mark.parametrize("words", [["--spec", "{"], ["--spec", "[1]"], ["--input", "tables", "none.parquet"]])
@pytest.mark.parametrize("program", SCRIPTS)
def test_a_script_that_is_handed_nonsense_says_so(program, words, monkeypatch, capfd):
    assert end_of(program, words, monkeypatch, capfd).startswith("error: ")


def test_every_command_is_tried():
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "workflow/commands").rglob("*.py")}
    assert there | {"containers/build.py"} == COMMANDS.keys()


@pytest.mark.parametrize("program", COMMANDS)
def test_a_command_ends_with_one_error(program, monkeypatch, capfd):
    function, words = COMMANDS[program]
    known = [] if "publish" in program else [UserError("known", remedy="x")]  # one paper's does not keep others back
    for error in (*THROWN, *known):

        def throw(*_, error=error, **__):
            raise error

        monkeypatch.setattr(function, throw)
        said = end_of(program, words, monkeypatch, capfd)
        assert told(said, error) or (isinstance(error, UserError) and "error: known" in said)


def test_a_library_that_is_missing_is_named(monkeypatch, capfd):
    """What fails before the program begins reaches the exception hook."""
    monkeypatch.setattr(sys, "argv", ["figure.py", "--output", "png", "a.png"])
    vitatlas.jobs.start.end_with_one_error(ModuleNotFoundError, ModuleNotFoundError("x", name="papermill"), None)
    assert "the library 'papermill' is not installed" in capfd.readouterr().err
