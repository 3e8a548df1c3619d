import pandas as pd
import pytest
import yaml
from verdict_cases import OF_RELATIONS, ROOT, TITLES, content, relations

from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.relations.config.protocol import Protocol
from vitatlas.verdicts.claim_schema import asserts_an_effect
from vitatlas.verdicts.job import published_table
from vitatlas.verdicts.published import columns, load_published
from vitatlas.verdicts.spec import PublishedSpec

# Sizes other than those of the registry's models, of which no figure or table has numbers.
TABLE = """
id series analysis artifact model task setting property control method quantity pair alpha split auxiliary layer value
tolerance kind confidence source note decimals chance under
"""
OTHERS = {"clip_b16_obj16", "scratch_b16_obj16"}


def load(tmp_path, values):
    path = tmp_path / "a_paper.yaml"
    path.write_text(yaml.safe_dump(values, sort_keys=False))
    return load_published(path, OF_RELATIONS)


def test_every_published_number_is_there():
    table = relations().table()
    assert list(table.columns) == TABLE.split()
    layers, probed = 12, 6 * 8 + 2 * 6 + 2 * 3  # curves at scale 1; DINO at two more; ImageNet, without controls
    assert table.groupby("analysis").size().to_dict() == {
        "attention": 6,
        "auxiliary": 6 * 7 - 4 + 8 * 2 * 3 + 7 + 2,
        "behaviour": 34 * 7 - 4,
        "das": (24 + 2 + 20 + 4) * layers,
        "disentanglement": 11,
        "novel": 24 * 4 * layers,
        "photoreal": 1,
        "probe": probed * layers + 12 + 10 + 7,
    }
    assert table["id"].is_unique
    assert table["value"].notna().all() and table["value"].between(0, 11).all()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("behaviour/clip_b16/discrimination/256/accuracy/ood_shape_color", 0.9802),
        ("das/clip_b16/discrimination/256/shape/none/success/test_iid/2", 0.936),
        ("das/clip_b16/rmts/256/color/wrong_object/success/test_iid/4", 0.531),
        ("das/mae_b16/rmts/32/shape/none/success/test_iid/11", 0.512),
        ("novel/clip_b32/discrimination/256/color/added/success/test_iid/2", 0.949),
        ("probe/dino_b16/rmts/256/intervention/mean/2/test_iid/3", 0.857125),
        ("auxiliary/scratch_b16/discrimination/32/shape_accuracy/test/disentanglement", 0.1023),
        ("disentanglement/clip_b16/discrimination/32/success/test_iid", 0.9325),
    ],
)
def test_numbers_are_found_by_their_id(name, value):
    assert relations().table().set_index("id").loc[name, "value"] == value


def test_figure_6_follows_from_the_curves_of_its_setting():
    table = relations().table()
    curves = table[(table["analysis"] == "das") & (table["setting"] == "32")]
    best = curves.groupby(["model", "task", "property"])["value"].max().groupby(["model", "task"]).mean()
    given = table[table["analysis"] == "disentanglement"].set_index(["model", "task"])["value"]
    drawn = given.drop(("scratch_b16", "discrimination"))  # known in sum only
    assert len(drawn) == len(best) == 10
    assert (drawn - best.loc[drawn.index]).abs().max() < 1e-9


def test_artifacts_are_in_the_registry_and_models_in_the_zoo():
    published = relations()
    named = {*published.table()["artifact"].dropna(), *(claim.artifact for claim in published.claims)} - {None}
    named |= {name for entry in published.unknown for name in entry.artifacts}
    registry = yaml.safe_load((ROOT / "config/artifacts/relations.yaml").read_text())
    assert named <= {name for kind in ("figures", "extras", "tables") for name in registry[kind]}
    assert set(published.table()["model"]) - set(TITLES) == OTHERS


def test_steep_layers_are_told_by_their_neighbours():
    table = relations().table()
    curve = table[table["series"] == "das/clip_b16/discrimination/256/color/none/success/test_iid"]
    assert list(curve["value"])[:5] == [0.706, 0.895, 0.918, 0.853, 0.437]
    assert list(curve["tolerance"]) == [0.1, 0.1, 0.05, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05]


