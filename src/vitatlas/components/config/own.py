"""The section for a user's own model, pictures and words."""

from __future__ import annotations

from pydantic import Field

from vitatlas.components.align.config import Method
from vitatlas.config.names import DataName, ModelName
from vitatlas.config.strict import WithoutDefaults
from vitatlas.images.brought.data_set import Text


class Own(WithoutDefaults):
    """The components of one model that carry words, in pictures of one data set."""

    data: DataName = Field(description="data set, by its name in the section `data`")
    model: ModelName = Field(description="encoder, by its name in the zoo")
    words: Text = Field(
        description="a text file with one word, or `name: phrase`, per line; relative to the folder of the workflow or "
        "absolute; may name variables, as $DATA"
    )
    text_model: ModelName | None = Field(
        default=None,
        description="the CLIP model of whose space the words are; null: that of the section, of CLIP models their own",
    )
    run: int = Field(default=0, ge=0, description="which pretraining, of a model that the workflow pretrains")
    start: str | None = Field(
        default=None,
        description="the first block whose layers are components; null: as `decomposition.start` says of the model",
    )
    method: Method | None = Field(
        default=None,
        description="how components are mapped into the space of the words; null: compalign, and in a CLIP model's own "
        "space not at all",
    )
    pictures: int | None = Field(default=None, gt=0, description="how many pictures, drawn at random; null: all")
    pictures_shown: int = Field(default=6, gt=0, description="pictures with heat-maps: the first ones")
    shown: list[str] = Field(default=[], description="ids of pictures with heat-maps, in place of the first ones")
    heads: int = Field(default=1, gt=0, description="heads whose heat-maps are shown for a word")
