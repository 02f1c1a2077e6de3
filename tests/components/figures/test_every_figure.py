"""What holds of each figure: it draws without a warning, nothing sticks out, the same input gives the same bytes."""

from dataclasses import replace

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from components import figures

SUBTITLE = "EfficientNet-Lite0 · waypoints (rendered) · test n = 152 · 3 replicates"
KINDS = (
    "training_curves",
    "confusion_matrix",
    "roc_curves",
    "class_report_bars",
    "reliability_diagram",
    "sample_predictions",
    "generalisation",
    "unknown_score_histograms",
    "open_set_curves",
    "open_confusion_matrix",
    "confident_mistakes",
    "mistakes_of_a_closed_set",
    "heat_map_gallery",
    "label_gallery",
    "label_matrix",
)


@pytest.fixture
def draw(predict, predict_open, pictures, curves, spanish, explained):
    def make(kind: str, replicates: int, long_names: bool, subtitle: str = SUBTITLE) -> Figure:
        names = {"names": spanish} if long_names else {}
        models = [predict(seed=seed, **names) for seed in range(replicates)]
        judged = [predict_open(seed=seed, **names) for seed in range(replicates)]
        opened = [one for one, _, _ in judged]
        if kind == "unknown_score_histograms":
            told = [replace(one, new_unknown=new) for one, _, new in judged]
            thresholds = [one for _, one, _ in judged]
            return figures.unknown_score_histograms(told, thresholds, detector="energy", subtitle=subtitle)
        if kind == "open_set_curves":
            runs = spanish if long_names else ("energy", "msp")
            return figures.open_set_curves(dict.fromkeys(runs, opened), subtitle=subtitle)
        if kind == "open_confusion_matrix":
            return figures.confusion_matrix(opened, subtitle=subtitle)
        if kind == "confident_mistakes":
            titles = np.array([*spanish, "", "Fuente"] * 13, dtype=object)[:181]
            return figures.confident_mistakes(opened[0], pictures(181), titles, subtitle=subtitle)
        if kind == "mistakes_of_a_closed_set":
            titles = np.array([*spanish, ""] * 12, dtype=object)[:152]
            return figures.confident_mistakes(models[0], pictures(152), titles, n=12, columns=4, subtitle=subtitle)
        if kind == "heat_map_gallery":
            return figures.heat_map_gallery(explained(models[0], spanish), title="What", note="All.", subtitle=subtitle)
        if kind == "label_gallery":
            labels = [
                figures.DoubtedLabel(pixels, model.class_names[row % 4], 0.01 * row, "" if row > 12 else "Fuente", 0.9,
                                     spanish[row % 12], before="Pila" if row % 5 == 0 else "")
                for row, (model, pixels) in enumerate(zip([models[0]] * 16, pictures(16), strict=True))
            ]  # fmt: skip
            return figures.label_gallery([("Wrong", labels[:13]), ("No class", labels[13:])], subtitle=subtitle)
        if kind == "label_matrix":
            names = models[0].class_names
            joint = np.diag(np.arange(len(names))) + np.eye(len(names), k=1, dtype=int) * 1200
            return figures.label_matrix(joint, names, subtitle=subtitle)
        if kind == "training_curves":
            return figures.training_curves(curves(replicates), subtitle=subtitle)
        if kind == "sample_predictions":
            return figures.sample_predictions(models[0], pictures(152), subtitle=subtitle)
        if kind == "generalisation":
            groups = np.array(["Alcalá de Henares", "Comunidad Autónoma del País Vasco"] * 76, dtype=object)
            groups[50:] = groups[50:][::-1]
            return figures.generalisation(models[0], pictures(152), groups, subtitle=subtitle)
        return getattr(figures, kind)(models, subtitle=subtitle)

    return make


@pytest.mark.parametrize("long_names", [False, True], ids=["thesis", "spanish"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_sticks_out(kind: str, long_names: bool, draw, texts) -> None:
    figure = draw(kind, 3, long_names)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # a layout that fails and a letter that is missing are warnings, and so errors here
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    for edge in (pixels[:6], pixels[-6:], pixels[:, :6], pixels[:, -6:]):
        assert (edge == 255).all()
    assert SUBTITLE in {one.replace("\xa0", " ").replace("\n", " ") for one in texts(figure)}


@pytest.mark.parametrize("kind", KINDS)
def test_same_input_same_bytes(kind: str, draw, tmp_path) -> None:
    for name in ("one", "two"):
        figures.save_figure(draw(kind, 2, False), tmp_path / f"{name}.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    with Image.open(tmp_path / "one.png") as picture:
        assert picture.format == "PNG"
        assert picture.info["dpi"] == pytest.approx((150, 150), abs=0.1)
        assert "Software" not in picture.info
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.png", "two.png"]


def test_the_users_own_settings_change_nothing(draw, tmp_path) -> None:
    figures.save_figure(draw("confusion_matrix", 1, False), tmp_path / "plain.png")
    before = dict(mpl.rcParams)
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "black", "text.color": "red", "savefig.dpi": 40}):
        figures.save_figure(draw("confusion_matrix", 1, False), tmp_path / "set.png")
    assert (tmp_path / "plain.png").read_bytes() == (tmp_path / "set.png").read_bytes()
    assert dict(mpl.rcParams) == before


def test_pyplot_knows_nothing_of_the_figures(draw) -> None:
    for kind in KINDS:
        draw(kind, 1, False)
    assert plt.get_fignums() == []


def test_without_subtitle(draw) -> None:
    with_one, without = (draw("roc_curves", 1, False, subtitle=text) for text in (SUBTITLE, ""))
    assert without.get_figheight() < with_one.get_figheight()


def test_a_long_subtitle_is_wrapped_at_its_dots(draw) -> None:
    figure = draw("reliability_diagram", 1, False, subtitle=f"{SUBTITLE} · frozen backbone, 25 epochs · NVIDIA H100")
    lines = figure.texts[1].get_text().replace("\xa0", " ").split("\n")
    assert len(lines) > 1
    assert all(line.endswith(" ·") for line in lines[:-1])


def test_only_png_and_whole_files(draw, tmp_path) -> None:
    figure = draw("roc_curves", 1, False)
    with pytest.raises(ValueError, match=r"should end in \.png"):
        figures.save_figure(figure, tmp_path / "roc.pdf")
    target = tmp_path / "kept.png"
    target.write_bytes(b"before")
    figure.savefig = lambda *_, **__: (_ for _ in ()).throw(OSError("disk full"))
    with pytest.raises(OSError, match="disk full"):
        figures.save_figure(figure, target)
    assert target.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["kept.png"]
