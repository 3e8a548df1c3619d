"""Kinds of analysis table: what a descriptor declares of them is what rules, readings, invariants and figures have."""

import re
from importlib import import_module

import pytest
from sources import PAPERS, ROOT, RULE_FILES, imported, paper_of

from vitatlas.artifacts.registry import load_registry
from vitatlas.paper.descriptor import Analysis
from vitatlas.papers import papers

DECLARED = [(paper, analysis) for paper in papers().values() for analysis in paper.analyses]
DECLARATIONS = pytest.mark.parametrize(
    ("paper", "analysis"), DECLARED, ids=[f"{paper.name}-{analysis.kind}" for paper, analysis in DECLARED]
)


def handed_over(paper: str, script: str, name: str):
    """The object of this name that a paper's script hands to a shared engine; empty where it has no such script."""
    path = ROOT / f"workflow/scripts/{paper}/{script}.py"
    if not path.exists():
        return {}
    names = imported(path)
    module = next(found for found in names if found.endswith(f".{name}")).rpartition(".")[0]
    return getattr(import_module(module), name)


def test_kinds_are_declared_once():
    assert papers().keys() == set(PAPERS)
    kinds = [(paper.name, analysis.kind) for paper, analysis in DECLARED]
    assert len(kinds) == len(set(kinds)) > 10


@DECLARATIONS
def test_a_rule_makes_it_where_it_is_declared_to_lie(paper, analysis):
    texts = [path.read_text() for path in RULE_FILES if paper_of(path) == paper.name]
    # One rule may make the tables of all kinds, which its wildcard `kind` names.
    wanted = [f"<results>/analysis/{paper.name}/{kind}/{analysis.place}.parquet" for kind in (analysis.kind, "{kind}")]
    assert sum(text.count(f'"{place}"') for text in texts for place in wanted) >= 1


@DECLARATIONS
def test_its_readings_are_those_that_verdicts_are_made_from(paper, analysis):
    readers = handed_over(paper.name, "verdicts", "READERS")
    assert [reader.__name__ for reader in readers.get(analysis.kind, ())] == list(analysis.readings)


@DECLARATIONS
def test_its_invariants_are_about_it(paper, analysis):
    modules = [import_module(f"vitatlas.{paper.name}.invariants.{name}") for name in analysis.invariants]
    assert all(any(analysis.kind in one.tables for one in module.INVARIANTS) for module in modules)


@pytest.mark.parametrize("paper", papers().values(), ids=list(papers()))
def test_whatever_invariants_are_about_declares_them(paper):
    declared = {analysis.kind: analysis for analysis in paper.analyses}
    invariants = handed_over(paper.name, "invariants", "INVARIANTS")
    about = {kind for invariant in invariants for kind in invariant.tables if kind in declared}
    assert about == {kind for kind, analysis in declared.items() if analysis.invariants}


@pytest.mark.parametrize("paper", papers().values(), ids=list(papers()))
def test_every_family_of_figures_has_module_notebook_and_every_family_of_tables_a_script(paper):
    registry = load_registry(ROOT / f"config/artifacts/{paper.name}.yaml", paper)
    for artifact in registry.artifacts.values():
        if artifact.pending:
            continue
        if artifact.kind == "figure":
            module = import_module(f"{paper.figures}.{artifact.family_name}")
            assert callable(module.values) and callable(module.draw)
            assert (ROOT / artifact.template).is_file()
        else:
            assert (ROOT / f"workflow/scripts/{paper.name}/table_{artifact.family_name}.py").is_file()


@pytest.mark.parametrize("paper", papers().values(), ids=list(papers()))
def test_options_are_those_of_families(paper):
    families = {
        a.family_name for a in load_registry(ROOT / f"config/artifacts/{paper.name}.yaml", paper).artifacts.values()
    }
    assert paper.options.keys() <= families


@pytest.mark.parametrize("paper", papers().values(), ids=list(papers()))
def test_scenes_are_made_by_rules_of_the_paper(paper):
    texts = "\n".join(path.read_text() for path in RULE_FILES if paper_of(path) == paper.name)
    assert set(paper.scenes) <= set(re.findall(r"^rule (\w+):", texts, re.MULTILINE))


def test_a_kind_is_of_models_where_its_place_names_one():
    assert Analysis("any", "{model}/{layer}").of_models
    assert not Analysis("any", "{canvas}").of_models
