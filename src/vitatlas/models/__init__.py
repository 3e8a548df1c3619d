"""The model zoo in use: building, loading and fetching models, and reading or patching their activations by name."""

from __future__ import annotations

# Before anything imports timm: it imports torchvision, which needs this first.
from vitatlas.models import torchvision_ops  # noqa: F401
