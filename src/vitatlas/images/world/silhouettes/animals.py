"""Animals, looking to the right."""

from __future__ import annotations

from vitatlas.images.world.silhouettes.pen import (
    Layer,
    body,
    curve,
    dark,
    ellipse,
    eye,
    ink,
    light,
    lit,
    mirrored,
    polygon,
    shade,
    smooth,
    tube,
)


def bird() -> list[Layer]:
    """A songbird on two legs."""
    torso = smooth((12, 62), (34, 44), (52, 24), (66, 12), (82, 14), (88, 28), (84, 48), (70, 66), (48, 74), (28, 72))
    return [
        shade(tube((46, 70, 6), (46, 97, 6), (55, 98, 5)), tube((62, 68, 6), (62, 97, 6), (71, 98, 5))),
        shade(polygon((80, 12), (108, 27), (84, 36))),
        body(torso, polygon((22, 54), (0, 62), (2, 76), (34, 72))),
        ink(curve((34, 54), (48, 62), (64, 56), (66, 42))),
        *eye(74, 24),
    ]


def swan() -> list[Layer]:
    """A swan on the water, its neck an S."""
    torso = smooth((0, 56), (14, 64), (34, 56), (56, 58), (72, 66), (78, 78), (66, 92), (40, 96), (16, 90), (6, 76))
    return [
        shade(polygon((86, 4), (108, 19), (88, 24))),
        body(torso, tube((66, 80, 20), (76, 62, 15), (68, 44, 12), (62, 28, 12), (68, 12, 14), (82, 12, 16))),
        ink(curve((18, 72), (34, 80), (52, 76), (58, 66))),
        dark(ellipse(82, 11, 4)),
    ]


def fish() -> list[Layer]:
    """A fish with a forked tail."""
    torso = smooth((16, 50), (36, 30), (60, 25), (84, 34), (98, 51), (84, 67), (60, 75), (36, 69))
    return [
        body(polygon((26, 50), (0, 22), (8, 50), (0, 78)), polygon((38, 34), (58, 8), (74, 32)), torso),
        body(polygon((50, 68), (56, 92), (70, 70))),
        ink(curve((69, 34), (64, 50), (69, 66))),
        *eye(82, 45),
    ]


def cat() -> list[Layer]:
    """A sitting cat, its tail on the right."""
    torso = smooth((46, 44), (62, 52), (72, 72), (72, 98), (46, 99), (20, 98), (20, 72), (30, 52))
    ears = polygon((24, 30), (22, 0), (44, 14)), polygon((48, 14), (70, 0), (68, 30))
    return [
        body(tube((66, 92, 9), (88, 90, 9), (94, 70, 9), (86, 54, 8))),
        body(torso, ellipse(46, 30, 25, 20), *ears),
        *(mark for x in (36, 56) for mark in eye(x, 27, 6)),
        dark(polygon((42, 36), (50, 36), (46, 41))),
        ink(curve((38, 98), (39, 80)), curve((54, 98), (53, 80))),
    ]


def rabbit() -> list[Layer]:
    """A sitting rabbit with long ears."""
    ear = ellipse(37, 20, 9, 23, -8)
    return [
        lit(ellipse(78, 82, 9)),
        body(ear, mirrored(ear), ellipse(50, 50, 22, 18), ellipse(50, 80, 27, 21)),
        light(ellipse(37, 19, 3.5, 15, -8), mirrored(ellipse(37, 19, 3.5, 15, -8))),
        *(mark for x in (41, 59) for mark in eye(x, 47, 6)),
        dark(polygon((46, 56), (54, 56), (50, 61))),
        body(ellipse(36, 97, 13, 6), ellipse(64, 97, 13, 6)),
    ]


def butterfly() -> list[Layer]:
    """A butterfly with open wings, from above."""
    upper = smooth((48, 50), (38, 20), (18, 4), (2, 12), (4, 38), (22, 54))
    lower = smooth((48, 52), (26, 54), (10, 66), (14, 88), (30, 94), (44, 78))
    return [
        shade(tube((49, 30, 5), (44, 12, 4), (36, 4, 5)), tube((51, 30, 5), (56, 12, 4), (64, 4, 5))),
        body(lower, mirrored(lower)),
        body(upper, mirrored(upper)),
        shade(tube((50, 28, 9), (50, 56, 10), (50, 86, 6))),
    ]


def elephant() -> list[Layer]:
    """An elephant with its trunk down."""
    torso = smooth((4, 58), (8, 36), (28, 22), (52, 22), (68, 36), (66, 70), (40, 72), (8, 74))
    legs = [polygon((x, 60), (x + 15, 60), (x + 16, 94), (x - 1, 94)) for x in (6, 26, 52)]
    trunk = tube((82, 40, 18), (92, 54, 13), (93, 72, 10), (99, 86, 8))
    return [
        shade(tube((6, 40, 5), (-1, 52, 5), (-3, 64, 7))),
        body(torso, *legs, ellipse(74, 34, 18, 19), trunk),
        lit(polygon((80, 52), (92, 64), (78, 58))),
        body(smooth((62, 18), (72, 26), (70, 44), (60, 56), (50, 44), (50, 26))),
        *eye(82, 30, 5),
    ]


def turtle() -> list[Layer]:
    """A tortoise under a high shell."""
    shell = smooth((4, 62), (10, 38), (28, 20), (46, 16), (62, 22), (76, 42), (80, 62), (60, 66), (24, 66))
    return [
        body(
            polygon((14, 58), (32, 58), (30, 86), (14, 86)),
            polygon((52, 58), (70, 58), (70, 86), (54, 86)),
            tube((68, 62, 14), (82, 56, 13), (90, 44, 18), (95, 42, 17)),
            polygon((10, 56), (-4, 66), (10, 68)),
        ),
        body(shell),
        ink(curve((8, 56), (42, 60), (76, 56))),
        *eye(94, 40, 5),
    ]


def finch() -> list[Layer]:
    """A round little bird with a short, thick beak, upright."""
    torso = smooth((22, 60), (30, 34), (46, 12), (66, 6), (80, 16), (80, 34), (82, 54), (70, 74), (48, 78), (30, 76))
    return [
        shade(tube((48, 74, 6), (48, 97, 6), (57, 98, 5)), tube((62, 72, 6), (62, 97, 6), (71, 98, 5))),
        body(polygon((30, 58), (2, 86), (14, 94), (42, 76)), torso),
        lit(polygon((78, 12), (97, 25), (78, 34))),
        ink(curve((36, 46), (36, 62), (52, 66), (62, 54))),
        *eye(67, 20),
    ]


def duck() -> list[Layer]:
    """A duck with a flat bill and webbed feet."""
    torso = smooth((0, 42), (12, 50), (32, 48), (56, 48), (74, 50), (82, 64), (70, 80), (44, 85), (18, 78), (6, 62))
    return [
        shade(polygon((36, 80), (46, 80), (56, 97), (32, 97)), polygon((54, 80), (62, 80), (74, 97), (52, 97))),
        lit(smooth((82, 18), (96, 22), (106, 22), (105, 30), (92, 33), (82, 32))),
        body(torso, ellipse(72, 22, 17), tube((66, 56, 26), (68, 40, 20), (70, 28, 20))),
        ink(curve((20, 58), (36, 70), (54, 66), (58, 56))),
        *eye(77, 18),
    ]
