from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest

from vitatlas.errors import UserError
from vitatlas.relations.scenes.pairs import choose_displays, combinations, different_pairs, ood_objects, product


def as_set(objects: np.ndarray) -> set[tuple[int, int]]:
    return {(int(shape), int(color)) for shape, color in objects}


def test_setting_256_trains_and_tests_on_everything() -> None:
    train, test = combinations("256")
    assert as_set(train) == as_set(test) == {(s, c) for s in range(16) for c in range(16)}


def test_setting_32_divides_the_combinations() -> None:
    train, test = map(as_set, combinations("32"))
    assert len(train) == 32 and len(test) == 224 and not train & test
    for axis in (0, 1):
        assert set(Counter(item[axis] for item in train).values()) == {2}
        assert set(Counter(item[axis] for item in test).values()) == {14}


def test_setting_32_follows_the_published_rule() -> None:
    shapes = defaultdict(set)
    for shape, color in combinations("32")[0]:
        shapes[int(color)].add(int(shape))
    assert shapes[0] == {14, 15} and shapes[1] == {15, 0} and shapes[2] == {0, 1}


def test_unknown_setting_names_the_known_ones() -> None:
    with pytest.raises(UserError, match="256, 32"):
        combinations("64")


def test_ood_sets_are_new_where_their_name_says() -> None:
    assert len(ood_objects("ood_shape")) == len(ood_objects("ood_color")) == 64
    assert as_set(ood_objects("ood_shape_color")) == {(s, c) for s in range(16, 20) for c in range(16, 20)}
    shape, color = ood_objects("ood_shape").T
    assert shape.min() == 16 and color.max() == 15


def test_kinds_of_difference_take_turns_and_mean_what_they_say() -> None:
    pairs = different_pairs(combinations("256")[0], 3200, np.random.default_rng(0))
    assert Counter(pairs.kind.tolist()) == {"both": 1067, "shape": 1067, "color": 1066}
    assert pairs.kind[:4].tolist() == ["both", "shape", "color", "both"]
    differs = (pairs.objects[:, 0] != pairs.objects[:, 1]).tolist()
    names = {(True, True): "both", (True, False): "shape", (False, True): "color"}
    assert [names[tuple(d)] for d in differs] == pairs.kind.tolist()


def test_first_objects_walk_through_the_whole_list_again_and_again() -> None:
    pairs = different_pairs(combinations("256")[0], 600, np.random.default_rng(0))
    first = [tuple(item) for item in pairs.objects[:, 0].tolist()]
    assert first[:256] == first[256:512] and len(set(first[:256])) == 256


def test_a_partner_comes_back_only_when_all_were_used() -> None:
    objects = product(range(4), range(4))  # 9, 3 and 3 partners per kind
    pairs = different_pairs(objects, 16 * 3 * 7, np.random.default_rng(1))
    seen = defaultdict(list)
    for (first, second), kind in zip(pairs.objects.tolist(), pairs.kind.tolist(), strict=True):
        seen[tuple(first), kind].append(tuple(second))
    for (_, kind), partners in seen.items():
        number = 9 if kind == "both" else 3
        for start in range(0, len(partners), number):
            block = partners[start : start + number]
            assert len(set(block)) == len(block)


def test_the_kept_object_is_either_one_equally_often() -> None:
    pairs = different_pairs(combinations("256")[0], 3200, np.random.default_rng(0))
    first = (pairs.kept == pairs.objects[:, 0]).all(1)
    second = (pairs.kept == pairs.objects[:, 1]).all(1)
    assert (first ^ second).all() and abs(first.mean() - 0.5) < 0.05


def test_objects_without_a_partner_are_reported() -> None:
    with pytest.raises(UserError, match="no object differs"):
        different_pairs(np.array([[0, 0], [1, 1]]), 6, np.random.default_rng(0))


def test_a_display_pair_is_never_the_sample_pair() -> None:
    rng = np.random.default_rng(0)
    samples = different_pairs(product(range(2), range(2)), 400, rng).objects
    displays = choose_displays(samples, samples[:6], rng)
    unordered = lambda pairs: [frozenset(map(tuple, pair)) for pair in pairs.tolist()]  # noqa: E731
    assert all(a != b for a, b in zip(unordered(samples), unordered(displays), strict=True))


def test_no_other_display_pair_is_reported() -> None:
    pair = np.array([[[0, 0], [1, 1]]])
    with pytest.raises(UserError, match="too few objects"):
        choose_displays(pair, pair[:, ::-1], np.random.default_rng(0), rounds=10)
