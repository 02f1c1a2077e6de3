"""Figures of a clustering: they draw without a warning, nothing sticks out, and their numbers are right."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Circle

from components import figures
from components.clusterers import linkage_tree
from components.errors import DataError
from components.figures.photo_maps import discs
from components.k_selection import Choice
from components.metrics import contingency
from components.results import Partition

SUBTITLE = "conse · kmeans · waypoints: 898 rendered (not photographed) pictures, seed 0 · n = 898"
KINDS = (
    "scatter", "scatter_groups", "silhouette_plot", "elbow_curve", "k_criteria", "contingency_matrix",
    "matched_confusion", "pair_matrix", "dendrogram", "photo_map",
)  # fmt: skip


class Case:
    """Photos of some classes in some clusters."""

    def __init__(self, n, k, names, noise=0):
        generator = np.random.default_rng(0)
        label = np.array([names[row % len(names)] for row in range(n)], dtype=object)
        cluster = generator.integers(0, k, n)
        cluster[:k] = np.arange(k)
        if noise:
            cluster[-noise:] = -1
        self.partition = Partition(np.array([f"{row}.jpg" for row in range(n)], dtype=object), label, cluster)
        self.points = generator.normal(size=(n, 2)) + cluster[:, None]
        self.images = generator.integers(0, 256, (n, 8, 8, 3), dtype=np.uint8)
        self.vectors = generator.normal(size=(n, 6))
        self.k = k

    def draw(self, kind, subtitle=SUBTITLE):
        layouts = [(self.points, "PCA, 32 % of the variance"), (self.points[:, ::-1], "t-SNE, perplexity 30")]
        curves = [
            Choice(name, "highest", (2, 3, 4, 5), (0.1, 0.4, 0.2, 0.3), chosen, spread, "10 draws")
            for name, chosen, spread in (
                ("elbow", 3, None), ("silhouette", 3, None), ("gap", None, (0.1,) * 4), ("calinski_harabasz", 2, None),
                ("davies_bouldin", 5, None), ("stability", 4, (0.05,) * 4),
            )
        ]  # fmt: skip
        table = contingency(self.partition)
        names = tuple(f"cluster {one}" for one in range(self.k))
        makers = {
            "scatter": lambda: figures.scatter(layouts, title="Photos", subtitle=subtitle),
            "scatter_groups": lambda: figures.scatter(
                layouts, figures.Groups(self.partition.cluster, names, "noise"), title="Photos", subtitle=subtitle
            ),
            "silhouette_plot": lambda: figures.silhouette_plot(
                self.partition, np.where(self.partition.cluster < 0, np.nan, self.points[:, 0] / 20), subtitle=subtitle
            ),
            "elbow_curve": lambda: figures.elbow_curve(curves[0], 0.25, subtitle=subtitle),
            "k_criteria": lambda: figures.k_criteria(curves, 3, subtitle=subtitle),
            "contingency_matrix": lambda: figures.contingency_matrix(table, subtitle=subtitle),
            "matched_confusion": lambda: figures.matched_confusion(table, subtitle=subtitle),
            "pair_matrix": lambda: figures.pair_matrix(table, subtitle=subtitle),
            "dendrogram": lambda: figures.dendrogram(linkage_tree(self.vectors), self.partition, subtitle=subtitle),
            "photo_map": lambda: figures.photo_map(
                self.points, self.partition, self.images, about="t-SNE, perplexity 30", subtitle=subtitle
            ),
        }
        return makers[kind]()


@pytest.fixture
def case(spanish):
    return {
        "thesis": Case(120, 5, ("camino_santiago", "cartel", "marcador", "parque", "resto")),
        "many": Case(150, 19, spanish, noise=12),
        "two": Case(9, 2, ("a", "b")),
    }


@pytest.mark.parametrize("size", ["thesis", "many", "two"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_sticks_out(kind, size, case, texts):
    figure = case[size].draw(kind)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    for edge in (pixels[:6], pixels[-6:], pixels[:, :6], pixels[:, -6:]):
        assert (edge == 255).all()
    assert any(one.replace("\xa0", " ").replace("\n", " ").startswith(SUBTITLE) for one in texts(figure))


@pytest.mark.parametrize("kind", KINDS)
def test_same_input_same_bytes(kind, case, tmp_path):
    for name in ("one", "two"):
        figures.save_figure(case["thesis"].draw(kind), tmp_path / f"{name}.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_circles_hold_ninety_percent(case):
    one = case["thesis"]
    found = discs(one.points, one.partition)
    assert [disc.cluster for disc in found] == [0, 1, 2, 3, 4]
    for disc in found:
        own = one.points[one.partition.cluster == disc.cluster]
        inside = np.linalg.norm(own - (disc.x, disc.y), axis=1) <= disc.radius
        assert abs(inside.mean() - 0.9) < 1 / len(own)
        assert (disc.x, disc.y) == pytest.approx(own.mean(axis=0))
    circles = [patch for patch in one.draw("photo_map").axes[0].patches if isinstance(patch, Circle)]
    assert len(circles) == 5


def test_the_map_shows_photos_in_their_colour_where_they_lie(case):
    one = case["thesis"]
    axes = one.draw("photo_map").axes[0]
    pixels = np.asarray(axes.images[0].get_array())
    circles = [patch for patch in axes.patches if isinstance(patch, Circle)]
    scale = circles[0].radius / discs(one.points, one.partition)[0].radius
    middle = np.array(circles[0].center) - np.array([1, -1]) * scale * np.array(
        [discs(one.points, one.partition)[0].x, discs(one.points, one.partition)[0].y]
    )
    colours = {tuple(bytes.fromhex(figures.colour_of(cluster)[1:])) for cluster in range(5)}
    for point in one.points:
        x, y = middle + point * (scale, -scale)
        assert 0 <= x <= pixels.shape[1]
        assert 0 <= y <= pixels.shape[0]
        patch = pixels[max(0, int(y) - 40) : int(y) + 41, max(0, int(x) - 40) : int(x) + 41].reshape(-1, 3)
        assert colours & {tuple(pixel) for pixel in patch.tolist()}


def test_numbers_on_the_figures(case, texts):
    one = case["thesis"]
    table = contingency(one.partition)
    written = texts(one.draw("contingency_matrix"))
    assert any(text.startswith(f"{table.counts[1, 2]}\n") for text in written)
    same = sum(
        a == b for row, a in enumerate(one.partition.label) for b in one.partition.label[row + 1 :]
    )  # fmt: skip
    assert any(f"n = {same:,}" in text for text in texts(one.draw("pair_matrix")))
    said = " ".join(texts(one.draw("k_criteria"))).replace("\n", " ")
    assert "2 by calinski harabasz; 3 by elbow, silhouette; 4 by stability; 5 by davies bouldin; none by gap" in said
    assert "Used: 3." in said
    assert any("cut into 5 clusters" in text for text in texts(one.draw("dendrogram")))


def test_what_cannot_be_drawn_says_why(case):
    one = case["two"]
    with pytest.raises(DataError, match="as many points and images"):
        figures.photo_map(one.points[:3], one.partition, one.images, about="")
    with pytest.raises(DataError, match="at least two clusters"):
        figures.silhouette_plot(one.partition, np.full(9, np.nan))
    with pytest.raises(DataError, match="the tree has 8 photos"):
        figures.dendrogram(linkage_tree(one.vectors[:8]), one.partition)
    with pytest.raises(DataError, match="of the same photos"):
        figures.scatter([(one.points, "a"), (one.points[:2], "b")], title="")
