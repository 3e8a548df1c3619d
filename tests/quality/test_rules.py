"""The form of every rule and rule file, and that rule, script and spec fit together."""

import ast
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from sources import PAPERS, ROOT, RULE_FILES, SCRIPTS, imported, paper_of

from vitatlas.jobs.fingerprint import environment_fingerprint, without_fingerprint
from vitatlas.paper.specs import Built, Specs
from vitatlas.project.atlas import load_atlas
from vitatlas.project.load import builders_of
from vitatlas.project.shared_specs import ProjectSettings

ATLAS = load_atlas(ROOT, {})
BUILDERS = {builder.rule: builder for builder in builders_of(ATLAS.config)}
WILDCARDS = {
    **{"paper": "relations", "geometry": "mini", "model": "mini-objects", "task": "rmts", "setting": "256"},
    **{"run": "0", "auxiliary": "both", "canvas": "48", "shard": "0", "artifact": "figure_02"},
}
OTHERS = {"table": {"artifact": "table_02"}, "zero_shot": {"task": "discrimination"}}
"""Wildcards of rules that do not take all of those above."""
DIRECTIVES = ("output", "params", "log", "benchmark", "threads", "resources", "container", "shell")
LONGEST = 130


def rules() -> dict[str, tuple[Path, str]]:
    """The file and the text of each rule that has a name of its own, by name."""
    found = {}
    for path in RULE_FILES:
        blocks = re.split(r"^(?=(?:rule|checkpoint) \w+:)", path.read_text(), flags=re.MULTILINE)
        for block in blocks[1:]:
            body = re.split(r"^(?=\S)", block, flags=re.MULTILINE)[1]
            name = re.match(r"\w+ (\w+):", body)[1]
            assert name not in found, f"there are two rules {name}"
            found[name] = path, body
    return found


RULES = {name: text for name, (_, text) in rules().items()}
JOBS = {
    name: text
    for name, text in RULES.items()
    if re.search(r"^    (shell|script|run|notebook|wrapper):", text, re.MULTILINE)
}
PAPER = {name: paper_of(path) for name, (path, _) in rules().items()}
"""The paper that a rule belongs to; None for those that all papers share."""


def wildcards(rule: str) -> SimpleNamespace:
    """Those of one job of a rule."""
    return SimpleNamespace(**(WILDCARDS | OTHERS.get(rule, {})))


def specs_of(rule: str) -> Specs:
    """The specs among which a rule's is."""
    return next(specs for specs in (ATLAS.specs, *(room.specs for room in ATLAS.rooms.values())) if rule in specs.rules)


@cache
def spec_of(rule: str) -> dict:
    """The spec of one job of a rule."""
    return ATLAS.spec_of(rule, wildcards(rule))


def script_of(rule: str) -> str:
    """The script that the command of one job of a rule starts."""
    named = re.search(r"python (workflow/scripts/\S+\.py)", JOBS[rule])[1]
    of_spec = {key: value for key, value in spec_of(rule).items() if isinstance(value, str)}
    return named.format(wildcards=wildcards(rule), params=SimpleNamespace(spec=of_spec))


def test_rules_are_found():
    assert len(JOBS) >= 30
    assert {"relations", None} <= set(PAPER.values())


def test_every_rule_has_a_spec_and_every_spec_a_rule():
    assert sorted(BUILDERS) == sorted(JOBS)
    assert len(BUILDERS) == len(builders_of(ATLAS.config))


@pytest.mark.parametrize("name", JOBS)
def test_rule_has_every_directive(name):
    missing = [directive for directive in DIRECTIVES if not re.search(rf"^    {directive}:", JOBS[name], re.MULTILINE)]
    assert not missing, f"rule {name} lacks {', '.join(missing)}"


@pytest.mark.parametrize("name", RULES)
def test_rule_has_a_docstring(name):
    assert re.match(r'rule \w+:\n    """[A-Z].*', RULES[name]), f"rule {name} has no docstring"


@pytest.mark.parametrize("name", JOBS)
def test_rule_hands_over_its_spec(name):
    room = "atlas" if PAPER[name] is None else f"atlas.{PAPER[name]}"
    wanted = "atlas.invariants_spec" if name == "invariants" else f"{room}.specs.{name}"
    assert f"        spec={wanted},\n" in JOBS[name], f"rule {name}: params must hold spec={wanted}"
    assert "--spec {params.spec:q}" in JOBS[name]
    assert JOBS[name].rstrip().endswith('--log {log} &> {log}"')


