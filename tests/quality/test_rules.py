"""The form of every rule and rule file, and that rule, script and spec fit together."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from sources import PAPERS, ROOT, RULE_FILES, SCRIPTS, imported, paper_of

from vitatlas.commands.plan.dag import PlannedJob, jobs_of
from vitatlas.jobs.fingerprint import environment_fingerprint, without_fingerprint
from vitatlas.paper.specs import Builder, Built, Specs
from vitatlas.papers import papers
from vitatlas.project.atlas import load_atlas
from vitatlas.project.shared_specs import BUILDERS as SHARED
from vitatlas.project.shared_specs import ProjectSettings

TIER = "smoke"
"""The tier whose jobs are looked at: its artifacts need nearly every rule."""

MINE = {"data": "documents", "model": "mini-vit"}
OWN = {"components": {"mine": {**MINE, "words": "words.txt"}}, "features": {"mine": MINE}}
"""What only users have in their configuration, by paper."""

ATLAS = load_atlas(ROOT, {"tier": TIER, **{paper: {"own": own} for paper, own in OWN.items()}})
BUILDERS: dict[tuple[str | None, str], Builder] = {
    **{(None, builder.rule): builder for builder in SHARED},
    **{(name, builder.rule): builder for name, paper in papers().items() for builder in paper.builders},
}
"""By paper, None for what is shared, and rule: several papers may build the spec of one shared rule."""

BUILT_BY_PAPERS = {"invariants"}
"""Shared rules whose spec each paper builds."""

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


OPEN = [name for name in JOBS if PAPER[name] in (None, *ATLAS.rooms)]
"""Rules that have jobs; those of a paper that the tier does not name yet have none."""

CONFIGURED = {
    "data": next(iter(ATLAS.config.data)),
    "reading": next(iter(ATLAS.config.pictures.readings)),
    "own": "mine",
}
"""Wildcards of which no artifact needs any: what the configuration names."""


@dataclass(frozen=True)
class Job:
    """One job of a rule."""

    rule: str
    wildcards: SimpleNamespace

    @property
    def paper(self) -> str | None:
        """The paper that it is for; None for all."""
        return PAPER[self.rule] or getattr(self.wildcards, "paper", None)

    @property
    def builder(self) -> Builder:
        """What builds its spec."""
        return BUILDERS[self._owner, self.rule]

    @property
    def specs(self) -> Specs:
        """The specs among which its own is."""
        return ATLAS.rooms[self._owner].specs if self._owner else ATLAS.specs

    @property
    def settings(self):
        """The settings that its builder gets."""
        if self._owner:
            return ATLAS.rooms[self._owner].settings
        return ProjectSettings(ATLAS.config, ATLAS.zoo, rooms=ATLAS.rooms, root=ATLAS.root)

    @cached_property
    def spec(self) -> dict:
        """Its spec, as its script gets it."""
        return ATLAS.spec_of(self.rule, self.wildcards)

    @property
    def script(self) -> str:
        """The script that its command starts."""
        named = re.search(r"python (workflow/scripts/\S+\.py)", JOBS[self.rule])[1]
        of_spec = {key: value for key, value in self.spec.items() if isinstance(value, str)}
        return named.format(wildcards=self.wildcards, params=SimpleNamespace(spec=of_spec))

    @property
    def _owner(self) -> str | None:
        return self.paper if self.rule in BUILT_BY_PAPERS else PAPER[self.rule]


@cache
def planned() -> list[PlannedJob]:
    """The jobs of the tier, done or not, those of tutorials too."""
    tutorials = [f"{paper}_tutorial" for paper in ATLAS.tutorials]
    return jobs_of(["all", *tutorials], [f"tier={TIER}"], ROOT)


@cache
def jobs(rule: str) -> list[Job]:
    """One job of a rule; of a shared rule with jobs of several papers, one of each."""
    found = {job.wildcards.get("paper"): job.wildcards for job in planned() if job.rule == rule}
    named = set(re.findall(r"{(\w+)}", re.search(r"^    log:\n(.*)", JOBS[rule], re.MULTILINE)[1]))
    if not found and "paper" not in named:
        found = {None: borrowed(rule, named)}
    return [Job(rule, SimpleNamespace(**wildcards)) for wildcards in found.values()]


def borrowed(rule: str, named: set[str]) -> Mapping[str, str]:
    """Wildcards for a rule that no artifact needs: those of the job, of the same paper, that has most of them."""
    others = [job.wildcards for job in planned() if PAPER[rule] in (None, PAPER.get(job.rule))]
    most = max(others, key=lambda wildcards: len(named & wildcards.keys()))
    return {**most, **{name: CONFIGURED[name] for name in named & CONFIGURED.keys()}}


def test_rules_are_found():
    assert len(JOBS) >= 30
    assert {"relations", None} <= set(PAPER.values())


def test_every_rule_has_a_spec_and_every_spec_a_rule():
    of_papers = {(paper, rule) for paper, rule in BUILDERS if rule not in BUILT_BY_PAPERS}
    assert of_papers == {(PAPER[name], name) for name in JOBS if name not in BUILT_BY_PAPERS}
    assert {name for name in JOBS if PAPER[name] is None} >= BUILT_BY_PAPERS


def test_a_rule_has_one_builder():
    builders = [*SHARED, *(builder for paper in papers().values() for builder in paper.builders)]
    assert len(builders) == len(BUILDERS)


def test_every_rule_has_a_job_and_shared_ones_of_every_paper():
    """Otherwise the tests below would look at nothing."""
    assert [name for name in OPEN if not jobs(name)] == []
    assert {job.paper for job in jobs("page")} == set(ATLAS.rooms)


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
    wanted = f"atlas.{name}_spec" if name in BUILT_BY_PAPERS else f"{room}.specs.{name}"
    assert f"        spec={wanted},\n" in JOBS[name], f"rule {name}: params must hold spec={wanted}"
    assert "--spec {params.spec:q}" in JOBS[name]
    assert JOBS[name].rstrip().endswith('--log {log} &> {log}"')


@pytest.mark.parametrize("name", OPEN)
def test_the_fingerprint_is_of_the_script_that_the_rule_starts(name):
    for job in jobs(name):
        assert (ROOT / job.script).is_file()
        assert job.script == f"workflow/{job.specs.program_of(name, job.spec)}"
        assert Path(job.script).name in job.spec["code"]


@pytest.mark.parametrize("name", OPEN)
def test_a_script_is_named_as_its_rule(name):
    for job in jobs(name):
        assert Path(job.script).stem == (f"table_{job.spec['family']}" if name == "table" else name)
        assert paper_of(ROOT / job.script) in (PAPER[name], job.paper)


def test_every_script_is_a_rules():
    started = {job.script for name in OPEN for job in jobs(name)}
    ours = [path for path in SCRIPTS if paper_of(path) in (None, *ATLAS.rooms)]
    families = {path for path in ours if path.stem.startswith("table_")}
    assert {str(path.relative_to(ROOT)) for path in ours if path not in families} <= started


@pytest.mark.parametrize("name", OPEN)
def test_the_fingerprint_is_of_the_image_that_the_rule_runs_in(name):
    image = re.search(r"^    container:\n        (\w+)_IMAGE$", JOBS[name], re.MULTILINE)[1].lower()
    for job in jobs(name):
        assert job.spec["environment"] == environment_fingerprint(ROOT / "envs", image)


@pytest.mark.parametrize("name", JOBS)
def test_a_rule_gets_a_gpu_where_its_spec_says_so(name):
    asked = re.findall(r"\*\*on_gpu\((.*)\),", JOBS[name])
    on_gpu = any(builder.gpu for (_, rule), builder in BUILDERS.items() if rule == name)
    assert asked == ([f'"{name}"'] if on_gpu else [])


@pytest.mark.parametrize("name", OPEN)
def test_builder_and_script_name_types_that_read_back_what_was_built(name):
    for job in jobs(name):
        plain, built = without_fingerprint(job.spec), job.builder.build(job.settings, job.wildcards)
        spec = built.spec if isinstance(built, Built) else built
        assert type(spec).model_validate(plain) == spec
        read = type_in(ROOT / job.script).model_validate(plain)
        assert type(spec).model_validate(read.model_dump(mode="json")) == spec


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
    assert folders <= {ROOT.name, "rules", *PAPERS}


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
