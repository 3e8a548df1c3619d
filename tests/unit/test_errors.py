"""Errors that users read."""

import pytest

from vitatlas.errors import SectionError, UserError, keys_below


def test_keys_are_named_below_the_paper_that_asked():
    @keys_below("features")
    def job(name: str) -> None:
        raise SectionError(f"no {name}", section="looks", where="{a file}", remedy="correct {section}.a or {section}.b")

    with pytest.raises(UserError) as caught:
        job("{a}")
    assert str(caught.value) == "no {a}\n  where:  {a file}\n  remedy: correct features.looks.a or features.looks.b"


def test_without_a_paper_keys_begin_with_their_section():
    error = SectionError("no", section="looks", where="key '{section}.a'", remedy="x")
    assert (error.where, error.remedy) == ("key 'looks.a'", "x")


def test_other_errors_stay_as_they_are():
    with pytest.raises(UserError, match=r"^no$") as caught, keys_below("features"):
        raise UserError("no")
    assert not isinstance(caught.value, SectionError)
