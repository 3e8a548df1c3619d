"""Names of programs as readers know them."""

import pytest

from vitatlas.report.page import counted, spread
from vitatlas.report.plain import Plain

PLAIN = Plain({"big_net": "Big net", "rmts": "RMTS", "test": "unseen"}, {"order/big_net/rmts": "Nets come in order"})


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("the same as order/big_net/rmts.", "the same as “Nets come in order”."),
        ("big_net, see figure_07 and table_12", "Big net, see Figure 7 and Table 12"),
        ("a test of rmts", "a test of rmts"),  # words of sentences are no names
        ("ViT-B/16 or unknown_net: 0.5", "ViT-B/16 or unknown_net: 0.5"),
        ("", ""),
    ],
)
def test_names_in_sentences_become_words(given, shown):
    assert PLAIN.sentence(given) == shown


def test_a_cell_of_names_becomes_words():
    assert PLAIN.cell("big_net, rmts, other") == "Big net, RMTS, other"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("0.00665833", "0.007"),
        ("0.0", "0.000"),
        ("0.00049", "<0.001"),
        ("0.5", "0.500"),
        ("12.3456", "12.3"),
        ("", "–"),
    ],
)
def test_a_spread_has_three_decimals(given, shown):
    assert spread(given) == shown


def test_one_thing_is_not_called_several():
    assert [counted(number, "run") for number in (0, 1, 2)] == ["0 runs", "1 run", "2 runs"]
