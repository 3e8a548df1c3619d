import numpy as np
import torch

from vitatlas.components.score.size import mean_norms


def test_sizes_are_mean_lengths_over_images_of_all_batches() -> None:
    contributions = torch.tensor([[[3.0, 4.0], [0.0, 1.0]], [[0.0, 0.0], [0.0, 2.0]], [[6.0, 8.0], [3.0, 0.0]]])
    for sizes in ([3], [1, 2], [1, 1, 1]):
        found = mean_norms(contributions.split(sizes))
        np.testing.assert_allclose(found, [5, 2], rtol=1e-12)
        assert found.index.name == "component"
