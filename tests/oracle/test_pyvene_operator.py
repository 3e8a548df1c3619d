"""Our intervention against pyvene's sigmoid-masked rotated-space intervention: the same rotation, mask and images give
the same logits.

pyvene is the library of the reference code.
"""

from __future__ import annotations

from functools import partial

import pytest
import torch
from pyvene_model import Intervened

from vitatlas.models.build import Classifier
from vitatlas.models.interchange import Interchange, interchange
from vitatlas.relations.config.models import Geometry, Network
from vitatlas.relations.das.operator import Subspace, blend
from vitatlas.relations.finetuning.build import build

pytest.importorskip("pyvene")

EDITED, GIVEN = torch.tensor([[1, 2, 3, 4], [4, 3, 2, 1], [1, 3, 2, 4]]), torch.tensor([[4, 1, 2, 3]] * 3)


READOUTS = {"cls": "vit_tiny_patch16_224", "cls+mean": "vit_base_patch14_dinov2"}


def small_model(readout: str) -> Classifier:
    """A float64 model with random weights, biases and norms included."""
    entry = {"timm": READOUTS[readout], "readout": readout, "origin": "none"}
    entry["architecture"] = {"patch_size": 8, "embed_dim": 24, "depth": 3, "num_heads": 3}
    entry["preprocessing"] = {"mean": (0.5, 0.4, 0.3), "std": (0.2, 0.25, 0.3)}
    geometry = Geometry(canvas=32, patch=8, object=16, sprite=14)
    model = build(Network.model_validate(entry), geometry, seed=0).double().eval()
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for value in model.parameters():
            value += 0.3 * torch.randn(value.shape, generator=generator, dtype=torch.float64)
    return model


@pytest.mark.parametrize("layer", [0, 1, 2])
@pytest.mark.parametrize("readout", READOUTS)
def test_the_same_subspace_gives_pyvenes_logits(readout: str, layer: int) -> None:
    classifier = small_model(readout)
    both = torch.randint(0, 256, (6, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(3))
    subspace = Subspace(classifier.width, torch.Generator().manual_seed(0)).double()
    with torch.no_grad():
        subspace.skew.normal_(generator=torch.Generator().manual_seed(1))
        subspace.logits.normal_(generator=torch.Generator().manual_seed(2))
    edit = partial(blend, rotation=subspace.rotation(), mask=subspace.mask(0.5))
    site = f"block.{layer}.resid_post"
    with torch.no_grad():
        ours = interchange(classifier, both[:3], both[3:], [Interchange(site, EDITED, GIVEN, blend=edit)])
        untouched = classifier(both[:3])
    model = Intervened(classifier, layer, tokens=4)
    model.learned.rotate_layer.weight = subspace.rotation().detach()
    model.learned.masks.data = subspace.logits.detach().clone()
    model.learned.set_temperature(torch.tensor(0.5, dtype=torch.float64))
    with torch.no_grad():
        theirs = model(both[:3], both[3:], EDITED, GIVEN)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-5)
    if layer < 2 or readout != "cls":
        assert (ours - untouched).abs().max() > 1e-4, "the intervention must do something"
