"""Which labels are probably wrong, and which photos fit no class."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.label_errors.confident_learning import (
    NO_CLASS,
    class_thresholds,
    confident_classes,
    confident_joint,
)

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class LabelErrors:
    """What was found among n photos and C classes.

    Attributes:
        doubt: (n,) one minus the probability of the label, higher = more likely wrong.
        suggested: (n,) the most probable class.
        margin: (n,) probability of the most probable other class minus that of the label, from -1 to 1.
        confident: (n,) whether the photo is confidently of another class than its label, and that of the label is not
            its most probable one: the photos that confident learning itself would name.
        wrong: (n,) whether the label is probably wrong: of the photos whose most probable class is not that of the
            label, as many as are `confident`, those with the highest doubt.
        no_class: (n,) whether the photo fits no class: its unknown score is above the upper fence of all photos, and
            its label is not among the wrong ones.
        joint: (C, C) number of photos by label and by the class that they are confidently of.
    """

    doubt: Floats
    suggested: Labels
    margin: Floats
    confident: Mask
    wrong: Mask
    no_class: Mask
    joint: Floats

    @property
    def rankings(self) -> dict[str, Floats]:
        """Scores by which all photos can be ranked, higher = more likely wrong, by the suffix of their metrics.

        "" is the doubt, by which photos are listed. The others are rankings of confident learning: "_confident" has
        the photos that are confidently of another class first, "_margin" is the margin.
        """
        return {"": self.doubt, "_confident": self.doubt + self.confident, "_margin": self.margin}


def find_label_errors(labels: Labels, probabilities: Floats, unknown_score: Floats) -> LabelErrors:
    """Find labels that are probably wrong, and photos that fit no class.

    Confident learning says how many labels are wrong, the probability of the label says which (cleanlab's
    `filter_by="low_self_confidence"`): measured with injected noise, the photos that are confidently of another class
    contain fewer wrong labels than as many photos of the highest doubt (docs/label-errors.md).

    Args:
        labels: (n,) class of each photo according to its label.
        probabilities: (n, C) probabilities by models that were not trained on the photo.
        unknown_score: (n,) score of photos that fit no class, higher = more likely; of any scale.
    """
    rows = np.arange(len(labels))
    of_label, suggested = probabilities[rows, labels], probabilities.argmax(axis=1).astype(np.int64)
    others = probabilities.copy()
    others[rows, labels] = -np.inf
    class_of = confident_classes(probabilities, class_thresholds(labels, probabilities))
    doubt = 1 - of_label
    confident = (class_of != NO_CLASS) & (class_of != labels) & (suggested != labels)
    candidates = np.flatnonzero(suggested != labels)
    wrong = np.zeros(len(labels), dtype=np.bool_)
    wrong[candidates[np.argsort(-doubt[candidates], kind="stable")][: confident.sum()]] = True
    return LabelErrors(
        doubt=doubt,
        suggested=suggested,
        margin=others.max(axis=1) - of_label,
        confident=confident,
        wrong=wrong,
        no_class=(unknown_score > upper_fence(unknown_score)) & ~wrong,
        joint=confident_joint(labels, class_of, probabilities.shape[1]),
    )


def upper_fence(scores: Floats) -> float:
    """Return the score above which a photo is an outlier: the third quartile plus 1.5 interquartile ranges (Tukey)."""
    low, high = np.quantile(scores, (0.25, 0.75))
    return float(high + 1.5 * (high - low))
