"""What is to be cited: the same papers in CITATION.cff, in the README and in the registries."""

import re

import pytest
import yaml
from sources import ROOT

REGISTRIES = [yaml.safe_load(path.read_text()) for path in sorted((ROOT / "config/artifacts").glob("*.yaml"))]
TITLES = [content["title"] for content in REGISTRIES if "no publication" not in content["reference"]]
REFERENCES = {entry["title"]: entry for entry in yaml.safe_load((ROOT / "CITATION.cff").read_text())["references"]}
ENTRIES = re.findall(r"^@\w+\{(\w+),\n(.*?)^\}", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("title", TITLES)
def test_a_paper_is_among_the_references_and_has_an_entry(title):
    reference = REFERENCES[title]
    (entry,) = (text for _, text in ENTRIES if re.sub(r"[{}]", "", text).count(title))
    authors = [f"{author['family-names']}, {author['given-names']}" for author in reference["authors"]]
    assert f"{{{' and '.join(authors)}}}" in entry and f"{{{reference['year']}}}" in entry


def test_there_are_no_others():
    assert sorted(REFERENCES) == sorted(TITLES) and len(ENTRIES) == len(TITLES)
