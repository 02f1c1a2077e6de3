"""A matcher: which pairs are looked at, what is measured of them, and what was learned from that."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from components.data import Manifest
from components.embedders import Embedder
from components.errors import ConfigError
from components.matching.candidates import Candidates, mined
from components.matching.fusion import Fusion
from components.matching.geometry import Verifier
from components.matching.local_features import LocalFeatures
from components.matching.pairs import Pairs
from components.matching.scores import Evidence, Floats, Vectors, check_scores, evidence


@dataclass(frozen=True)
class Matching:
    """How photos of one object are looked for.

    Attributes:
        use: Scores, some of `SCORES`; several are fused.
        candidates: Which pairs are looked at.
        local: Local features, where they are in use.
        folds: Groups of objects that are held out in turn.
        precision: At which recall is measured.
    """

    use: Sequence[str] = ("cosine", "csls", "local", "metres")
    candidates: Candidates = mined
    local: Verifier = field(default_factory=LocalFeatures)
    folds: int = 5
    precision: float = 0.95

    def __post_init__(self) -> None:
        check_scores(self.use)
        if self.folds < 3:
            raise ConfigError(f"matching.folds={self.folds}: at least 3 are needed, as a pair may hold two of them out")
        if not 0 < self.precision <= 1:
            raise ConfigError(f"matching.precision={self.precision}: expected a share above 0 and at most 1")

    @property
    def coordinates(self) -> bool:
        """Whether coordinates may be looked at."""
        return "metres" in self.use


@dataclass(frozen=True)
class Matcher:
    """A matcher that has been learned: it says how probable it is that two photos show the same object.

    Attributes:
        matching: What is measured.
        embedder: For the cosine.
        fusion: What was learned.
    """

    matching: Matching
    embedder: Embedder
    fusion: Fusion

    @property
    def threshold(self) -> float:
        """Probability from which two photos are taken to show the same object."""
        return self.fusion.threshold

    def evidence(
        self, photos: Manifest, candidates: Manifest, pairs: Pairs, vectors: tuple[Vectors, Vectors] | None = None
    ) -> Evidence:
        """What is measured of m pairs, by name (`components.matching.Evidence`): what reasons are given from.

        Args:
            photos: What `pairs.left` counts.
            candidates: What `pairs.right` counts; may be the same. CSLS takes all of them into account, also those
                that are in no pair.
            pairs: m pairs.
            vectors: (n, d) and (k, d) of all photos and of all candidates, as the embedder gives them; None: it is
                asked for them. Who asks again and again keeps those of the candidates.
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
        """(m,) probability that the two photos of each pair show the same object; arguments as in `evidence`.

        It holds among pairs mined as those that it was learned on, near ones. A pair that lacks coordinates gets the
        probability of its other scores.
        """
        return self.fusion.probability(self.evidence(photos, candidates, pairs, vectors))
