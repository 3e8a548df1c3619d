"""Every figure fits a column of text, and none of its letters is too small to read there."""

import pandas as pd
import pytest
from artifact_specs import relations, spec
from artifact_tables import attention_table, behavior_table
from intervention_tables import das_table, departures_table, flow_table, novel_table, probe_table
from matplotlib.text import Text

from vitatlas.artifacts.style import COLUMN, SMALLEST
from vitatlas.relations.figures import (
    attention,
    attention_overview,
    das,
    departures,
    disentanglement,
    information_flow,
    novel,
    probe,
)

MADE = {
    "attention": (attention, [attention_table]),
    "attention_overview": (attention_overview, [attention_table]),
    "das": (das, [attention_table, das_table]),
    "novel": (novel, [attention_table, das_table, novel_table]),
    "probe": (probe, [attention_table, probe_table]),
    "disentanglement": (disentanglement, [das_table]),
    "information_flow": (information_flow, [attention_table, flow_table]),
    "departures": (departures, [departures_table]),
}
LARGEST = {
    family: max(
        (
            found
            for found in relations().artifacts.values()
            if found.family_name == family and not found.options.get("scheme")
        ),
        key=lambda artifact: len(artifact.panels),
    ).name
    for family in MADE
}


@pytest.mark.parametrize("tier", ["demo", "paper"])
@pytest.mark.parametrize("family", MADE)
def test_no_letters_are_small_and_no_figure_is_wide(family, tier):
    module, tables = MADE[family]
    figure = spec(LARGEST[family], tier)
    cells = dict.fromkeys((panel.model, panel.task, panel.setting) for panel in figure.panels)
    layers = {} if tier == "demo" else {"layers": 12}
    rows = [make(*cell, **(layers if make is not departures_table else {})) for cell in cells for make in tables] + [
        behavior_table(*cell) for cell in cells
    ]
    drawn = module.draw(module.values(pd.concat(rows, ignore_index=True), figure), figure)
    assert drawn.get_figwidth() <= COLUMN + 1e-9
    sizes = {text.get_fontsize() for text in drawn.findobj(Text) if text.get_text().strip()}
    assert sizes and min(sizes) >= SMALLEST