def test_blocks_share_what_they_do_not_say_themselves(tmp_path):
    table = load(tmp_path, content()).table()
    curves = [f"das/m/{name}/{layer}" for name, layers in (("shape", 3), ("color", 4)) for layer in range(layers)]
    assert list(table["id"]) == [*curves, "das/m"]
    assert set(table["source"]) == {"a file"}
    assert list(table["tolerance"])[-1] == 0.2
    assert table["layer"].dtype == "Int64" and pd.isna(table["layer"].iloc[-1])


def test_numbers_say_under_which_departures_they_were_read(tmp_path):
    values = content() | {"under": [UNDER | {"of": {"property": "shape"}}, UNDER | {"switch": "mode", "of": {}}]}
    table = load(tmp_path, values).table()
    assert set(table.loc[table["property"] == "shape", "under"]) == {"sites,mode"}
    assert set(table.loc[table["property"] != "shape", "under"]) == {"mode"}
    assert load(tmp_path, content()).table()["under"].isna().all()


def test_departures_that_change_published_numbers_are_switches_of_the_protocol():
    assert {entry.switch for entry in relations().content.under} <= set(Protocol.model_fields)


def test_every_claim_about_what_lies_inside_a_model_presupposes_that_it_solves_its_task():
    inside = {"attention", "das", "novel", "probe", "photoreal"}
    about = [claim for claim in relations().claims if claim.of.given().get("analysis") in inside]
    assert len(about) > 60 and all(claim.solved for claim in about)


def test_every_claim_that_nothing_happens_says_where_something_does():
    quiet = [claim for claim in relations().claims if not asserts_an_effect(claim)]
    assert len(quiet) >= 10 and all(claim.beside for claim in quiet)


def test_an_entry_is_one_claim_per_line_and_value(tmp_path):
    claims = load(tmp_path, content()).claims
    assert [claim.id for claim in claims] == ["early/m/shape", "early/m/color"]
    assert [claim.of.given()["property"] for claim in claims] == ["shape", "color"]


def put(values, path, value):
    """`values` with another value at `path`, or without it (None)."""
    *above, last = path
    for key in above:
        values = values[key]
    if value is None:
        del values[last]
    else:
        values[last] = value


