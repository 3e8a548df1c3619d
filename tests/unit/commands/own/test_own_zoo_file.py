"""The file of a user's own models: entries are added, and nothing else is touched."""

import pytest
import yaml

from vitatlas.commands.own.zoo_file import add_entry
from vitatlas.config.load import OWN_MODELS, own_models
from vitatlas.errors import UserError

ENTRY = {"title": "Mine", "timm": "vit_tiny_patch16_224", "preprocessing": {"mean": [0.5, 0.5, 0.5]}}
BY_HAND = "# mine\nmodels:\n  first: # the first\n    title: First\n"


def test_a_file_is_begun_and_continued(tmp_path):
    add_entry(tmp_path, "one", ENTRY)
    add_entry(tmp_path, "two", ENTRY | {"title": "Ümläut: 2"})
    assert own_models(tmp_path) == {"one": ENTRY, "two": ENTRY | {"title": "Ümläut: 2"}}
    assert (tmp_path / OWN_MODELS).read_text().startswith("# Models of your own")


def test_what_stands_there_stays_as_it_is(tmp_path):
    (tmp_path / OWN_MODELS).write_text(BY_HAND)
    add_entry(tmp_path, "one", ENTRY)
    text = (tmp_path / OWN_MODELS).read_text()
    assert text.startswith(BY_HAND) and own_models(tmp_path) == {"first": {"title": "First"}, "one": ENTRY}
    add_entry(tmp_path, "one", ENTRY)
    assert (tmp_path / OWN_MODELS).read_text() == text


def test_another_model_of_the_name_is_refused(tmp_path):
    add_entry(tmp_path, "one", ENTRY)
    with pytest.raises(UserError, match="another model 'one'") as refused:
        add_entry(tmp_path, "one", ENTRY | {"title": "Other"})
    assert "MODEL=one" in refused.value.remedy and "MODEL_NAME" in refused.value.remedy


@pytest.mark.parametrize("before", ["models: {first: {title: First}}\n", "models:\n    first: {title: First}\n"])
def test_a_file_of_another_layout_is_left_alone(tmp_path, before):
    assert yaml.safe_load(before)["models"]
    (tmp_path / OWN_MODELS).write_text(before)
    with pytest.raises(UserError, match="cannot be added at the end"):
        add_entry(tmp_path, "one", ENTRY)
    assert (tmp_path / OWN_MODELS).read_text() == before
