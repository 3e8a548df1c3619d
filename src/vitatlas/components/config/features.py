"""Features, and the texts that describe them (Balasubramanian et al., section 4)."""

from __future__ import annotations

from pydantic import Field, model_validator

from vitatlas.config.strict import WithoutDefaults


class Feature(WithoutDefaults):
    """One feature: its texts, in an order that counts (scores are taken on a basis that is made of them one by one)."""

    texts: list[str] = Field(min_length=2, description="values or phrases, in order")
    attribute: str | None = Field(
        default=None,
        description="the attribute of the picture world whose values they are, so that pictures have labels; null: "
        "phrases, put into the templates of CLIP's authors",
    )

    @model_validator(mode="after")
    def _distinct(self) -> Feature:
        twice = sorted({text for text in self.texts if self.texts.count(text) > 1})
        if twice:
            raise ValueError(f"texts: '{twice[0]}' is there twice")
        return self
