"""The claims of jobs on a machine's GPUs, and who is given what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """The claim of a living job: what it wants or holds.

    Attributes:
        number: Its place in the queue; lower ones came earlier.
        memory_mb: GPU memory that it may need, in MiB.
        devices: Memory in MiB of each device that it may use, by UUID.
        device: The UUID of the device that it holds; None while it waits.
    """

    number: int
    memory_mb: int
    devices: dict[str, int]
    device: str | None = None


def place(claims: Sequence[Claim]) -> dict[int, str]:
    """Which waiting claims may have a device now: UUIDs, by the claims' numbers.

    In the order of arrival, each gets the device with the fewest jobs among those with room, the one with the most room
    if several have as few. One that fits nowhere reserves the device that has the most room of those large enough, and
    later arrivals must leave that one alone: it empties until the large job fits, however many small ones keep coming.
    """
    used, jobs = claimed(claims), Counter(claim.device for claim in claims)
    placed: dict[int, str] = {}
    reserved: set[str] = set()
    for claim in sorted(claims, key=lambda claim: claim.number):
        if claim.device is not None:
            continue
        large = [uuid for uuid, size in claim.devices.items() if size >= claim.memory_mb and uuid not in reserved]
        room = {uuid: claim.devices[uuid] - used[uuid] for uuid in large}
        fitting = [uuid for uuid in room if room[uuid] >= claim.memory_mb]
        if fitting:
            device = min(fitting, key=lambda uuid: (jobs[uuid], -room[uuid]))
            placed[claim.number] = device
            used[device] += claim.memory_mb
            jobs[device] += 1
        elif room:
            reserved.add(max(room, key=lambda uuid: room[uuid]))
    return placed


def claimed(claims: Sequence[Claim]) -> Counter[str]:
    """Memory in MiB that jobs hold, by device."""
    used = Counter[str]()
    for claim in claims:
        if claim.device is not None:
            used[claim.device] += claim.memory_mb
    return used
