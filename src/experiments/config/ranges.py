"""The range of every number of the configuration. Whether a number is whole is said by its annotation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """An interval of numbers.

    Attributes:
        low: Smallest number; None: none.
        high: Largest number; None: none.
        above: Whether `low` itself is excluded.
        below: Whether `high` itself is excluded.

    Examples:
        >>> str(Range(1)), str(Range(0, above=True)), str(Range(0, 1))
        ('of 1 or more', 'above 0', 'from 0 to 1')
    """

    low: float | None = None
    high: float | None = None
    above: bool = False
    below: bool = False

    def holds(self, number: float) -> bool:
        """Return whether a number is in the interval."""
        high_enough = self.low is None or number > self.low or (number == self.low and not self.above)
        low_enough = self.high is None or number < self.high or (number == self.high and not self.below)
        return high_enough and low_enough

    def __str__(self) -> str:
        """Return the interval in words, to follow "a number"."""
        if self.low is not None and self.high is not None and self.above == self.below:
            joined = f"between {self.low:,} and {self.high:,}" if self.above else f"from {self.low:,} to {self.high:,}"
            return joined + (", both excluded" if self.above else "")
        parts = []
        if self.low is not None:
            parts.append(f"above {self.low:,}" if self.above else f"of {self.low:,} or more")
        if self.high is not None:
            parts.append(f"below {self.high:,}" if self.below else f"of at most {self.high:,}")
        return " and ".join(parts)


COUNT, FROM_ZERO, POSITIVE = Range(1), Range(0), Range(0, above=True)
SHARE, PART, INSIDE = Range(0, 1), Range(0, 1, below=True), Range(0, 1, above=True, below=True)
UP_TO_ONE = Range(0, 1, above=True)
SEED = Range(0, 2**31 - 1)
SIDE = Range(1, 16_384)

RANGES: dict[str, Range] = {
    # keys that tasks share
    "seed": SEED,
    "replicates": COUNT,
    "min_photos": FROM_ZERO,
    "max_photos": COUNT,
    "max_error_rate": INSIDE,
    "target_tpr": UP_TO_ONE,
    "label_noise": PART,
    "k_max": COUNT,
    "top_k": COUNT,
    "n_test": COUNT,
    "learning_rates": POSITIVE,
    "port": Range(0, 65_535),
    # photos and splits
    "size": SIDE,
    "image_size": SIDE,
    "min_side": COUNT,
    "max_pixels": COUNT,
    "min_pictures": COUNT,
    "max_gigabytes": POSITIVE,
    "validation": PART,
    "test": INSIDE,
    "known": Range(2),
    "hold_out": COUNT,
    "lacks": FROM_ZERO,
    "workers": COUNT,
    # training
    "epochs": COUNT,
    "batch_size": COUNT,
    "plain_epochs": FROM_ZERO,
    "label_smoothing": PART,
    "clip_norm": POSITIVE,
    "patience": FROM_ZERO,
    "checkpoint_seconds": FROM_ZERO,
    "lr": POSITIVE,
    "learning_rate": POSITIVE,
    "weight_decay": FROM_ZERO,
    "momentum": PART,
    "dampening": PART,
    "betas": PART,
    "eps": POSITIVE,
    "warmup": SHARE,
    "milestones": SHARE,
    "gamma": POSITIVE,
    "dropout": PART,
    "C": POSITIVE,
    "alphas": POSITIVE,
    # augmentations
    "p": SHARE,
    "rotation": FROM_ZERO,
    "shift": FROM_ZERO,
    "shear": FROM_ZERO,
    "zoom": POSITIVE,
    "brightness": FROM_ZERO,
    "contrast": FROM_ZERO,
    "saturation": FROM_ZERO,
    "hue": Range(-0.5, 0.5),
    "alpha": POSITIVE,
    "num_classes": COUNT,
    "num_ops": COUNT,
    "magnitude": FROM_ZERO,
    "num_magnitude_bins": Range(2),
    "interpolation": FROM_ZERO,
    # networks and detectors
    "blocks": COUNT,
    "train_last": FROM_ZERO,
    "hidden": POSITIVE,
    "strength": FROM_ZERO,
    "weigh_rest": FROM_ZERO,
    "temperature": POSITIVE,
    "epsilon": FROM_ZERO,
    "shrinkage": SHARE,
    "tail": Range(2),
    "percentile": INSIDE,
    "k": COUNT,
    "dimension": COUNT,
    # embedders
    "best": Range(1, 1000),
    "share": SHARE,
    "calls_per_minute": POSITIVE,
    "parallel": COUNT,
    "timeout": POSITIVE,
    "attempts": COUNT,
    "initial_backoff": FROM_ZERO,
    "usd_per_photo": FROM_ZERO,
    "usd_per_1000_characters": FROM_ZERO,
    # clusters and projections
    "n_init": COUNT,
    "max_iter": COUNT,
    "floor": FROM_ZERO,
    "min_cluster_size": Range(2),
    "min_samples": COUNT,
    "n_neighbors": COUNT,
    "sensitivity": FROM_ZERO,
    "references": Range(2),
    "resamples": Range(2),
    "perplexity": POSITIVE,
    "iterations": COUNT,
    "min_dist": FROM_ZERO,
    # search, texts, matching, places, reviews
    "connectivity": Range(2),
    "expansion_add": COUNT,
    "expansion_search": COUNT,
    "oversampling": Range(1),
    "threads": FROM_ZERO,
    "good": SHARE,
    "ways": Range(2),
    "others": COUNT,
    "neighbours": FROM_ZERO,
    "within": FROM_ZERO,
    "folds": Range(3),
    "precision": UP_TO_ONE,
    "points": COUNT,
    "side": COUNT,
    "ratio": UP_TO_ONE,
    "pixels": POSITIVE,
    "metres": POSITIVE,
    "positions": COUNT,
    "level": Range(0, 30),
    "fix_metres": POSITIVE,
    "view_metres": POSITIVE,
    "claim_metres": POSITIVE,
    "wrong_metres": POSITIVE,
    "wrong": INSIDE,
    "accept": SHARE,
    "refuse": SHARE,
    "radius": POSITIVE,
    "most_blur": SHARE,
    "darkest": SHARE,
    "brightest": SHARE,
    "least_side": COUNT,
    # where and how runs are carried out
    "n_trials": COUNT,
    "n_jobs": COUNT,
    "n_startup_trials": FROM_ZERO,
    "n_warmup_steps": FROM_ZERO,
    "min_resource": COUNT,
    "max_resource": COUNT,
    "reduction_factor": Range(2),
    "cpus": POSITIVE,
    "gpus": FROM_ZERO,
    "timeout_min": COUNT,
    "mem_gb": POSITIVE,
}
"""By the name of the parameter or key."""

OF_TARGETS: dict[str, Range] = {
    "components.training.schedules.steps.gamma": POSITIVE,
    "components.data.folds.kfold.folds": Range(2),
    "components.embedders.imagenet_names.conse.size": Range(32, 16_384),
    "components.detectors.openmax.OpenMax.alpha": COUNT,
    "components.k_selection.stability.Stability.share": INSIDE,
    "launcher.workers": Range(-1),
    "launcher.threads": COUNT,
}
"""Where a name means something else: by the dotted name of the component and its parameter, or by the key."""


def range_of(name: str, owner: str = "") -> Range | None:
    """Return the range of a parameter or key; None if its name has none.

    Args:
        name: Its name.
        owner: Dotted name of its component, or of the key that it is below.
    """
    return OF_TARGETS.get(f"{owner}.{name}", RANGES.get(name))
