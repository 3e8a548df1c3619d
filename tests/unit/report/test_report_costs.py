"""The cost of jobs, as a page shows it."""

from report_tier import Tier

from vitatlas.report.costs import Cost, disk, read_kinds, total


def test_sums_leave_out_what_was_not_sampled():
    assert total([Cost(1, 2.0, None), Cost(2, 3.0, 5.0)]) == Cost(3, 5.0, 5.0)
    assert total([]) == Cost(0, 0.0, None)


def test_disk_is_in_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert disk([tmp_path / "a", tmp_path / "a"]) == 10


def test_kinds_of_jobs_are_read_from_the_compute_table(tmp_path):
    kinds = read_kinds(Tier(tmp_path).results / "compute.csv")
    assert [kind.kind for kind in kinds] == ["das", "scenes"] and kinds[1].cost.memory_mb is None
