"""Build what is missing or out of date; take from the cache what was built before."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vitatlas.config.read import require_known
from vitatlas.containers import store
from vitatlas.containers.apptainer import Say
from vitatlas.containers.assemble import assemble
from vitatlas.containers.failures import REGISTRY, BuildFailure
from vitatlas.containers.host import check_host, detected, mirror
from vitatlas.containers.images import ACCELERATORS, BASE, BASES, IMAGES, Image, Record, fault, key, path_of, record_of
from vitatlas.containers.space import check_space, temporary
from vitatlas.jobs.files import sha256

# Of images with torch and of others, in GiB, measured and rounded up: unpacked while building, and the file.
UNPACKED = {"cpu": 3.0, "cuda": 12.0, "other": 1.5}
PACKED = {"cpu": 0.7, "cuda": 4.0, "other": 0.4}
# What torch.compile needs on a GPU; Debian's own Python has its header files in a package, the official image has them.
COMPILER = {"docker": "gcc libc6-dev", "debootstrap": "gcc libc6-dev python3-dev"}


@dataclass(frozen=True)
class Builder:
    """Builds the images of a project.

    Attributes:
        root: The project's folder.
        accelerator, base: What the user asks for; None leaves an image that is there as it is, and otherwise means
            this machine's accelerator, and the official Python image or, without a Docker registry, debootstrap.
        mirror: The Debian mirror for debootstrap; None means the one that apt uses.
        say: Takes one line of progress.
    """

    root: Path
    accelerator: str | None
    base: str | None
    mirror: str | None
    say: Say

    def make(self, names: Sequence[str]) -> list[Record]:
        """Bring images up to date.

        Raises:
            UserError: An unknown name or choice, a machine that cannot build, too little disk space, or a failed build.
                What was there before stays.
        """
        for name in names:
            require_known(name, IMAGES, "image", "the command line")
        for value, choices, what in ((self.accelerator, ACCELERATORS, "ACCELERATOR"), (self.base, BASES, "BASE")):
            if value is not None:
                require_known(value, choices, what, "the command line")
        store.sweep()
        waiting = [IMAGES[name] for name in names if not self._is_ready(IMAGES[name])]
        if waiting:
            self._check(waiting)
        for image in waiting:
            self._make(image)
        return [self._finish(name) for name in names]

    def _is_ready(self, image: Image) -> bool:
        """Whether the project has the image, or the cache had it."""
        accelerator = self._accelerator(image)
        record = record_of(path_of(self.root, image.name))
        fits = record and record.accelerator == accelerator and self.base in (None, record.base)
        if fits and fault(self.root, image.name) is None:
            self.say(f"{image.name}: up to date")
            return True
        cached = store.find(image.name, accelerator, self.base, key(self.root, image.name, accelerator))
        if cached:
            store.publish(cached, self.root, image.name)
            self.say(f"{image.name}: built before, taken from {cached.parent}")
        return cached is not None

    def _accelerator(self, image: Image) -> str:
        record = record_of(path_of(self.root, image.name))
        return image.accelerator(self.accelerator or (record.accelerator if record else detected()))

    def _check(self, images: Sequence[Image]) -> None:
        check_host(building=True)
        kinds = [self._accelerator(image) if image.per_accelerator else "other" for image in images]
        files = sum(PACKED[kind] for kind in kinds)
        check_space({temporary(): max(UNPACKED[kind] for kind in kinds), store.folder(): files})

    def _make(self, image: Image) -> None:
        accelerator = self._accelerator(image)
        base = self._base_image(accelerator)
        values = {"lock": sha256(image.lock_files(self.root, accelerator)[0])[:16]}
        values |= {"accelerator": accelerator} if image.per_accelerator else {}
        origin = record_of(base)
        assert origin is not None, f"{base} has no record"
        built = assemble(self.root, image, accelerator, origin.base, values, self.say, base)
        store.publish(built, self.root, image.name)

    def _base_image(self, accelerator: str) -> Path:
        cached = store.find("base", accelerator, self.base, key(self.root, "base", accelerator))
        if cached:
            return cached
        try:
            return self._build_base(accelerator, self.base or "docker")
        except BuildFailure as error:
            if self.base or error.cause is not REGISTRY or shutil.which("debootstrap") is None:
                raise
            self.say("base: no Docker registry can be reached; going on with BASE=debootstrap")
            return self._build_base(accelerator, "debootstrap")

    def _build_base(self, accelerator: str, origin: str) -> Path:
        values = {"bootstrap": origin, "compiler": COMPILER[origin] if accelerator == "cuda" else ""}
        values |= {"mirror": self.mirror or mirror()} if origin == "debootstrap" else {}
        return assemble(self.root, BASE, accelerator, origin, values, self.say)

    def _finish(self, name: str) -> Record:
        record = record_of(path_of(self.root, name))
        assert record is not None, f"{name} has no record"
        made = f"{record.accelerator}, base {record.base}, built {record.built} in {record.seconds:.0f} s"
        self.say(f"containers/{name}.sif: {record.bytes / 1e6:.0f} MB ({made})")
        return record
