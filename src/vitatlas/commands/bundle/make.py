"""Writing a bundle: a folder, and the same as a zip file."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from string import Template

from vitatlas.artifacts.spec import AnyArtifactSpec
from vitatlas.commands.bundle.contents import Contents, contents_of
from vitatlas.commands.bundle.crate import METADATA, crate
from vitatlas.jobs.again import commands_for, missing_for
from vitatlas.jobs.files import atomic, sha256
from vitatlas.jobs.fingerprint import without_fingerprint
from vitatlas.jobs.provenance import variables
from vitatlas.project.atlas import load_atlas

MATERIALS = Path("workflow/bundle")
SUMS = "SHA256SUMS"
TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can name: equal bundles are equal files


def make_bundle(target: str, tier: str, checkout: Path) -> Path:
    """Write `results/<tier>/bundles/<paper>_<artifact>` and the same as `.zip`, in place of what was there.

    Returns:
        The folder.

    Raises:
        UserError: As `contents_of`.
    """
    contents = contents_of(target, load_atlas(checkout, {"tier": tier}))
    name = contents.artifact.target
    folder = checkout / f"results/{tier}/bundles/{name}"
    part = folder.with_name(f".{name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        _fill(part, contents, checkout)
        with atomic(folder.with_suffix(".zip")) as archive:
            _pack(part, archive, name)
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _fill(folder: Path, contents: Contents, checkout: Path) -> None:
    for name in contents.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(checkout / name, folder / name)  # with its time, which says when it was made
    shutil.copyfile(checkout / MATERIALS / "redraw.py", folder / "redraw.py")
    (folder / "recipe.json").write_text(json.dumps(recipe(contents), indent=1, sort_keys=True) + "\n")
    (folder / "README.md").write_text(readme(contents, checkout / MATERIALS / "README.md"), encoding="utf-8")
    (folder / METADATA).write_text(json.dumps(crate(contents, folder), indent=1, ensure_ascii=False) + "\n")
    sums = [f"{sha256(path)}  {path.relative_to(folder)}\n" for path in _files(folder)]
    (folder / SUMS).write_text("".join(sums))


def recipe(contents: Contents) -> dict[str, object]:
    """The recipe that `redraw.py` hands to the program that draws."""
    record, name = contents.record, contents.artifact.name
    return {
        "program": contents.programs[0],
        "tables": contents.tables,
        "outputs": dict(contents.outputs),
        "besides": {"notebook": f"redrawn/{name}.ipynb"} if contents.artifact.kind == "figure" else {},
        "spec": record["spec"],
        "log": f"results/{record['tier']}/logs/{record['job']}.log" if record["job"] else "",
        "variables": variables(record),
    }


def readme(contents: Contents, template: Path) -> str:
    """The bundle's README."""
    record, artifact = contents.record, contents.artifact
    spec = AnyArtifactSpec.model_validate(without_fingerprint(record["spec"]))
    folders = dict.fromkeys("/".join(Path(file).parts[:3]) for file in contents.scenes)
    needs = [f"# {said}"] if (said := missing_for(record)) else []
    scenes = ", ".join(f"`{folder}/`" for folder in folders) or "(none)"
    return Template(template.read_text(encoding="utf-8")).substitute(
        heading=f"{spec.number}: {spec.title}",
        caption=spec.explanation,
        remarks="\n".join(f"- {remark}" for remark in spec.remarks),
        version=record["version"],
        commit=record["commit"] or "unknown",
        tier=spec.tier,
        target=artifact.target,
        kind=artifact.kind,
        scenes=scenes,
        again="\n".join(f"    {line}" for line in [*needs, *commands_for(record, contents.outputs["csv"])]),
    )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _pack(folder: Path, archive: Path, name: str) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in _files(folder):
            entry = zipfile.ZipInfo(f"{name}/{path.relative_to(folder)}", TIME)
            entry.external_attr = 0o644 << 16
            file.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
