"""What every rule and rule file must have."""

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from vitatlas.atlas import load_atlas
from vitatlas.fingerprint import environment_fingerprint

ROOT = Path(__file__).resolve().parents[2]
RULE_FILES = [ROOT / "Snakefile", *sorted((ROOT / "rules").glob("*.smk"))]
ATLAS = load_atlas(ROOT, {})
WILDCARDS = SimpleNamespace(
    paper="relations",
    artifact="figure_02",
    geometry="mini",
    model="mini-objects",
    task="rmts",
    setting="256",
    seed="0",
    auxiliary="both",
    canvas="48",
    shard="0",
)
DIRECTIVES = ("output", "params", "log", "benchmark", "threads", "resources", "container", "shell")


def rules() -> dict[str, str]:
    """The text of each rule that runs something, by name."""
    found = {}
    for path in RULE_FILES:
        blocks = re.split(r"^(?=(?:rule|checkpoint) \w+:)", path.read_text(), flags=re.MULTILINE)
        for block in blocks[1:]:
            body = re.split(r"^(?=\S)", block, flags=re.MULTILINE)[1]
            name = re.match(r"\w+ (\w+):", body)[1]
            found[name] = body
    return found


RULES = rules()
JOBS = {
    name: text
    for name, text in RULES.items()
    if re.search(r"^    (shell|script|run|notebook|wrapper):", text, re.MULTILINE)
}


def test_rules_are_found():
    assert len(JOBS) >= 10


@pytest.mark.parametrize("name", JOBS)
def test_rule_has_every_directive(name):
    missing = [directive for directive in DIRECTIVES if not re.search(rf"^    {directive}:", JOBS[name], re.MULTILINE)]
    assert not missing, f"rule {name} lacks {', '.join(missing)}"


@pytest.mark.parametrize("name", RULES)
def test_rule_has_a_docstring(name):
    assert re.match(r'rule \w+:\n    """[A-Z].*', RULES[name]), f"rule {name} has no docstring"


@pytest.mark.parametrize("name", JOBS)
def test_rule_hands_over_its_spec(name):
    assert re.search(r"^        spec=specs\.\w+,$", JOBS[name], re.MULTILINE), (
        f"rule {name}: params must hold spec=specs.…"
    )
    assert "--spec {params.spec:q}" in JOBS[name]
    assert "&> {log}" in JOBS[name]


@pytest.mark.parametrize("name", JOBS)
def test_the_fingerprint_is_of_the_image_that_the_rule_runs_in(name):
    image = re.search(r"^    container:\n        (\w+)_IMAGE$", JOBS[name], re.MULTILINE)[1].lower()
    build = getattr(ATLAS.specs, re.search(r"spec=specs\.(\w+)", JOBS[name])[1])
    assert build(WILDCARDS)["environment"] == environment_fingerprint(ROOT / "envs", image)


@pytest.mark.parametrize("name", JOBS)
def test_inputs_and_outputs_are_named(name):
    for directive in ("input", "output"):
        block = re.search(rf"^    {directive}:\n((?:        .*\n)+)", JOBS[name], re.MULTILINE)
        items = re.findall(r"^        (\S.*)$", block[1], re.MULTILINE) if block else []
        unnamed = [item for item in items if not re.match(r"(\w+=|unpack\(|\)|\])", item)]
        assert not unnamed, f"rule {name}, {directive}: {unnamed}"


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.name)
def test_rule_file_says_what_it_is_for(path):
    assert path.read_text().startswith('"""')


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.name)
def test_rule_file_holds_no_lambda_and_stays_short(path):
    text = path.read_text()
    assert "lambda" not in text
    assert text.count("\n") <= 130


@pytest.mark.parametrize("path", sorted((ROOT / "workflow/scripts").glob("[a-z]*.py")), ids=lambda path: path.name)
def test_script_is_thin(path):
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree)
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert functions in ([], ["main"]), "logic belongs in src/vitatlas"
    assert path.read_text().count("\n") <= 40


def test_final_artifacts_are_report_items():
    for name in ("figure", "table"):
        for part in ("report(", "caption=", "category=", "labels="):
            assert part in JOBS[name]
