"""The numbers in each figure against scikit-learn and pandas."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from sklearn import metrics as sk

from components import figures
from components.errors import DataError
from components.figures.style import BLUE, VERMILLION
from components.results import UNKNOWN


@pytest.mark.parametrize("replicates", [1, 3])
def test_confusion_matrix(replicates: int, predict, texts) -> None:
    models = [predict(seed=seed) for seed in range(replicates)]
    expected = sum(sk.confusion_matrix(one.y_true, one.y_pred) for one in models)
    percent = 100 * sum(sk.confusion_matrix(one.y_true, one.y_pred, normalize="true") for one in models) / replicates
    figure = figures.confusion_matrix(models)
    axes = figure.axes[0]
    assert np.asarray(axes.images[0].get_array()) == pytest.approx(percent)
    assert len(axes.texts) == 16
    for text in axes.texts:
        column, row = (int(place) for place in text.get_position())
        wanted = f"{expected[row, column]}\n{percent[row, column]:.0f} %" if expected[row, column] else "0"
        assert text.get_text() == wanted
    assert axes.get_yticklabels()[0].get_text() == "camino_santiago\nn = 38"
    assert any("summed over 3 replicates" in one for one in texts(figure)) == (replicates == 3)


def test_confusion_matrix_with_unknown_and_absent_classes(predict) -> None:
    sample = predict()
    sample = replace(sample, y_true=np.where(sample.y_true == 0, UNKNOWN, sample.y_true))
    axes = figures.confusion_matrix([sample]).axes[0]
    assert [label.get_text().split("\n")[0] for label in axes.get_yticklabels()] == [*sample.class_names, "unknown"]
    assert [text.get_text() for text in axes.texts[:5]] == ["–"] * 5  # no photo of the first class


@pytest.mark.parametrize("classes", [2, 5, 12, 20, 40])
def test_confusion_matrix_labels_do_not_overlap(classes: int, predict, spanish, overlaps) -> None:
    names = [f"{spanish[number % 12]} {number}" for number in range(classes)]
    figure = figures.confusion_matrix([predict(names=names, n=300)])
    axes = figure.axes[0]
    assert len(axes.texts) == (classes**2 if classes <= 30 else 0)
    slanted = axes.get_xticklabels()[0].get_rotation() == 45  # then boxes overlap where letters do not
    under = [] if slanted else axes.get_xticklabels()
    assert overlaps([axes.get_yticklabels(), under, axes.texts[: 2 * classes]], figure) == []


@pytest.mark.parametrize("replicates", [1, 3])
def test_roc_areas(replicates: int, predict) -> None:
    models = [predict(seed=seed) for seed in range(replicates)]
    figure = figures.roc_curves(models)
    labels = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    for label, name in enumerate(models[0].class_names):
        areas = [sk.roc_auc_score(one.y_true == label, one.scores[:, label]) for one in models]
        wanted = f"{np.mean(areas):.3f}" + (f" ± {np.std(areas, ddof=1):.3f}" if replicates > 1 else "")
        assert labels[label].replace("\n", "") == f"{name}AUC {wanted}"
        line = next(one for one in figure.axes[0].lines if one.get_label() == labels[label])
        assert sk.auc(*line.get_data()) == pytest.approx(np.mean(areas), abs=0.003 if replicates > 1 else 1e-12)
    thin = [one for one in figure.axes[0].lines if one.get_linewidth() < 1]
    assert len(thin) == (12 if replicates > 1 else 0)
    assert labels[-1] == "chance\nAUC 0.500"


def test_roc_lines_differ_without_colour(predict) -> None:
    lines = figures.roc_curves([predict(names=[f"class {one}" for one in range(7)])]).axes[0].lines[:7]
    assert len({(one.get_linestyle(), str(one._dash_pattern)) for one in lines}) == 7
    assert len({to_hex(one.get_color()) for one in lines}) == 7


def test_roc_of_many_classes_has_a_panel_each(predict, spanish) -> None:
    sample = predict(names=spanish)
    figure = figures.roc_curves([sample])
    panels = [axes for axes in figure.axes if axes.axison]
    assert len(panels) == 12
    for label, panel in enumerate(panels):
        area = sk.roc_auc_score(sample.y_true == label, sample.scores[:, label])
        assert panel.texts[0].get_text() == f"AUC {area:.3f}"
        mine = next(line for line in panel.lines if to_hex(line.get_color()) == BLUE)
        assert sk.auc(*mine.get_data()) == pytest.approx(area)
    assert panels[6].get_title(loc="left") == "Iglesia"


def test_roc_corner_is_enlarged_only_when_the_curves_are_there(predict) -> None:
    good, bad = (figures.roc_curves([predict(skill=skill)]).axes[0] for skill in (4, 0.5))
    assert len(good.child_axes) == 1
    assert len(bad.child_axes) == 0
    for line, main in zip(good.child_axes[0].lines, good.lines, strict=False):
        assert np.array_equal(line.get_xydata(), main.get_xydata())


def test_roc_of_a_class_without_photos(predict) -> None:
    sample = predict()
    sample = replace(sample, y_true=np.where(sample.y_true == 1, 0, sample.y_true))
    labels = [text.get_text() for text in figures.roc_curves([sample]).axes[0].get_legend().get_texts()]
    assert labels[1] == "cartel\nAUC undefined"


@pytest.mark.parametrize("replicates", [1, 3])
def test_class_report_bars(replicates: int, predict) -> None:
    models = [predict(seed=seed) for seed in range(replicates)]
    scores = np.stack([sk.precision_recall_fscore_support(one.y_true, one.y_pred)[:3] for one in models])
    axes = figures.class_report_bars(models).axes[0]
    bars = [one for one in axes.containers if hasattr(one, "patches")]
    assert [one.get_label() for one in bars] == ["precision", "recall", "F1"]
    for place, container in enumerate(bars):
        assert [bar.get_width() for bar in container.patches] == pytest.approx(scores.mean(axis=0)[place])
        if replicates > 1:
            whiskers = container.errorbar.lines[2][0].get_segments()
            spread = [(segment[1, 0] - segment[0, 0]) / 2 for segment in whiskers]
            assert spread == pytest.approx(scores.std(axis=0, ddof=1)[place])
    written = sorted(text.get_text() for text in axes.texts)
    assert written == sorted(f"{value:.2f}" for value in scores.mean(axis=0).ravel())
    assert axes.get_yticklabels()[0].get_text() == "camino_santiago\nn = 38"


def test_whiskers_of_the_class_report_end_at_0_and_1(predict) -> None:
    models = [predict(seed=seed, n=8, skill=skill) for seed, skill in enumerate((9.0, 9.0, 0.0))]
    axes = figures.class_report_bars(models).axes[0]
    ends = [
        segment[:, 0]
        for container in axes.containers
        if hasattr(container, "patches")
        for segment in container.errorbar.lines[2][0].get_segments()
    ]
    assert np.min(ends) >= 0
    assert np.max(ends) == pytest.approx(1)
    assert max(text.get_position()[0] for text in axes.texts) < axes.get_xlim()[1]


def test_reliability_diagram(predict, texts) -> None:
    models = [predict(seed=seed) for seed in range(2)]
    figure = figures.reliability_diagram(models)
    upper, lower = figure.axes
    confidence = np.concatenate([one.confidence for one in models])
    right = np.concatenate([one.scores.argmax(axis=1) == one.y_true for one in models])
    bars, gaps = upper.containers
    for bar, gap, column in zip(bars, gaps, lower.containers[0], strict=True):
        middle = bar.get_x() + bar.get_width() / 2
        inside = np.abs(confidence - middle) < 1 / 30
        assert bar.get_height() == pytest.approx(right[inside].mean())
        assert bar.get_height() + gap.get_height() == pytest.approx(confidence[inside].mean())
        assert column.get_height() == pytest.approx(100 * inside.mean())
    assert sum(column.get_height() for column in lower.containers[0]) == pytest.approx(100)

    errors = []
    for one in models:
        bins = np.ceil(one.confidence * 15)
        hits = one.scores.argmax(axis=1) == one.y_true
        errors.append(sum(abs((hits - one.confidence)[bins == place].sum()) for place in range(1, 16)) / 152)
    assert f"ECE {np.mean(errors):.3f} ± {np.std(errors, ddof=1):.3f}" in texts(figure)
    assert f"mean confidence {confidence.mean():.3f}" in texts(figure)
    assert f"accuracy {right.mean():.3f}" in texts(figure)


@pytest.mark.parametrize("replicates", [1, 3])
def test_training_curves(replicates: int, curves) -> None:
    table = curves(replicates)
    figure = figures.training_curves(table)
    for axes, quantity in zip(figure.axes, ("loss", "accuracy"), strict=True):
        assert axes.get_ylabel() == quantity
        lines = {line.get_label(): line for line in axes.lines}
        for name in ("train", "validation"):
            wanted = table.pivot_table(index="epoch", columns="replicate", values=f"{name}_{quantity}")
            assert lines[name].get_xdata() == pytest.approx(range(1, 9))
            assert lines[name].get_ydata() == pytest.approx(wanted.mean(axis=1).to_numpy())
        assert len(axes.collections) == (2 if replicates > 1 else 0)
        if replicates > 1:
            band = axes.collections[1].get_paths()[0].vertices
            assert band[:, 1].min() == pytest.approx(wanted.min().min())
            assert band[:, 1].max() == pytest.approx(wanted.max().max())
        boundary = [line for line in axes.lines if line.get_linestyle() == "--" and len(set(line.get_xdata())) == 1]
        assert [line.get_xdata()[0] for line in boundary] == [4.5]
        assert [text.get_text() for text in axes.texts] == ["augmented", "plain"]


def test_training_curves_of_two_networks_and_kept_epochs(curves) -> None:
    table = pd.concat(
        [curves(2).assign(network="binary"), curves(2, [("plain", 5)]).assign(network="known")], ignore_index=True
    )
    table["kept"] = table["epoch"] == 3 + table["replicate"]
    figure = figures.training_curves(table)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["binary", "binary", "known", "known"]
    for axes in figure.axes:
        kept = next(line for line in axes.lines if line.get_label() == "kept epoch")
        assert kept.get_xdata().tolist() == [3, 4]
    known = curves(2, [("plain", 5)]).groupby("epoch")["train_loss"].mean()
    assert figure.axes[2].lines[0].get_ydata() == pytest.approx(known.to_numpy())


def test_training_curves_without_validation_and_of_one_epoch(curves) -> None:
    table = curves(1, [("plain", 1)]).assign(validation_loss=np.nan, validation_accuracy=np.nan)
    axes = figures.training_curves(table).axes[0]
    assert [line.get_label() for line in axes.lines] == ["train"]
    assert axes.lines[0].get_marker() == "o"  # a line of one point would not be seen


def test_training_curves_name_what_is_missing(curves) -> None:
    with pytest.raises(DataError, match=r"missing.*validation_loss"):
        figures.training_curves(curves().drop(columns="validation_loss"))
    with pytest.raises(DataError, match="missing rows"):
        figures.training_curves(curves().head(0))


def shown_rows(figure) -> list[int]:
    """Rows of the photos shown, which their colour tells."""
    return [int(axes.images[0].get_array()[0, 0, 0]) for axes in figure.axes]


def test_sample_predictions(predict, pictures, texts) -> None:
    sample = predict()
    figure = figures.sample_predictions(sample, pictures(152), seed=3)
    rows = shown_rows(figure)
    assert len(set(rows)) == 9
    written = "\n".join(texts(figure))
    for row, axes in zip(rows, figure.axes, strict=True):
        right = sample.y_true[row] == sample.y_pred[row]
        assert to_hex(axes.spines["left"].get_edgecolor()) == (BLUE if right else VERMILLION)
        assert f"{'✓' if right else '✗'} {sample.class_names[sample.y_pred[row]]}" in written
        assert f"{sample.scores[row].max():.2f}" in written
    wrong = [row for row in rows if sample.y_true[row] != sample.y_pred[row]]
    assert re.findall("true: (.*)", written) == [sample.class_names[sample.y_true[row]] for row in wrong]
    assert f"{(sample.y_true == sample.y_pred).sum()} of all are right" in written
    assert rows == shown_rows(figures.sample_predictions(sample, pictures(152), seed=3))
    assert rows != shown_rows(figures.sample_predictions(sample, pictures(152), seed=4))


def test_fewer_photos_than_asked_for_and_unknown_ones(predict, pictures, texts) -> None:
    sample = predict(n=4)
    sample = replace(sample, y_true=np.array([UNKNOWN, 1, 2, 3]), y_pred=np.array([UNKNOWN, UNKNOWN, 2, 0]))
    figure = figures.sample_predictions(sample, pictures(4))
    assert shown_rows(figure) == [0, 1, 2, 3]
    written = texts(figure)
    assert "✓ unknown" in written
    assert "✗ unknown" in written
    assert {"true: cartel", "true: parque"} <= set(written)


def test_generalisation(predict, pictures, texts) -> None:
    sample = predict()
    groups = np.array([("Burgos", "León", "Soria", "")[row // 4 % 4] for row in range(152)], dtype=object)
    groups[sample.y_true == 2] = "Burgos"
    figure = figures.generalisation(sample, pictures(152), groups)
    rows = shown_rows(figure)
    assert [sample.y_true[row] for row in rows] == [0, 0, 1, 1, 3, 3]
    for first, second in zip(rows[::2], rows[1::2], strict=True):
        assert "" not in {groups[first], groups[second]}
        assert groups[first] != groups[second]
    written = texts(figure)
    assert "No photos from two regions: marcador." in written
    assert [one for one in written if one in {"Burgos", "León", "Soria"}] == [groups[row] for row in rows]
    for row in rows:
        assert f"{sample.scores[row].max():.2f}" in written


def test_generalisation_without_regions_says_so(predict, pictures, texts) -> None:
    figure = figures.generalisation(predict(), pictures(152), np.full(152, "Burgos", dtype=object))
    assert figure.axes == []
    assert "No photos from two regions: camino_santiago, cartel, marcador, parque." in texts(figure)


def test_images_that_do_not_fit_are_refused(predict, pictures) -> None:
    sample, photos = predict(), pictures(152)
    for images in (photos[:10], photos / 255, photos[..., :1], photos[:, 0]):
        with pytest.raises(DataError, match=r"expected one RGB photo per prediction: uint8 of shape \(152, S, S, 3\)"):
            figures.sample_predictions(sample, images)
    with pytest.raises(DataError, match="3 groups for 152 predictions"):
        figures.generalisation(sample, photos, np.array(["a", "b", "c"], dtype=object))
    with pytest.raises(DataError, match="no predictions"):
        figures.sample_predictions(predict(n=0), photos[:0])


def test_the_rates_tried_and_the_one_chosen(texts):
    ends = {
        f"validation_{name}{end}": [0.5, 0.9, 0.4] for name in ("accuracy", "loss") for end in ("", "_low", "_high")
    }
    table = pd.DataFrame(
        {"network": "closed", "learning_rate": [1e-4, 1e-2, 1.0], "seeds": 5, "chosen": [False, True, False]} | ends
    )
    figure = figures.rate_search(table, subtitle="50 heads")
    accuracy, loss = figure.axes
    for axes in (accuracy, loss):
        x, y = axes.lines[0].get_data()
        assert list(x) == [1e-4, 1e-2, 1.0]
        assert list(y) == [0.5, 0.9, 0.4]
        assert axes.lines[1].get_xdata()[0] == 1e-2
        figure.canvas.draw()
        assert not [one for one in texts(figure) if "mathdefault" in one]
    assert {"0.01", "learning rate", "validation loss"} <= set(texts(figure))
    with pytest.raises(DataError, match="chosen"):
        figures.rate_search(table.drop(columns="chosen"))
