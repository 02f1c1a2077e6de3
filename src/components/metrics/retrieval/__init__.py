"""Rankings and pairs: nDCG, recall at k, mean average precision; precision and recall of matched pairs."""

from components.metrics.retrieval.pairs import ScoredPairs, pair_metrics
from components.metrics.retrieval.retrieval import agreement, retrieval_items
from components.metrics.retrieval.text_to_image import ranks_of_own

__all__ = ["ScoredPairs", "agreement", "pair_metrics", "ranks_of_own", "retrieval_items"]
