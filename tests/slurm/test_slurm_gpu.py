"""A job that asks for a GPU gets one device and sees no other, inside its container too."""

import shlex

import pytest

# The project's own rules and resources, and one more rule that says what a job sees; long enough to overlap.
PROBE = """
include: "Snakefile"

rule probe:
    output:
        "probe/{n}.txt",
    container:
        COMPUTE_IMAGE
    resources:
        **on_gpu("finetune"),
        mem_mb=growing(500),
        runtime=growing(5),
    shell:
        "sleep 10; echo $ATLAS_NODE:$CUDA_VISIBLE_DEVICES:$APPTAINER_CONTAINER > {output}"
"""
TARGETS = ["probe/0.txt", "probe/1.txt", "probe/2.txt"]


@pytest.fixture(scope="module", params=["gpus", "gres"])
def probed(request, remote):
    """How jobs ask, what three of them saw, and what sbatch was asked."""
    run = remote(f"gpu-by-{request.param}")
    (run.project.path / "probe.smk").write_text(PROBE)
    site = run.project.path / "config/site.yaml"
    site.write_text(site.read_text() + f"gpu: {{by: {request.param}, model: mock}}\n")
    before = len(run.cluster.submissions)
    run.snakemake("--snakefile", "probe.smk", "--retries", "0", *TARGETS, config=("compute={device: cuda}",))
    seen = [(run.project.path / target).read_text().strip().split(":") for target in TARGETS]
    return request.param, seen, run.cluster.submissions[before:]


def test_each_job_sees_exactly_one_device(probed):
    _, seen, _ = probed
    assert {device for _, device, _ in seen} == {"0", "1"}


def test_it_sees_it_inside_the_image_on_the_node_with_gpus(probed):
    _, seen, _ = probed
    assert all(node == "node1" and image.endswith("compute.sif") for node, _, image in seen)


def test_sbatch_was_asked_in_the_words_of_the_site(probed):
    by, _, submissions = probed
    words = {"gpus": "--gpus=mock:1", "gres": "--gres=gpu:mock:1"}
    assert len(submissions) == 3
    for arguments in submissions:
        asked = shlex.join(arguments)
        assert f" {words[by]} " in asked and " -p gpu " in asked
        assert ("--gres" in asked) == (by == "gres")
