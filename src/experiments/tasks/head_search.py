"""Task `head_search`: train a head at every learning rate with every seed in one batch, and test the best rate."""

import shutil
from collections.abc import Callable, Sequence
from typing import Literal

import pandas as pd

from components import figures
from components.augmentations import Policy
from components.backbones import Backbone
from components.data import Manifest, Photos, single_split
from components.errors import ConfigError
from components.heads import Head
from components.metrics import class_report, classification_metrics
from components.probes import Probe
from components.training import Training
from components.wording import counted
from experiments.models import seeded, set_up_training
from experiments.runs import Outcome, Run
from experiments.tasks.classify_output import draw, show, write_csv, write_tables
from experiments.tasks.head_search_trials import best_trials, rate_table, train_trials

NAMED_BY = ("backbone", "head")
"""Configuration groups whose options name a run of this task."""


def head_search(
    *,
    data: Manifest,
    split: Callable[..., Manifest],
    pixels: Callable[[Manifest], Photos],
    backbone: Callable[..., Backbone],
    head: Head,
    training: Training | Probe,
    learning_rates: Sequence[float],
    on_leak: Literal["error", "warn", "ignore"],
    seed: int,
    replicates: int,
    resplit: bool,
    device: str,
    run: Run,
) -> Outcome:
    """Train a head on frozen features at every learning rate with every seed, and test the heads of the best rate.

    The best learning rate has the lowest mean validation loss over the seeds.

    Args:
        data: See `experiments.tasks.classify.classify`, as for all parameters without a description here.
        split: See `classify`.
        pixels: See `classify`.
        backbone: See `classify`; must be frozen.
        head: See `classify`.
        training: See `classify`; its learning rate is replaced.
        learning_rates: Learning rates to try.
        on_leak: See `classify`.
        seed: See `classify`.
        replicates: Number of seeds with which each learning rate is tried.
        resplit: See `classify`.
        device: See `classify`.
        run: See `classify`.

    Returns:
        Metrics of the heads of the best learning rate, as in `classify`. The folder of the run additionally contains
        rates.csv, with the validation results of every learning rate.

    Raises:
        ConfigError: Learning rates are not positive or not unique, the backbone is trained, or the split has no
            validation photos or is a cross-validation.
    """
    if not learning_rates or min(learning_rates) <= 0 or len(set(learning_rates)) < len(learning_rates):
        raise ConfigError(f"learning_rates={list(learning_rates)}: expected unique numbers above 0")
    if not isinstance(training, Training):
        raise ConfigError(
            f"task=head_search searches learning rates, and {training.description} has none: set training=thesis"
        )
    setup = set_up_training(
        data=data,
        split=lambda manifest, *, seed: single_split(split(manifest, seed=seed), "task=head_search"),
        pixels=pixels,
        backbone=backbone,
        augmentation=Policy(),
        head=head,
        training=training,
        on_leak=on_leak,
        seed=seed,
        replicates=replicates,
        resplit=resplit,
        device=device,
        run=run,
    )
    trainer = setup.replicates.trainer
    with seeded(seed, setup.device):
        if not trainer.on_features:
            raise ConfigError(
                "task=head_search trains heads on the features of a frozen backbone, and this backbone is trained: "
                "set backbone=efficientnet_lite0, mobilenet_v2 or timm, without frozen=false or train_last"
            )
        test_rows = [head.test_rows(one.manifest) for one in setup.splits]
        jobs_by_network = setup.replicates.jobs(setup.splits, test_rows)
        trials = [train_trials(trainer, jobs, learning_rates) for jobs in jobs_by_network]
        rates = pd.concat([rate_table(of_network) for of_network in trials], ignore_index=True)
        best = [best_trials(of_network, rates) for of_network in trials]
        logits = [[trial.logits(trainer) for trial in of_network] for of_network in best]
    predictions = [
        head.predictions(one.manifest, rows, list(of_replicate))
        for one, rows, of_replicate in zip(setup.splits, test_rows, zip(*logits, strict=True), strict=True)
    ]
    metrics, report = classification_metrics(predictions, seed=seed), class_report(predictions)
    n_heads = len(learning_rates) * replicates * len(trials)
    tested = (
        f"test n = {metrics['accuracy'].n} · {counted(len(learning_rates), 'rate')} × {counted(replicates, 'seed')}, "
        f"{counted(n_heads, 'head')} in one batch"
    )
    curves = pd.DataFrame([row for of_network in best for trial in of_network for row in trial.curves])
    write_tables(run.folder, predictions, curves, report)
    write_csv(run.folder / "rates.csv", rates)
    subtitle = f"{run.subtitle} · {tested}"
    undrawn = draw(run.figures, predictions, curves, setup.photos, subtitle)
    undrawn += figures.save_figures(run.figures, {"rate_search": lambda: figures.rate_search(rates, subtitle=subtitle)})
    shutil.rmtree(run.checkpoints)
    chosen = [
        f"{row.network}: learning rate {row.learning_rate:g} has the lowest validation loss of "
        f"{counted(len(learning_rates), 'learning rate')}"
        for row in rates[rates["chosen"]].itertuples()
    ]
    return Outcome(
        metrics=metrics,
        predictions=predictions[0],
        protocol=setup.protocol(tested),
        notes=(*chosen, *undrawn),
        left_out=setup.photos.manifest.left_out,
        show=lambda: show(metrics, report),
    )
