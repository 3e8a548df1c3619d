"""Specs of the rules that get, train and measure models."""

from __future__ import annotations

from typing import Any

from vitatlas.config.read import known
from vitatlas.config.training import Finetuning
from vitatlas.specs.base import SpecBase, computed_by


class TrainingSpecs(SpecBase):
    """Weights, fine-tuning, behaviour."""

    @computed_by("scripts/fetch_weights.py")
    def fetch_weights(self, wildcards: Any) -> dict[str, Any]:
        """Rule `fetch_weights`."""
        name = wildcards.model
        return {"name": name, "model": self._backbone(name), "source": self.config.weights.source}

    @computed_by("scripts/pretrain.py")
    def pretrain(self, wildcards: Any) -> dict[str, Any]:
        """Rule `pretrain`."""
        return self._model(wildcards.model) | {
            "pretraining": self.config.pretraining[wildcards.model].model_dump(mode="json"),
            "noise_std": self.config.stimuli.noise_std,
            "compute": self.config.compute_of("pretrain").model_dump(mode="json"),
            "seed": self._seed("pretrain", wildcards.model),
        }

    @computed_by("scripts/finetune.py")
    def finetune(self, wildcards: Any) -> dict[str, Any]:
        """Rule `finetune`."""
        return self._finetuning(wildcards, "finetune", self.config.finetuning_of(wildcards.model))

    @computed_by("scripts/finetune_auxiliary.py")
    def finetune_auxiliary(self, wildcards: Any) -> dict[str, Any]:
        """Rule `finetune_auxiliary`.

        Raises:
            UserError: The configuration has no variant of this name.
        """
        variants = self.config.auxiliary.variants
        known(wildcards.auxiliary, variants, "variant of auxiliary losses", "the requested target")
        training = self.config.auxiliary_finetuning_of(wildcards.model, wildcards.task)
        return self._finetuning(wildcards, "finetune_auxiliary", training) | {
            "variant": wildcards.auxiliary,
            "losses": [loss.model_dump(mode="json") for loss in variants[wildcards.auxiliary]],
        }

    def _finetuning(self, wildcards: Any, rule: str, training: Finetuning) -> dict[str, Any]:
        return self._cell(wildcards) | {
            "seed": int(wildcards.seed),
            "random_seed": self.config.seed,
            "noise_std": self.config.stimuli.noise_std,
            "training": training.model_dump(mode="json"),
            "compute": self.config.compute_of(rule).model_dump(mode="json"),
        }

    @computed_by("scripts/gather.py", image="figures")
    def gathered(self, wildcards: Any) -> dict[str, Any]:
        """Rules that put the seeds of one cell together."""
        return self._gathered(wildcards)

    @computed_by("scripts/gather.py", image="figures")
    def gathered_auxiliary(self, wildcards: Any) -> dict[str, Any]:
        """Rule `auxiliary`."""
        return self._gathered(wildcards) | {"variants": self.config.auxiliary.rows_of(wildcards.task)}

    def _gathered(self, wildcards: Any) -> dict[str, Any]:
        return {"name": wildcards.model, "task": wildcards.task, "setting": wildcards.setting}