SOLVED = {"of": {}, "keys": ["task"], "at_least": 0.6, "otherwise": "{model}: {value}", "unmeasured": "{task}"}
UNDER = {"switch": "sites", "why": "another site"}
BLOCK = ("numbers", "das", "blocks", 0)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("tolerances", "plato"), 0.1, ["unknown key 'tolerances.plato'", "did you mean 'plateau'"]),
        (("reference",), None, ["the key 'reference' is missing"]),
        ((*BLOCK, "artefact"), "figure_03", ["numbers.das.blocks.0.artefact", "did you mean 'artifact'"]),
        ((*BLOCK, "values", "m shape"), 0.5, ["numbers.das.blocks.0", "'m shape'", "lists go with `along`"]),
        ((*BLOCK, "values", "m"), [0.5], ["numbers.das.blocks.0", "'m' has not as many words as rows"]),
        ((*BLOCK, "along"), {"split": ["train"]}, ["'m shape' has 4 values for 1 places"]),
        ((*BLOCK, "confidence"), "sure", ["numbers.das.blocks.0.confidence", "stated by the paper"]),
        (("numbers", "das", "blocks", 1, "values"), {"m": "much"}, ["numbers.das.blocks.1.values.m"]),
        (("claims", 0, "kind"), "pique", ["claims.0", "pique", "'order'"]),
        (("claims", 0, "in_order"), True, ["claims.0", "one of: in_order"]),
        (("claims", 0, "statement"), "In {modle}", ["'early/m/shape' has no words for 'modle'"]),
        (
            ("claims", 0, "of"),
            {"analysis": "das", "colour": "red"},
            ["unknown key 'colour'; there are: alpha", "claim 'early'"],
        ),
        (("claims", 0, "curves"), [{"cieling": 0.1}], ["claim 'early'", "'cieling'", "did you mean 'ceiling'"]),
        (("claims", 0, "of"), {"setting": 256}, ["key 'setting'", "put it between quotes", "claim 'early'"]),
        (("claims", 0, "of"), {"alpha": "much"}, ["key 'alpha': 'much' is no number", "claim 'early'"]),
        (("claims", 0, "solved"), {"modle": "m"}, ["claim 'early'", "'modle'", "did you mean 'model'"]),
        (("claims", 0, "solved"), True, ["'early/m/shape' presupposes something solved", "add the section `solved`"]),
        (("under",), [UNDER | {"of": {"propetry": "shape"}}], ["under.0.of", "did you mean 'property'"]),
        (("under",), [UNDER | {"of": {"model": "n"}}], ["an entry of `under` is about no number", "n"]),
        (("claims", 0, "denied"), True, ["claims.0", "`beside` goes with `denied`"]),
        (("statement",), "{mdoel}", ["statement", "'mdoel'", "did you mean 'model'"]),
        (("statement",), "{model", ["statement", "expected '}'"]),
        (("statement",), "{model} on {task}", ["numbers.das.blocks.0", "do not say of which task they are"]),
        ((*BLOCK, "rows"), ["model", "propetry"], ["numbers.das.blocks.0", "'propetry'", "did you mean 'property'"]),
        ((*BLOCK, "fixed"), {"alpha": "much"}, ["key 'alpha'", "numbers.das.blocks.0"]),
        ((*BLOCK, "rows"), ["setting", "property"], ["numbers.das.blocks.0", "do not say of which model they are"]),
        (("solved",), SOLVED | {"keys": ["tasc", "task"]}, ["solved.keys", "'tasc'"]),
        (("solved",), SOLVED | {"of": {"splt": "a"}}, ["solved.of", "'splt'", "did you mean 'split'"]),
        (("solved",), SOLVED | {"otherwise": "{setting}"}, ["solved", "no words for: setting"]),
        (("claims", 0, "each"), [{"model": "m"}], ["'early/m' has no words for 'property'"]),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path, path, value, words):
    values = content()
    put(values, path, value)
    with pytest.raises(UserError) as error:
        load(tmp_path, values)
    assert "a_paper.yaml" in str(error.value)
    assert all(word in str(error.value) for word in words), str(error.value)


def test_a_claim_has_the_keys_of_what_it_presupposes(tmp_path):
    values = content() | {"solved": SOLVED}
    values["claims"][0]["solved"] = True
    with pytest.raises(UserError, match="'early/m/shape' presupposes something solved, and has no task"):
        load(tmp_path, values)
    values["claims"][0]["of"]["task"] = "rmts"
    assert load(tmp_path, values).content.solved.keys == ["task"]


@pytest.mark.parametrize("what", ["number", "claim"])
def test_an_id_is_there_once(tmp_path, what):
    values = content()
    part = values["numbers"]["das"]["blocks"] if what == "number" else values["claims"]
    part.append(dict(part[0]))
    with pytest.raises(UserError, match=f"two of the {what}"):
        load(tmp_path, values)


def test_the_job_writes_the_table_that_figures_read(tmp_path):
    given, made = tmp_path / "a_paper.yaml", tmp_path / "out/a_paper.parquet"
    given.write_text(yaml.safe_dump(content()))
    arguments = [
        "--input",
        "published",
        str(given),
        "--output",
        "table",
        str(made),
        "--spec",
        OF_RELATIONS.model_dump_json(),
    ]
    published_table(parse(PublishedSpec, arguments))
    table = pd.read_parquet(made)
    assert list(table.columns) == columns(OF_RELATIONS) and len(table) == 8
    assert table.query("model == 'm' and property == 'shape'")["value"].tolist() == [0.5, 0.9, 0.88]
