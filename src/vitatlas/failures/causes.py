"""Failures of the system and of libraries whose cause is known, each in a sentence with the remedy."""

from __future__ import annotations

from vitatlas.errors import UserError, explained

_MEMORY = UserError(
    "the memory is full",
    remedy="give the job more (--set-resources RULE:mem_mb=…), run fewer at once (--cores), or make batches smaller",
)
_GPU_MEMORY = UserError(
    "the memory of the GPU is full",
    remedy="let fewer jobs share it (key 'gpu_memory_mb' of the tier's file), or make batches smaller",
)


def known(error: BaseException) -> UserError | None:
    """The error that a user is meant to read; None where nobody knows the cause."""
    if isinstance(error, UserError):
        return error
    if isinstance(error, MemoryError):
        return _MEMORY
    if type(error).__name__ == "OutOfMemoryError":  # torch's, which is not imported for this
        return _GPU_MEMORY
    if isinstance(error, ModuleNotFoundError):
        return _missing(error)
    return explained(error)


def _missing(error: ModuleNotFoundError) -> UserError | None:
    name = (error.name or "").partition(".")[0]
    if not name or name == "vitatlas":
        return None
    problem = f"the library '{name}' is not installed where this runs"
    return UserError(problem, remedy="run in the project's environment (make environment), or in its containers")
