"""The job of rule `verdicts`: its table, its page and its badge."""

import json
import re
from xml.etree import ElementTree

import pandas as pd
import pytest
from artifact_tables import behavior_table
from intervention_tables import das_table
from verdict_cases import PATH, STAND_INS, TEMPLATE, relations, spec, verdicts_of_the_paper

from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse
from vitatlas.relations.readings import READERS, by_protocol, of_published
from vitatlas.verdicts.badge import COLORS, LABEL_COLOR, badge
from vitatlas.verdicts.job import judging
from vitatlas.verdicts.judge import AFTER, BEFORE
from vitatlas.verdicts.show import markdown
from vitatlas.verdicts.spec import VerdictSpec
from vitatlas.verdicts.summary import badge_text, counts
from vitatlas.verdicts.words import VERDICTS, words

ENGINES = {word: verdict for verdict, word in words("miniature").items()}

CLAIM = "das/over-wrong-object/clip_b16/rmts/shape"
NOTE = "Demo tier: miniature models; comparable with the paper in order and shape, not in value."


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The files that the job makes of a few tables of a tier with miniatures."""
    folder = tmp_path_factory.mktemp("verdicts")
    arguments = ["--input", "published", str(PATH), "--input", "template", str(TEMPLATE)]
    null = folder / "relations_null.csv"
    null.write_text(f"# vitatlas: {{}}\nid,by_chance\n{CLAIM},0.025\n")
    arguments += ["--input", "null", str(null), "--input", "tables"]
    for kind, make in (("behaviour", behavior_table), ("das", das_table)):
        for model in sorted(set(STAND_INS.values())):
            path = folder / "analysis/relations" / kind / model / "rmts/256.parquet"
            path.parent.mkdir(parents=True)
            make(model, "rmts", "256").to_parquet(path)
            arguments.append(str(path))
    for form in ("csv", "md", "svg"):
        arguments += ["--output", form, str(folder / f"relations.{form}")]
    raw = spec("miniature", note=NOTE, notes=["A note."]).model_dump(mode="json")
    arguments += ["--spec", json.dumps(raw | {"code": {}, "environment": "e"})]
    judging(READERS, of_published, by_protocol)(parse(VerdictSpec, arguments))
    return folder


def read(made):
    return pd.read_csv(made / "relations.csv", comment="#", dtype={"setting": str})


def test_the_table_has_a_row_for_every_claim_number_and_unknown(made):
    table = read(made)
    assert list(table.columns) == [*BEFORE, "task", "setting", *AFTER]
    assert set(table["verdict"]) <= set(words("miniature").values())
    assert table.set_index("id")["by_chance"].dropna().to_dict() == {CLAIM: 0.025}
    about = table["about"].value_counts().to_dict()
    series = relations().table()["series"].nunique()
    assert about == {"claim": len(relations().claims), "number": series, "unknown": len(relations().unknown)}


def test_every_file_says_where_it_comes_from(made):
    for form in ("csv", "md", "svg"):
        record = read_provenance(made / f"relations.{form}")
        assert record["target"].endswith("relations.csv") and record["tier"] == "demo"
        assert str(PATH) in record["inputs"] and len(record["inputs"]) == 3 + 2 * len(set(STAND_INS.values()))


def test_the_page_shows_every_claim_that_was_judged_and_labels_miniatures(made):
    table, text = read(made), (made / "relations.md").read_text()
    judged = table[(table["about"] == "claim") & (table["verdict"] != "not attempted")]
    assert len(judged) >= 5
    assert all(statement in text for statement in judged["statement"])
    assert f"**{NOTE}**" in text and "A note." in text
    assert "reproduced" not in text and "| 2 % |" in text
    assert "ours (miniature)" in text and "mini-objects for CLIP ViT-B/16" in text
    assert "nan" not in text and "None" not in text and "<NA>" not in text


def test_every_line_of_a_table_has_as_many_cells_as_its_head(made):
    width = 0
    for line in (made / "relations.md").read_text().splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert width in (0, cells) or cells == 0, line
        width = cells


def test_the_badge_is_one_accessible_line(made):
    root = ElementTree.parse(made / "relations.svg").getroot()
    name = {"svg": "http://www.w3.org/2000/svg"}
    said = "".join(text.text for text in root.iterfind(".//svg:text", name))
    table = read(made)
    text = badge_text(table.assign(verdict=table["verdict"].map(ENGINES)), "miniature")
    assert re.fullmatch(r"claims: \d+ of \d+ seen in miniature(, \d+ more in one run)?", text)
    assert said == f"relations{text}"
    assert root.get("role") == "img" and root.get("aria-label") == f"relations: {text}"
    assert root.find("svg:title", name).text == f"relations: {text}"


def luminance(color):
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("color", [LABEL_COLOR, *(color for _, color in COLORS)])
def test_white_letters_can_be_read_on_every_color_of_the_badge(color):
    assert 1.05 / (luminance(color) + 0.05) >= 4.5


def test_the_badge_escapes_what_it_says():
    ElementTree.fromstring(badge(TEMPLATE.read_text(), "a & b", "<1 of 2>", 0.5, "<metadata/>"))


@pytest.mark.parametrize(
    ("rows", "scale", "text"),
    [
        ([("claim", "holds"), ("claim", "not attempted")], "test run", "claims: 1 of 1 seen in miniature (test run)"),
        ([], "paper", "claims: 0 of 0 reproduced"),
        (
            [("claim", "partly"), ("claim", "one run"), ("number", "scattered"), ("number", "holds")],
            "paper",
            "claims: 0 of 2 reproduced, 1 more in one run; numbers: 1 of 2 reproduced",
        ),
    ],
)
def test_the_badge_counts_what_was_judged(rows, scale, text):
    assert badge_text(pd.DataFrame(rows, columns=["about", "verdict"]), scale) == text


def test_counts_go_from_the_best_verdict_to_the_worst():
    rows = pd.DataFrame({"verdict": ["not attempted", "holds", "not attempted"]})
    assert list(counts(rows).items()) == [("holds", 1), ("not attempted", 2)]


@pytest.mark.parametrize("scale", ["miniature", "test run"])
def test_nothing_is_reproduced_by_models_of_another_size(scale):
    assert not any("reproduced" in word for word in words(scale).values())
    assert set(words(scale).values()) | set(words("paper").values()) == set(VERDICTS)


def test_of_the_papers_own_models_numbers_are_shown_beside_ours():
    own = spec("paper")
    text = markdown(verdicts_of_the_paper(), relations(), own)
    assert "miniature" not in text
    assert (
        "| ✔ reproduced | CLIP ViT-B/16, RMTS with 256 combinations: behaviour, accuracy, seen combinations |" in text
    )
    assert re.search(r"^\| Table 2 \| 43 \| 0 \| 0 \| 0 \| 0 \| 0 \|$", text, re.MULTILINE)
