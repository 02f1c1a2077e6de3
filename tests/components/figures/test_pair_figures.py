"""Figures of pairs: what they say is what was measured."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from components.errors import DataError
from components.figures import ShownPair, pair_gallery, precision_recall, save_figure


def test_the_key_gives_average_precisions_best_first(tmp_path):
    generator = np.random.default_rng(0)
    same = generator.random(300) < 0.2
    scores = {"weak": generator.random(300), "strong": same + generator.normal(0, 0.3, 300)}
    scores["weak"][:10] = -np.inf
    figure = precision_recall(scores, same, missed=20, chosen=(0.5, 0.8), subtitle="made up")
    words = [one.get_text() for one in figure.axes[0].get_legend().get_texts()]
    reach = same.sum() / (same.sum() + 20)
    strong = reach * average_precision_score(same, scores["strong"])
    weak = reach * average_precision_score(same, np.where(np.isfinite(scores["weak"]), scores["weak"], -1))
    assert words == [f"strong  {strong:.3f}", f"weak  {weak:.3f}"]
    for line in figure.axes[0].get_lines()[:2]:
        assert line.get_xdata().max() == pytest.approx(reach)
    save_figure(figure, tmp_path / "figure.png")
    with pytest.raises(DataError, match="no pair is of one object"):
        precision_recall(scores, same & False)


def test_pairs_stand_in_rows_under_their_headings(tmp_path):
    image = np.zeros((20, 20, 3), np.uint8)
    pairs = [ShownPair(image, image + 99, ("same · probability 0.90", "cosine 0.80"), same=True)] * 3
    figure = pair_gallery([("surest", pairs), ("none of these", []), ("wrong", pairs[:1])], subtitle="made up")
    words = [one.get_text() for one in figure.texts]
    assert "surest" in words
    assert "none of these" not in words
    assert len(figure.axes) == 8
    save_figure(figure, tmp_path / "figure.png")
    with pytest.raises(DataError, match="no pairs"):
        pair_gallery([("nothing", [])])
