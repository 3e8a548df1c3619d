"""A job that asks for a GPU gets one device and sees no other, inside its container too."""

import shlex

import pytest

# The project's own rules and resources, and one more rule that says what a job sees; long enough to overlap.
SEE = """
include: "Snakefile"

rule see_device:
    output:
        "seen/{n}.txt",
    container:
        COMPUTE_IMAGE
    resources:
        **on_gpu("finetune"),
        mem_mb=growing(500),
        runtime=growing(5),
    shell:
        "sleep 10; echo $ATLAS_NODE:$CUDA_VISIBLE_DEVICES:$APPTAINER_CONTAINER > {output}"
"""
TARGETS = ["seen/0.txt", "seen/1.txt", "seen/2.txt"]


@pytest.fixture(scope="module")
def looked(remote):
    """The device, node and image that each of three jobs saw, and the words that sbatch was asked in."""
    run = remote("gpu")
    (run.project.path / "see.smk").write_text(SEE)
    site = run.project.path / "config/site.yaml"
    site.write_text(site.read_text() + "gpu: {by: gres, model: mock}\n")
    before = len(run.cluster.submissions)
    run.snakemake("--snakefile", "see.smk", "--retries", "0", *TARGETS, config=("compute={device: cuda}",))
    seen = [(run.project.path / target).read_text().strip().split(":") for target in TARGETS]
    return seen, run.cluster.submissions[before:]


def test_each_job_sees_exactly_one_device(looked):
    seen, _ = looked
    assert {device for _, device, _ in seen} == {"0", "1"}


def test_it_sees_it_inside_the_image_on_the_node_with_gpus(looked):
    seen, _ = looked
    assert all(node == "node1" and image.endswith("compute.sif") for node, _, image in seen)


def test_sbatch_was_asked_in_the_words_of_the_site(looked):
    _, submissions = looked
    assert len(submissions) == 3
    for arguments in submissions:
        asked = shlex.join(arguments)
        assert " --gres=gpu:mock:1 " in asked and " -p gpu " in asked and "--gpus" not in asked
