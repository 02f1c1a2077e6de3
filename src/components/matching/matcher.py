"""Settings of matching, and the fitted matcher."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from components.data import Manifest
from components.embedders import Embedder
from components.errors import ConfigError
from components.matching.candidates import Candidates, mine_candidates
from components.matching.fusion import Fusion
from components.matching.geometry import Verifier
from components.matching.local_features import LocalFeatures
from components.matching.pairs import Pairs
from components.matching.scores import Evidence, Floats, Vectors, check_scores, evidence


@dataclass(frozen=True)
class Matching:
    """Settings of the search for photos of the same object.

    Attributes:
        use: Scores that are computed, some of `SCORES`; several scores are fused.
        candidates: Selects the candidate pairs.
        local: Local features; used only if `use` contains `local`.
        folds: Number of folds of objects in cross-fitting, at least 3.
        precision: Precision at which recall is reported, above 0 and at most 1.
    """

    use: Sequence[str] = ("cosine", "csls", "local", "metres")
    candidates: Candidates = mine_candidates
    local: Verifier = field(default_factory=LocalFeatures)
    folds: int = 5
    precision: float = 0.95

    def __post_init__(self) -> None:
        check_scores(self.use)
        if self.folds < 3:
            raise ConfigError(
                f"matching.folds={self.folds}: expected at least 3, because the objects of a pair can be in two folds, "
                "which are both excluded from fitting"
            )
        if not 0 < self.precision <= 1:
            raise ConfigError(f"matching.precision={self.precision}: expected a number above 0 and at most 1")

    @property
    def coordinates(self) -> bool:
        """Whether coordinates may be used."""
        return "metres" in self.use


@dataclass(frozen=True)
class Matcher:
    """A fitted matcher: computes the probability that two photos show the same object.

    Attributes:
        matching: Settings of the scores.
        embedder: Computes the embeddings for the cosine and CSLS.
        fusion: The fitted fusion of the scores.
    """

    matching: Matching
    embedder: Embedder
    fusion: Fusion

    @property
    def threshold(self) -> float:
        """Smallest probability at which two photos are taken to show the same object."""
        return self.fusion.threshold

    def evidence(
        self, photos: Manifest, candidates: Manifest, pairs: Pairs, vectors: tuple[Vectors, Vectors] | None = None
    ) -> Evidence:
        """Compute the scores of m pairs by name, from which decisions can be explained.

        Args:
            photos: The n photos that `pairs.left` refers to.
            candidates: The k photos that `pairs.right` refers to; may be the same object as `photos`. CSLS depends on
                all candidates, including those that are in no pair.
            pairs: The m pairs.
            vectors: (n, d) embeddings of the photos and (k, d) embeddings of the candidates; None: computed. Pass them
                in repeated calls to avoid computing them again.
        """
        return evidence(
            self.matching.use,
            photos,
            candidates,
            pairs,
            embedder=self.embedder,
            local=self.matching.local,
            vectors=vectors,
        )

    def probability(
        self, photos: Manifest, candidates: Manifest, pairs: Pairs, vectors: tuple[Vectors, Vectors] | None = None
    ) -> Floats:
        """Return the (m,) probabilities that the photos of each pair show the same object.

        They are valid for pairs that were selected in the same way as the training pairs. The probability of a pair
        without coordinates is based on its other scores.

        Args:
            photos: As in `evidence`.
            candidates: As in `evidence`.
            pairs: As in `evidence`.
            vectors: As in `evidence`.
        """
        return self.fusion.probability(self.evidence(photos, candidates, pairs, vectors))
