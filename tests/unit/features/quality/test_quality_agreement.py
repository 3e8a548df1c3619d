"""Agreement of pictures by their embeddings."""

import numpy as np
import pytest

from vitatlas.features.quality.agreement import agreement, directions, natural_agreement, partner_found

UNITS, REPLICATES = np.repeat(np.arange(8), 2), np.tile([0, 1], 8)


def planted(noise: float, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return 7 + rng.normal(size=(8, 30)).repeat(2, axis=0) + noise * rng.normal(size=(16, 30))


def test_equal_replicates_agree_and_all_partners_are_found() -> None:
    found = agreement(planted(0), UNITS, REPLICATES)
    assert (found > 1).all()  # centred, others are turned away
    assert found.mean() == pytest.approx(1 + 1 / 7, abs=0.02)
    assert partner_found(planted(0), UNITS, REPLICATES).tolist() == [1] * 16


def test_noise_has_neither_agreement_nor_partners() -> None:
    draws = [np.random.default_rng(n).normal(size=(16, 30)) for n in range(60)]
    assert np.mean([agreement(d, UNITS, REPLICATES) for d in draws]) == pytest.approx(0, abs=0.03)
    assert np.mean([partner_found(d, UNITS, REPLICATES) for d in draws]) == pytest.approx(1 / 8, abs=0.04)


def test_it_does_not_depend_on_what_all_pictures_share_nor_on_order() -> None:
    embedded = planted(1.0)
    order = np.random.default_rng(1).permutation(16)
    found = agreement(embedded, UNITS, REPLICATES)
    np.testing.assert_allclose(agreement(embedded * 3 - 50, UNITS, REPLICATES), found)
    np.testing.assert_allclose(agreement(embedded[order], UNITS[order], REPLICATES[order]), found[order])


def test_it_is_what_a_count_by_hand_gives() -> None:
    embedded = planted(2.0)
    unit = directions(embedded, UNITS)
    found, nearest = agreement(embedded, UNITS, REPLICATES), partner_found(embedded, UNITS, REPLICATES)
    for n in range(16):
        partner = n ^ 1
        others = [unit[n] @ unit[m] for m in range(16) if m // 2 != n // 2]
        assert found[n] == pytest.approx(unit[n] @ unit[partner] - np.mean(others))
        candidates = [unit[n] @ unit[m] for m in range(16) if m % 2 != n % 2]
        assert nearest[n] == (int(np.argmax(candidates)) == n // 2)


def test_three_replicates_are_compared_with_two_others_each() -> None:
    units, replicates = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    embedded = np.random.default_rng(2).normal(size=(4, 20)).repeat(3, axis=0)
    embedded[0] = embedded[3] + 0.01  # replicate 0 of unit 0 looks like unit 1
    found = partner_found(embedded, units, replicates)
    assert found[0] == 0 and found[3:].min() == 1


def test_one_replicate_or_one_feature_has_none() -> None:
    embedded = planted(1.0)
    assert np.isnan(agreement(embedded[::2], UNITS[::2], REPLICATES[::2])).all()
    assert np.isnan(partner_found(embedded[::2], UNITS[::2], REPLICATES[::2])).all()
    assert np.isnan(agreement(embedded[:2], UNITS[:2], REPLICATES[:2])).all()
    assert np.isnan(partner_found(embedded[:2], UNITS[:2], REPLICATES[:2])).all()


def test_natural_pictures_of_another_domain_are_found() -> None:
    """Natural pictures lie elsewhere as a whole, which must not count."""
    rng = np.random.default_rng(3)
    base = rng.normal(size=(8, 30))
    visual, natural = base.repeat(2, axis=0) + 40, base - 40
    found = natural_agreement(visual, UNITS, natural, np.arange(8))
    assert (found[:, 0] > 1).all() and found[:, 1].tolist() == [1] * 16
    shuffled = natural_agreement(visual, UNITS, natural, np.roll(np.arange(8), 1))
    assert (shuffled[:, 0] < 0.7).all() and not shuffled[:, 1].any()
    lacking = natural_agreement(visual, UNITS, natural[:5], np.arange(5))
    assert np.isnan(lacking[10:]).all() and np.isfinite(lacking[:10]).all()
    assert np.isnan(natural_agreement(visual, UNITS, natural[:1], np.arange(1))).all()
