"""Every departure of the reference code against the corrected protocol, in one fine-tuning run.

One switch at a time, all others corrected. Corrected values are those of the finished tables wherever they stand there.

| switch | compared |
|---|---|
| normalisation | errors without an intervention; success of subspaces searched for again near the best layer |
| mode | success of the learned subspaces in the best layer |
| novel_draws | success of "added" vectors in the best layer, and the half-width of its 95 % interval over draws |
| sites | probes, and interventions along them, each protocol in its own best layer (RMTS only) |
| seen_accuracy | accuracy on what is called seen combinations (32 combinations only: elsewhere no others are left) |

Best means, but for `sites`: under the corrected protocol. The search near it is the same search with the same random
choices; only the statistics that images are normalised with differ. Where they do not, neither do the results, and
nothing is searched.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from vitatlas.errors import UserError
from vitatlas.jobs.checkpoint import StopRequest, key_of
from vitatlas.jobs.job import Job
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.seeds import derive_seed
from vitatlas.relations.config.protocol import Switch
from vitatlas.relations.das.evaluate import evaluate
from vitatlas.relations.das.job import Prepared
from vitatlas.relations.das.learned import Item, Learned, load_operators
from vitatlas.relations.das.sweep import Sweep
from vitatlas.relations.departures.finished import SPLIT, WORDS, Row, Share, Successes, accuracy, compared, read
from vitatlas.relations.departures.sites import sites
from vitatlas.relations.departures.spec import DeparturesSpec
from vitatlas.relations.novel.vectors import measure
from vitatlas.relations.probes.job import probed_scenes


class Run:
    """One fine-tuning run: what it was measured to do, and the means to measure it otherwise.

    Raises:
        UserError: Files of another run.
    """

    def __init__(
        self, job: Job[DeparturesSpec], run: int, model: Path, operators: Path, interventions: Path, metrics: Path
    ):
        self.job, self.spec, self.run, self.model = job, job.spec, run, model
        self.columns = job.spec.columns(run)
        self.files = {"operators": operators, "metrics": metrics}
        self.prepared = Prepared(job, model, run)
        self.learned = load_operators(operators, self.prepared.model.classifier.width, self.columns)
        self.found = Successes(read(interventions, self.columns), interventions)
        self.metrics = read(metrics, self.columns)

    def normalisation(self, folder: Path, stop: StopRequest) -> list[Row]:
        """Images normalised as the model was trained, or as the reference analysed it."""
        properties = self.spec.search.properties
        if self.spec.statistics == self.spec.model.preprocessing:
            errors = self.found.errors()
            best: dict[str, Share] = {property: self.found.best(property)[1] for property in properties}
        else:
            errors, best = self._searched_again(folder, stop)
        rows = compared("normalisation", "errors without an intervention", self.found.errors(), errors)
        for property in properties:
            quantity = f"interventions, {WORDS[property]}, near the best layer"
            rows += compared("normalisation", quantity, self.found.best(property)[1], best[property])
        return rows

    def _searched_again(self, folder: Path, stop: StopRequest) -> tuple[Share, dict[str, Share]]:
        """Wrong answers, and the highest success of each property, under the reference's statistics."""
        entry = self.spec.model.model_copy(update={"preprocessing": self.spec.statistics})
        job = replace(self.job, spec=self.spec.model_copy(update={"model": entry}))
        prepared = Prepared(job, self.model, self.run)
        rows = []
        for property in self.spec.search.properties:
            layers = self.found.near_best(property, self.spec.around)
            changes = {"properties": [property], "controls": ["none"], "layers": layers}
            search = self.spec.search.model_copy(update=changes)
            sweep = Sweep(prepared.model, search, prepared.seed, folder, key_of(self.job))
            with Progress(
                len(sweep), f"search under the reference's normalisation: {property}", unit="item"
            ) as progress:
                learned = sweep.learn(property, prepared.examples(property, "train"), stop, progress)
            rows += evaluate(prepared.model, prepared.examples(property, SPLIT), learned, search.evaluation_batch)
        found = Successes(pd.DataFrame(rows).assign(split=SPLIT), "the search under the reference's normalisation")
        return found.errors(), {property: found.best(property)[1] for property in self.spec.search.properties}

    def mode(self) -> list[Row]:
        """The model in evaluation mode, or in training mode."""
        training = Prepared(self.job, self.model, self.run, training=True)
        rows: list[Row] = []
        for property in self.spec.search.properties:
            examples, learned = training.examples(property, SPLIT), self._best(property)
            other = evaluate(training.model, examples, learned, self.spec.search.evaluation_batch)
            reference = Successes(pd.DataFrame(other).assign(split=SPLIT), self.model).best(property)[1]
            quantity = f"interventions, {WORDS[property]}, best layer"
            rows += compared("mode", quantity, self.found.best(property)[1], reference)
        return rows

    def novel_draws(self) -> list[Row]:
        """Novel vectors for every example, or for a batch of them."""
        rows: list[Row] = []
        for property in self.spec.search.properties:
            corrected, reference = (self._added(property, switch) for switch in ("corrected", "reference"))
            quantities = (
                f"added, {WORDS[property]}, best layer",
                f"added, {WORDS[property]}, half-width of its interval",
            )
            for quantity, *shares in zip(quantities, corrected, reference, strict=True):
                rows += compared("novel_draws", quantity, *shares)
        return rows

    def _added(self, property: str, novel_draws: Switch) -> tuple[Share, Share]:
        """Success of added vectors, and the half-width of its interval."""
        (row,) = measure(
            self.prepared.model,
            self.prepared.examples(property, "val"),
            self.prepared.examples(property, SPLIT),
            self._best(property),
            batch=self.spec.search.evaluation_batch,
            draws=self.spec.draws,
            novel_draws=novel_draws,
            shared=self.spec.search.batch,
            seed=derive_seed(self.prepared.seed, "novel", property),
            methods=["added"],
        )
        return Share(row["accuracy"], row["n"]), Share((row["high"] - row["low"]) / 2, row["n"])

    def sites(self) -> list[Row]:
        """Probes that read what leaves a block, or what enters it."""
        if self.spec.probe is None:
            return []
        train, test = probed_scenes(self.job, self.spec.probe)
        return sites(self.prepared, self.spec.probe, train, test, read(self.job.input.probes, self.columns))

    def seen_accuracy(self) -> list[Row]:
        """Scenes of seen combinations, or of those in the test split."""
        if self.spec.setting != "32":
            return []
        shares = (accuracy(self.metrics, split, self.files["metrics"]) for split in (SPLIT, "test"))
        return compared("seen_accuracy", "accuracy, seen combinations", *shares)

    def _best(self, property: str) -> dict[Item, Learned]:
        item = Item(property, "none", self.found.best(property)[0])
        if item not in self.learned:
            problem = f"the subspace {item} was measured, but is not among those learned"
            raise UserError(problem, where=self.files["operators"], remedy="search again in this model")
        return {item: self.learned[item]}