@pytest.mark.parametrize("name", JOBS)
def test_the_fingerprint_is_of_the_script_that_the_rule_starts(name):
    script, spec = script_of(name), spec_of(name)
    assert (ROOT / script).is_file()
    assert script == f"workflow/{specs_of(name).program_of(name, spec)}"
    assert Path(script).name in spec["code"]


@pytest.mark.parametrize("name", JOBS)
def test_a_script_is_named_as_its_rule(name):
    own = {"table": "table_behaviour"}.get(name, name)
    assert Path(script_of(name)).stem == own
    assert paper_of(ROOT / script_of(name)) in (PAPER[name], WILDCARDS["paper"])


def test_every_script_is_a_rules():
    started = {script_of(name) for name in JOBS}
    families = {path for path in SCRIPTS if path.stem.startswith("table_")}
    assert {str(path.relative_to(ROOT)) for path in SCRIPTS if path not in families} <= started


@pytest.mark.parametrize("name", JOBS)
def test_the_fingerprint_is_of_the_image_that_the_rule_runs_in(name):
    image = re.search(r"^    container:\n        (\w+)_IMAGE$", JOBS[name], re.MULTILINE)[1].lower()
    assert spec_of(name)["environment"] == environment_fingerprint(ROOT / "envs", image)


@pytest.mark.parametrize("name", JOBS)
def test_a_rule_gets_a_gpu_where_its_spec_says_so(name):
    asked = re.findall(r"\*\*on_gpu\((.*)\),", JOBS[name])
    assert asked == ([f'"{name}"'] if name in ATLAS.gpu_rules else [])


@pytest.mark.parametrize("name", JOBS)
def test_builder_and_script_name_types_that_read_back_what_was_built(name):
    plain, built = without_fingerprint(spec_of(name)), BUILDERS[name].build(settings_of(name), wildcards(name))
    spec = built.spec if isinstance(built, Built) else built
    assert type(spec).model_validate(plain) == spec
    read = type_in(ROOT / script_of(name)).model_validate(plain)
    assert type(spec).model_validate(read.model_dump(mode="json")) == spec


def settings_of(rule: str):
    """The settings that the builder of a rule gets."""
    if rule in ATLAS.specs.rules:
        return ProjectSettings(ATLAS.config, ATLAS.zoo, "", ATLAS.rooms, ATLAS.root)
    return ATLAS.relations.settings


def type_in(script: Path) -> type:
    """The type of specs that a script names in `run(job, Spec)`."""
    calls = [node for node in ast.walk(ast.parse(script.read_text())) if isinstance(node, ast.Call)]
    name = next(call.args[1].id for call in calls if getattr(call.func, "id", None) == "run")
    module = next(found for found in imported(script) if found.endswith(f".{name}")).rpartition(".")[0]
    return getattr(import_module(module), name)


@pytest.mark.parametrize("name", JOBS)
def test_inputs_and_outputs_are_named(name):
    for directive in ("input", "output"):
        block = re.search(rf"^    {directive}:\n((?:        .*\n)+)", JOBS[name], re.MULTILINE)
        items = re.findall(r"^        (\S.*)$", block[1], re.MULTILINE) if block else []
        unnamed = [item for item in items if not re.match(r"(\w+=|unpack\(|\)|\])", item)]
        assert not unnamed, f"rule {name}, {directive}: {unnamed}"


@pytest.mark.parametrize("name", JOBS)
def test_logs_and_benchmarks_lie_at_the_same_place(name):
    """From a job's name, which its outputs carry, to what it took."""
    log, benchmark = (
        re.search(rf'^    {part}:\n        "<{part}s>/(.*)\.\w+",?$', JOBS[name], re.MULTILINE)[1]
        for part in ("log", "benchmark")
    )
    assert log == benchmark


@pytest.mark.parametrize("name", [name for name in JOBS if PAPER[name]])
def test_a_papers_rule_writes_below_its_paper(name):
    """But weights, which all papers find at one place."""
    block = re.search(r"^    output:\n((?:        .*\n)+)", JOBS[name], re.MULTILINE)[1]
    for folder, rest in re.findall(r'"<results>/(\w+)/([^"]*)"', block):
        assert folder == "weights" or rest.startswith(f"{PAPER[name]}/"), f"{folder}/{rest}"


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rule_file_says_what_it_is_for(path):
    assert path.read_text().startswith('"""')


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rule_file_holds_no_lambda_and_stays_short(path):
    text = path.read_text()
    assert "lambda" not in text
    assert text.count("\n") <= LONGEST


def test_rule_files_of_a_paper_lie_in_its_folder():
    folders = {path.parent.name for path in RULE_FILES}
    assert folders == {ROOT.name, "rules", *PAPERS}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT / "workflow/scripts")))
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
