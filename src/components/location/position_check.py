"""Check whether claimed coordinates agree with the positions at which photos were taken."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from components.errors import ConfigError
from components.geodesy import FARTHEST_METRES, great_circle_metres, mean_position
from components.location.exif_position import ExifPosition
from components.messages import Message

Word = Literal["consistent", "doubtful", "contradicted", "no evidence"]

FREEDOM = 5.0
"""Degrees of freedom of the offset of a correct claim: heavy tails, since GPS fixes between buildings have outliers."""

MIN_CORE_RATIO = 1.2
"""Smallest scale of wrong claims, in scales of correct ones. From sqrt(2 n / (n + 2)) = 1.195 on, with n = 5 degrees of
freedom, the probability of a correct claim decreases monotonically with the distance."""


@dataclass(frozen=True)
class PositionVerdict:
    """Result of the check of claimed coordinates.

    Attributes:
        word: consistent, doubtful, contradicted, or no evidence.
        probability: Posterior probability that the claim is correct; the prior without evidence.
        evidence: One message per photo: its distance from the claim, or why it has no position.
        metres: Distance between the claim and the position estimated from the photos. This and the following attributes
            are NaN without evidence.
        expected_metres: Distance that a correct claim exceeds with a probability of 5 %.
        latitude: Latitude of the position estimated from the photos, in degrees.
        longitude: Longitude of this position, in degrees.
    """

    word: Word
    probability: float
    evidence: tuple[Message, ...]
    metres: float = math.nan
    expected_metres: float = math.nan
    latitude: float = math.nan
    longitude: float = math.nan


@dataclass(frozen=True)
class PositionCheck:
    """Bayesian check of claimed coordinates against the positions of photos.

    The positions of the photos are averaged, weighted by their precision. The distance d of the average to the claim is
    compared under two hypotheses. If the claim is correct, the offset has a two-dimensional Student's t distribution
    with `FREEDOM` degrees of freedom and the combined scale s of all errors. If it is wrong, the offset has a density
    proportional to 1 / (d² + b²) on the whole Earth, so that d is about log-uniform above b. Bayes' rule gives the
    probability that the claim is correct. It decreases with the distance because b is at least 1.2 s; with a smaller b,
    an offset of 0 would be more probable for a wrong claim than for a correct one. Positions are averaged rather than
    treated as independent evidence because a wrong claim has the same offset from all of its photos.

    Attributes:
        fix_metres: Standard deviation of a GPS fix per axis (north, east), used if the EXIF block has none.
        view_metres: Standard deviation of the camera position from the object, per axis.
        claim_metres: Standard deviation of a correct claim, per axis.
        wrong_metres: Scale b of the displacement of wrong claims; 1.2 s if that is larger.
        wrong: Prior probability that a claim is wrong.
        accept: Smallest probability of the verdict "consistent".
        refuse: Largest probability of the verdict "contradicted".
    """

    fix_metres: float = 5.0
    view_metres: float = 12.0
    claim_metres: float = 5.0
    wrong_metres: float = 100.0
    wrong: float = 0.1
    accept: float = 0.9
    refuse: float = 0.1

    def __post_init__(self) -> None:
        for name in ("fix_metres", "view_metres", "claim_metres", "wrong_metres"):
            if not getattr(self, name) > 0:
                raise ConfigError(f"location.check.{name}={getattr(self, name)}: expected a distance above 0")
        if not 0 < self.wrong < 1:
            raise ConfigError(f"location.check.wrong={self.wrong}: expected a number between 0 and 1, both excluded")
        if not 0 <= self.refuse < self.accept <= 1:
            raise ConfigError(
                f"location.check.refuse={self.refuse} and location.check.accept={self.accept}: expected "
                "0 <= refuse < accept <= 1"
            )

    def check(
        self, latitude: float, longitude: float, photos: Sequence[ExifPosition], names: Sequence[str | Message]
    ) -> PositionVerdict:
        """Compare claimed coordinates with the positions of photos of the object.

        Args:
            latitude: Claimed latitude in degrees; NaN: no claim.
            longitude: Claimed longitude in degrees; NaN: no claim.
            photos: Positions of the photos.
            names: Name of each photo, used in the evidence.

        Returns:
            The verdict with its evidence; "contradicted" for coordinates that do not exist.
        """
        prior = 1 - self.wrong
        if not (math.isfinite(latitude) and math.isfinite(longitude)):
            return PositionVerdict("no evidence", prior, (Message("nothing_claimed"),))
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            invalid = Message("on_no_globe", {"latitude": latitude, "longitude": longitude})
            return PositionVerdict("contradicted", 0.0, (invalid,))
        evidence = tuple(
            Message("not_placed", {"name": name, "why": photo.reason})
            if photo.reason
            else Message("taken_at", {"name": name, "metres": float(metres)})
            for name, photo, metres in zip(
                names,
                photos,
                great_circle_metres(
                    latitude, longitude, [photo.latitude for photo in photos], [photo.longitude for photo in photos]
                ),
                strict=True,
            )
        )
        known = [photo for photo in photos if photo.known]
        if not known:
            return PositionVerdict("no evidence", prior, evidence)
        estimated_latitude, estimated_longitude, scale = self.object_position(known)
        metres = float(great_circle_metres(latitude, longitude, estimated_latitude, estimated_longitude))
        correct = prior * self.density_correct(metres, scale)
        wrong = self.wrong * self.density_wrong(metres, scale)
        probability = correct / (correct + wrong)
        word: Word = (
            "consistent" if probability >= self.accept else "contradicted" if probability <= self.refuse else "doubtful"
        )
        expected = scale * math.sqrt(FREEDOM * (0.05 ** (-2 / FREEDOM) - 1))
        return PositionVerdict(word, probability, evidence, metres, expected, estimated_latitude, estimated_longitude)

    def object_position(self, known: Sequence[ExifPosition]) -> tuple[float, float, float]:
        """Estimate the position of an object from the positions of its photos.

        Args:
            known: Positions of one or more photos.

        Returns:
            Latitude, longitude, and the scale in metres of the offset of a correct claim, which is larger if the
            positions differ by more than their errors explain.
        """
        fixes = np.array(
            [photo.error_metres if math.isfinite(photo.error_metres) else self.fix_metres for photo in known]
        )
        variances = fixes**2 + self.view_metres**2
        weights = 1 / variances
        latitudes = np.array([photo.latitude for photo in known])
        longitudes = np.array([photo.longitude for photo in known])
        latitude, longitude = mean_position(latitudes, longitudes, weights)
        variance = 1 / weights.sum()
        if len(known) > 1:
            squares = great_circle_metres(latitude, longitude, latitudes, longitudes) ** 2 / 2  # per axis
            variance = max(variance, float(weights @ squares / weights.sum()) / (len(known) - 1))
        return latitude, longitude, math.sqrt(variance + self.claim_metres**2)

    def density_correct(self, metres: float, scale: float) -> float:
        """Return the density per square metre of the offset of a correct claim: a two-dimensional Student's t."""
        tail: float = (1 + metres**2 / (FREEDOM * scale**2)) ** (-(FREEDOM + 2) / 2)
        return tail / (2 * math.pi * scale**2)

    def density_wrong(self, metres: float, scale: float) -> float:
        """Return the density per square metre of the offset of a wrong claim, normalised over a flat Earth."""
        core = max(self.wrong_metres, MIN_CORE_RATIO * scale)
        return 1 / (math.pi * math.log1p((FARTHEST_METRES / core) ** 2) * (metres**2 + core**2))
