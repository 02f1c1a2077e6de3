"""Task `head_search`: every learning rate with every seed, all heads at once; the best by validation is tested."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from components import figures
from components.augmentations import Policy
from components.backbones import Backbone
from components.data import Manifest, Photos
from components.errors import ConfigError
from components.heads import Classifier, Head
from components.metrics import class_report, classification_metrics
from components.storage import atomic_path
from components.training import Fitted, Training, fit_batched, pick_device, predict
from experiments.console import terminal
from experiments.models import Curve, Replicates, TrainingJob, alike, seeded, sizes_in_words, splits_of_replicates
from experiments.runs import Outcome, Run
from experiments.tasks.classify_output import draw, show, write_tables


def head_search(
    *,
    data: Manifest,
    split: Callable[..., Manifest],
    pixels: Callable[[Manifest], Photos],
    backbone: Callable[..., Backbone],
    head: Head,
    training: Training,
    learning_rates: Sequence[float],
    on_leak: Literal["error", "warn", "ignore"],
    seed: int,
    replicates: int,
    resplit: bool,
    device: str,
    run: Run,
) -> Outcome:
    """Train a head on frozen features at every learning rate with every seed, all at once; test the best rate.

    Args:
        data: The photos.
        split: Gives the manifest its train, validation and test rows, from a seed.
        pixels: Decodes the photos to one size.
        backbone: Makes the network from photos to features, given `image_size`; must be frozen.
        head: Which rows are trained on as which class, and how logits become predictions.
        training: Optimizer, epochs and so on; its learning rate is replaced.
        learning_rates: Those to try.
        on_leak: What to do when the same thing stands on both sides of the split.
        seed: Of the first replicate.
        replicates: Number of seeds that each rate is tried with.
        resplit: Whether each replicate draws its own split.
        device: Name of the device, or "auto".
        run: Where to write and whom to tell.

    Returns:
        Metrics of the heads of the rate with the lowest mean validation loss, as `classify` gives them; the folder
        holds `rates.csv` beside what a classification leaves.

    Raises:
        ConfigError: For rates that are none, a backbone that is trained too, or a split without validation photos.
    """
    if not learning_rates or min(learning_rates) <= 0 or len(set(learning_rates)) < len(learning_rates):
        raise ConfigError(f"learning_rates={list(learning_rates)}: expected different rates above 0")
    place = pick_device(device)
    photos = pixels(data)
    seeds = [seed + replicate for replicate in range(replicates)]
    manifests = splits_of_replicates(photos, split, seeds, resplit, on_leak)
    nothing = Policy()
    with seeded(seed, place):
        models = Replicates(
            photos=photos,
            backbone=backbone,
            augmentation=nothing,
            head=head,
            training=training,
            device=place,
            run=run,
        )
        if not models.on_features:
            raise ConfigError(
                "task=head_search trains heads on the features of a frozen backbone: take one that is frozen"
            )
        tests = [head.test_rows(manifest) for manifest in manifests]
        trials = [trials_of(models, jobs, learning_rates) for jobs in models.jobs(manifests, seeds, tests)]
        rates = pd.concat([rate_table(of_network) for of_network in trials], ignore_index=True)
        best = [chosen(of_network, rates) for of_network in trials]
        logits = [[one.logits(models) for one in of_network] for of_network in best]
    predictions = [
        head.predictions(manifest, test, list(its_logits))
        for manifest, test, its_logits in zip(manifests, tests, zip(*logits, strict=True), strict=True)
    ]
    metrics, report = classification_metrics(predictions, seed=seed), class_report(predictions)
    heads = len(learning_rates) * replicates * len(trials)
    tested = (
        f"test n = {metrics['accuracy'].n} · {len(learning_rates)} rates × {replicates} seeds, {heads:,} heads at once"
    )
    curves = pd.DataFrame([row for of_network in best for one in of_network for row in one.curves])
    write_tables(run.folder, predictions, curves, report)
    with atomic_path(run.folder / "rates.csv") as path:
        rates.to_csv(path, index=False)
    subtitle = f"{run.subtitle} · {tested}"
    draw(run.figures, predictions, curves, photos, subtitle)
    figures.save_figure(figures.rate_search(rates, subtitle=subtitle), run.figures / "rate_search.png")
    shutil.rmtree(run.checkpoints)
    picked = rates[rates["chosen"]]
    return Outcome(
        metrics=metrics,
        predictions=predictions[0],
        protocol=sizes_in_words(models.size, nothing, training, tested, place),
        notes=tuple(
            f"{one.network}: of {len(learning_rates)} learning rates {one.learning_rate:g} validates best (by loss)"
            for one in picked.itertuples()
        ),
        left_out=photos.manifest.left_out,
        show=lambda: show(metrics, report),
    )


@dataclass(frozen=True)
class Trial:
    """A head that was trained at a rate of its own."""

    rate: float
    job: TrainingJob
    classifier: Classifier
    fitted: Fitted

    @property
    def curves(self) -> list[Curve]:
        """Its epochs, as `curves.csv` has them."""
        about = {"replicate": self.job.replicate, "network": self.job.problem.name}
        return [about | row | {"kept": row["epoch"] == self.fitted.kept_epoch} for row in self.fitted.curves]

    @property
    def kept(self) -> Curve:
        """The figures of the epoch whose weights were kept."""
        row: Curve = self.fitted.curves[self.fitted.kept_epoch - 1]
        return row

    def logits(self, models: Replicates) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """(n, C) of the rows that it is asked about."""
        return predict(self.classifier, self.classifier.mlp, models.features, self.job.rows, models.training)


def trials_of(models: Replicates, jobs: Sequence[TrainingJob], rates: Sequence[float]) -> list[Trial]:
    """Train the jobs at every rate, those with splits of one size in one call."""
    trials: list[Trial] = []
    for group in alike(jobs):
        pairs = [(rate, job) for rate in rates for job in group]
        with seeded(group[0].seed, models.device):
            classifiers = [models.classifier(job) for _, job in pairs]
        features, problem = models.features, group[0].problem
        with terminal.Steps(f"{len(pairs):,} heads at once", models.training.epochs * len(pairs)) as steps:
            fitted = fit_batched(
                [one.mlp for one in classifiers],
                features,
                problem.targets,
                [job.used("train") for _, job in pairs],
                [job.used("validation") for _, job in pairs],
                len(problem.class_names),
                models.training,
                seeds=[job.seed for _, job in pairs],
                learning_rates=[rate for rate, _ in pairs],
                weights=problem.weights,
                epochs=models.training.epochs,
                resume_from=models.run.checkpoints / f"{group[0].name}-search.pt",
                on_epoch=lambda _, count: steps.step("", count),
            )
        trials += [
            Trial(rate, job, classifier, one)
            for (rate, job), classifier, one in zip(pairs, classifiers, fitted, strict=True)
        ]
    return trials


def rate_table(trials: Sequence[Trial]) -> pd.DataFrame:
    """One row a rate: how its heads validate, mean over the seeds with Student's 95 % interval, and which is chosen.

    Raises ConfigError when there was nothing to validate on.
    """
    names = ("validation_accuracy", "validation_loss")
    frame = pd.DataFrame([{"learning_rate": one.rate} | {name: one.kept[name] for name in names} for one in trials])
    rows = []
    for rate, of_rate in frame.groupby("learning_rate"):
        row = {"network": trials[0].job.problem.name, "learning_rate": rate, "seeds": len(of_rate)}
        for name in names:
            mean, error = of_rate[name].mean(), of_rate[name].sem()
            half = error * stdtrit(len(of_rate) - 1, 0.975)
            row |= {name: mean, f"{name}_low": mean - half, f"{name}_high": mean + half}
        rows.append(row)
    table = pd.DataFrame(rows)
    if table["validation_loss"].isna().all():
        raise ConfigError("task=head_search chooses by the validation photos, and this split has none")
    return table.assign(chosen=table.index == table["validation_loss"].idxmin())


def chosen(trials: Sequence[Trial], rates: pd.DataFrame) -> list[Trial]:
    """The heads of the rate that was chosen, by replicate."""
    of_network = rates[rates["network"] == trials[0].job.problem.name]
    (rate,) = of_network.loc[of_network["chosen"], "learning_rate"]
    return sorted((one for one in trials if one.rate == rate), key=lambda one: one.job.replicate)
