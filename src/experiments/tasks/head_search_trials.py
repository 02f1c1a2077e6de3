"""Trials of the task `head_search`: heads trained at different learning rates, and the choice of the best rate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from components.errors import ConfigError
from components.heads import Classifier
from components.metrics import within_range
from components.training import FitResult, fit_batched, predict
from components.wording import counted
from experiments.console import Steps
from experiments.models import Curve, Trainer, TrainingJob, group_batchable, labelled_curves, seeded

VALIDATION_METRICS = ("validation_accuracy", "validation_loss")


@dataclass(frozen=True)
class Trial:
    """A head that was trained at one learning rate.

    Attributes:
        learning_rate: The learning rate.
        job: The training job: seed, targets and split.
        classifier: The trained network.
        fitted: Training curves and kept epoch.
    """

    learning_rate: float
    job: TrainingJob
    classifier: Classifier
    fitted: FitResult

    @property
    def curves(self) -> list[Curve]:
        """Training curves with the columns of curves.csv."""
        return labelled_curves(self.job, self.fitted.curves, self.fitted.kept_epoch)

    @property
    def kept(self) -> Curve:
        """Curve values of the epoch whose weights were kept."""
        row: Curve = self.fitted.curves[self.fitted.kept_epoch - 1]
        return row

    def logits(self, trainer: Trainer) -> NDArray[np.float64]:
        """Return the (n, C) logits of the rows of the job."""
        features = trainer.networks.features
        return predict(self.classifier, self.classifier.mlp, features, self.job.rows, trainer.settings.precision)


def train_trials(trainer: Trainer, jobs: Sequence[TrainingJob], learning_rates: Sequence[float]) -> list[Trial]:
    """Train the jobs at every learning rate; jobs with splits of equal size are trained in one batch.

    Args:
        trainer: Trainer of the run, with a frozen backbone.
        jobs: Training jobs of one network of the head.
        learning_rates: Learning rates to try.
    """
    trials: list[Trial] = []
    networks, training = trainer.networks, trainer.settings
    for group in group_batchable(jobs):
        pairs = [(rate, job) for rate in learning_rates for job in group]
        with seeded(group[0].seed, networks.device):
            classifiers = [networks.classifier(job) for _, job in pairs]
        features, network = networks.features, group[0].network
        with Steps(f"{counted(len(pairs), 'head')} in one batch", training.epochs * len(pairs)) as steps:
            fitted = fit_batched(
                [classifier.mlp for classifier in classifiers],
                features,
                network.targets,
                [job.split_rows("train") for _, job in pairs],
                [job.split_rows("validation") for _, job in pairs],
                len(network.class_names),
                training,
                seeds=[job.seed for _, job in pairs],
                learning_rates=[rate for rate, _ in pairs],
                weights=network.weights,
                epochs=training.epochs,
                resume_from=trainer.files.checkpoint(f"{group[0].name}-search"),
                on_epoch=lambda _, count: steps.step("", count),
            )
        trials += [
            Trial(rate, job, classifier, result)
            for (rate, job), classifier, result in zip(pairs, classifiers, fitted, strict=True)
        ]
    return trials


def rate_table(trials: Sequence[Trial]) -> pd.DataFrame:
    """Return one row per learning rate: mean validation accuracy and loss over the seeds, with 95 % intervals.

    Intervals are Student's; the column `chosen` marks the learning rate with the lowest mean validation loss.

    Args:
        trials: Trials of one network of the head.

    Raises:
        ConfigError: The split has no validation photos.
    """
    frame = pd.DataFrame(
        [
            {"learning_rate": trial.learning_rate} | {name: trial.kept[name] for name in VALIDATION_METRICS}
            for trial in trials
        ]
    )
    rows = []
    for rate, of_rate in frame.groupby("learning_rate"):
        row = {"network": trials[0].job.network.name, "learning_rate": rate, "seeds": len(of_rate)}
        for name in VALIDATION_METRICS:
            mean, error = of_rate[name].mean(), of_rate[name].sem()
            half_width = error * stdtrit(len(of_rate) - 1, 0.975)
            low, high = within_range(name, mean - half_width, mean + half_width)
            row |= {name: mean, f"{name}_low": low, f"{name}_high": high}
        rows.append(row)
    table = pd.DataFrame(rows)
    if table["validation_loss"].isna().all():
        raise ConfigError(
            "task=head_search chooses the learning rate on the validation photos, and this split has none: use a "
            "split with a validation part"
        )
    return table.assign(chosen=table.index == table["validation_loss"].idxmin())


def best_trials(trials: Sequence[Trial], rates: pd.DataFrame) -> list[Trial]:
    """Return the trials of the chosen learning rate, ordered by replicate.

    Args:
        trials: Trials of one network of the head.
        rates: Rows of `rate_table`, of all networks.
    """
    of_network = rates[rates["network"] == trials[0].job.network.name]
    (best_rate,) = of_network.loc[of_network["chosen"], "learning_rate"]
    return sorted(
        (trial for trial in trials if trial.learning_rate == best_rate), key=lambda trial: trial.job.replicate
    )
