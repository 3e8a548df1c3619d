"""Verdicts as a page reads them."""

import pytest
from report_tier import Tier

from vitatlas.errors import UserError
from vitatlas.report.claims import Claim, counts, read_claims, reasons
from vitatlas.verdicts.words import VERDICTS


@pytest.fixture
def tier(tmp_path):
    return Tier(tmp_path)


def test_an_unknown_verdict_is_named(tier):
    path = tier.results / "verdicts/paper.csv"
    path.write_text(path.read_text().replace("direction only", "maybe"))
    with pytest.raises(UserError, match="unknown verdict 'maybe'"):
        read_claims(path)


def test_a_key_that_the_table_does_not_have_is_named(tier):
    with pytest.raises(UserError, match="no column feature"):
        read_claims(tier.results / "verdicts/paper.csv", ["layer", "feature"])


def test_reasons_are_counted_the_most_frequent_first(tier):
    claims = read_claims(tier.results / "verdicts/paper.csv", ["layer"])
    assert claims[0].keys == ["7"] and claims[1].keys == [""]
    found = {"reproduced": 2, "direction only": 1, "not reproduced": 1}
    assert counts(claims, "claim") == dict.fromkeys(VERDICTS, 0) | found
    assert [claim.good for claim in claims] == [True, False, False, False, False, True]
    assert counts(claims, "number")["not attempted"] == 2
    assert reasons(claims) == {"a miniature is not compared in value": 2}
    assert isinstance(claims[0], Claim)
