"""Classes of representations that no picture has: the head, applied to z itself."""

from __future__ import annotations

from torch import Tensor

from vitatlas.models.encoder import Encoder


def logits_of(encoder: Encoder, z: Tensor) -> Tensor:
    """Logits [B, classes] of representations z [B, d].

    Args:
        encoder: Whose head reads z (`decompose.logits.require_head`): its own, or the one put in as `classifier`.
        z: Of pictures, or changed ones.
    """
    if encoder.classifier is not None:
        found: Tensor = encoder.classifier(z)
        return found
    head = getattr(encoder.backbone, "head", None)
    if getattr(head, "hidden_size", None):
        # Norm and hidden units stand behind the pooling: z is the pooled map, which is its own mean over one position.
        hidden: Tensor = head(z[:, :, None, None])  # type: ignore[misc]
        return hidden
    linear: Tensor = encoder.backbone.get_classifier()(z)
    return linear
