"""Whether claimed coordinates agree with where photos were taken: a probability, its evidence, a word for it."""

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
"""Degrees of freedom of the offsets of a right claim: fixes between houses are now and then far off."""

LEAST_CORE = 1.2
"""Scale of wrong shifts in scales of right ones, at least: sqrt(2 n / (n + 2)) = 1.195 for n = 5 makes nearer
always likelier."""


@dataclass(frozen=True)
class PositionVerdict:
    """What is known of claimed coordinates.

    Attributes:
        word: consistent, doubtful, contradicted, or no evidence.
        probability: Of the claim being right, given the evidence; the prior without any.
        evidence: One thing said a photo: its distance from the claim, or why it has no position.
        metres: Between the claim and where the photos put the object; NaN without evidence, as are those below.
        expected_metres: Distance that a right claim exceeds in 5 of 100 cases.
        latitude: Where the photos put the object, degrees.
        longitude: Likewise.
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
    """How sure positions are, and what follows from their distance to a claim.

    The positions of the photos are averaged, each weighed by its precision. Their distance d to the claim is held
    against two hypotheses: the claim is right, and the offset is a two-dimensional Student's t with `FREEDOM` degrees
    of freedom and the scale s of all errors together; or it is wrong, and the offset has a density proportional to
    1 / (d² + b²) all over the Earth, so that a shift is alike in every order of magnitude above b. Bayes' rule gives
    the probability of the first; it falls with the distance because b is at least 1.2 s (below, a wrong claim would
    explain no offset at all better than a right one). The photos are of one claim, and a wrong one shifts all of them
    alike: that is why they are averaged first, not multiplied as if they were independent.

    Attributes:
        fix_metres: Deviation of a camera's fix, north and east each, where the EXIF block states none.
        view_metres: Deviation of the camera from the object that it shows.
        claim_metres: Deviation of a claim that is right.
        wrong_metres: Scale b of the shift of wrong claims; 1.2 s where that is more.
        wrong: Share of claims that are wrong, before anything is known.
        accept: Probability from which a claim is called consistent.
        refuse: Probability up to which it is called contradicted.
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
                raise ConfigError(f"location.{name}={getattr(self, name)}: expected a distance above 0")
        if not 0 < self.wrong < 1:
            raise ConfigError(f"location.wrong={self.wrong}: expected a share between 0 and 1")
        if not 0 <= self.refuse < self.accept <= 1:
            raise ConfigError(
                f"location.refuse={self.refuse} and location.accept={self.accept}: expected 0 <= refuse < accept <= 1"
            )

    def check(
        self, latitude: float, longitude: float, photos: Sequence[ExifPosition], names: Sequence[str | Message]
    ) -> PositionVerdict:
        """Hold claimed coordinates (degrees) against the positions of photos of the object, called `names`."""
        prior = 1 - self.wrong
        if not (math.isfinite(latitude) and math.isfinite(longitude)):
            return PositionVerdict("no evidence", prior, (Message("nothing_claimed"),))
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            said = Message("on_no_globe", {"latitude": latitude, "longitude": longitude})
            return PositionVerdict("contradicted", 0.0, (said,))
        evidence = tuple(
            Message("not_placed", {"name": name, "why": one.reason})
            if one.reason
            else Message("taken_at", {"name": name, "metres": float(metres)})
            for name, one, metres in zip(
                names,
                photos,
                great_circle_metres(
                    latitude, longitude, [one.latitude for one in photos], [one.longitude for one in photos]
                ),
                strict=True,
            )
        )
        known = [one for one in photos if one.known]
        if not known:
            return PositionVerdict("no evidence", prior, evidence)
        at_latitude, at_longitude, scale = self.place(known)
        metres = float(great_circle_metres(latitude, longitude, at_latitude, at_longitude))
        right = prior * self.density_right(metres, scale)
        wrong = self.wrong * self.density_wrong(metres, scale)
        probability = right / (right + wrong)
        word: Word = (
            "consistent" if probability >= self.accept else "contradicted" if probability <= self.refuse else "doubtful"
        )
        expected = scale * math.sqrt(FREEDOM * (0.05 ** (-2 / FREEDOM) - 1))
        return PositionVerdict(word, probability, evidence, metres, expected, at_latitude, at_longitude)

    def place(self, known: Sequence[ExifPosition]) -> tuple[float, float, float]:
        """Latitude and longitude where the photos put the object, and the scale of its distance to a right claim.

        Photos that disagree by more than their errors allow widen the scale.
        """
        fixes = np.array([one.error_metres if math.isfinite(one.error_metres) else self.fix_metres for one in known])
        variances = fixes**2 + self.view_metres**2
        weights = 1 / variances
        latitudes, longitudes = np.array([one.latitude for one in known]), np.array([one.longitude for one in known])
        latitude, longitude = mean_position(latitudes, longitudes, weights)
        variance = 1 / weights.sum()
        if len(known) > 1:
            squares = great_circle_metres(latitude, longitude, latitudes, longitudes) ** 2 / 2  # an axis
            variance = max(variance, float(weights @ squares / weights.sum()) / (len(known) - 1))
        return latitude, longitude, math.sqrt(variance + self.claim_metres**2)

    def density_right(self, metres: float, scale: float) -> float:
        """Density a square metre of the offset of a right claim: a two-dimensional Student's t."""
        tail: float = (1 + metres**2 / (FREEDOM * scale**2)) ** (-(FREEDOM + 2) / 2)
        return tail / (2 * math.pi * scale**2)

    def density_wrong(self, metres: float, scale: float) -> float:
        """Density a square metre of the offset of a wrong claim, normalised over the Earth as if it were flat."""
        core = max(self.wrong_metres, LEAST_CORE * scale)
        return 1 / (math.pi * math.log1p((FARTHEST_METRES / core) ** 2) * (metres**2 + core**2))
