"""What the figures of the open set show, against scikit-learn and counts."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as sk

from components import figures
from components.errors import DataError
from components.figures.style import VERMILLION
from components.metrics import open_set_metrics
from components.results import UNKNOWN


def words(figure, texts):
    return " ".join(texts(figure)).replace("\n", " ")


def test_histograms_hold_every_photo_and_say_who_is_rejected(predict_open, texts) -> None:
    judged = [predict_open(seed=seed) for seed in range(2)]
    models, thresholds, new = (list(part) for part in zip(*judged, strict=True))
    told = [replace(one, new_unknown=mask) for one, mask in zip(models, new, strict=True)]
    figure = figures.unknown_score_histograms(told, thresholds)
    known = np.concatenate([one.y_true != UNKNOWN for one in models])
    fresh = np.concatenate(new)
    rejected = np.concatenate([one.y_pred == UNKNOWN for one in models])
    for axes, mask in zip(figure.axes, (known, ~known & ~fresh, fresh), strict=True):
        assert sum(bar.get_height() for bar in axes.patches) == pytest.approx(100)
        said = axes.get_title(loc="left")
        assert f"n = {mask.sum() / 2:g}, {100 * rejected[mask].mean():.0f} % rejected" in said
        lines = [line.get_xdata()[0] for line in axes.lines]
        assert lines == sorted(thresholds)
        low, high = axes.get_xlim()
        assert all(low < at < high for at in lines)
    everything = np.concatenate([one.unknown_score for one in models])
    low, high = figure.axes[0].get_xlim()
    beyond = ((everything < low) | (everything > high)).sum()
    assert f"{beyond} scores outside the axis" in words(figure, texts)


def test_the_share_of_rejected_photos_is_the_metrics_mean_over_replicates_of_unlike_size(predict_open) -> None:
    judged = [predict_open(seed=0, n=60), predict_open(seed=1, n=181, skill=1.0)]
    models = [replace(one, new_unknown=mask) for one, _, mask in judged]
    found = open_set_metrics(models, n_resamples=5)
    figure = figures.unknown_score_histograms(models, [threshold for _, threshold, _ in judged])
    for axes, name in zip(
        figure.axes,
        ("known_acceptance", "unknown_rejection_known_unknowns", "unknown_rejection_new_unknowns"),
        strict=True,
    ):
        share = 1 - found[name].value if name == "known_acceptance" else found[name].value
        assert f"{100 * share:.0f} % rejected" in axes.get_title(loc="left")


def test_histograms_without_kinds_or_threshold(predict_open, texts) -> None:
    model, _, _ = predict_open()
    figure = figures.unknown_score_histograms([model], [np.nan])
    assert [axes.get_title(loc="left").split(":")[0] for axes in figure.axes] == ["known classes", "unknown"]
    assert not any(axes.lines for axes in figure.axes)
    assert "by its own rule" in words(figure, texts)
    endless = replace(model, unknown_score=np.where(model.y_true == UNKNOWN, np.inf, model.unknown_score))
    assert len(figures.unknown_score_histograms([endless], [0.0]).axes) == 2
    alike = replace(model, unknown_score=np.zeros(181))
    assert sum(bar.get_height() for bar in figures.unknown_score_histograms([alike], [0.0]).axes[0].patches) == 100


@pytest.mark.parametrize("replicates", [1, 3])
def test_curves_have_the_areas_of_scikit_learn_and_the_best_first(replicates, predict_open, texts) -> None:
    runs = {
        name: [predict_open(seed=seed, skill=skill)[0] for seed in range(replicates)]
        for name, skill in (("dull", 2.0), ("sharp", 6.0), ("middling", 4.0))
    }
    figure = figures.open_set_curves(runs)
    roc, oscr, key = figure.axes
    cells = [text.get_text() for text in key.texts]
    assert cells[2::3] == ["sharp", "middling", "dull"]
    for place, name in enumerate(("sharp", "middling", "dull")):
        areas = [sk.roc_auc_score(one.y_true == UNKNOWN, one.unknown_score) for one in runs[name]]
        spread = f" ± {np.std(areas, ddof=1):.3f}" if replicates > 1 else ""
        assert cells[3 * place + 3] == f"{np.mean(areas):.3f}{spread}"
        assert sk.auc(*roc.lines[place].get_data()) == pytest.approx(np.mean(areas), abs=0.01)
        closed = [np.mean((one.scores.argmax(axis=1) == one.y_true)[one.y_true != UNKNOWN]) for one in runs[name]]
        assert oscr.lines[place].get_ydata()[-1] == pytest.approx(np.mean(closed))
        assert roc.lines[place].get_color() == key.lines[place].get_color()
    assert ("mean over replicates" in words(figure, texts)) == (replicates > 1)


def test_sixteen_lines_differ_in_colour_or_dashes_and_more_are_refused(predict_open) -> None:
    model, _, _ = predict_open()
    lines = figures.open_set_curves({f"run {one}": [model] for one in range(16)}).axes[0].lines[:16]
    assert len({(line.get_color(), str(line._dash_pattern)) for line in lines}) == 16
    with pytest.raises(DataError, match="17 runs"):
        figures.open_set_curves({f"run {one}": [model] for one in range(17)})
    with pytest.raises(DataError, match="closed: an open-set curve needs known and unknown photos"):
        figures.open_set_curves({"closed": [replace(model, y_true=np.maximum(model.y_true, 0))]})


def test_the_worst_mistakes_come_first(predict_open, pictures, texts) -> None:
    model, _, _ = predict_open(skill=2.0)
    titles = np.array([f"foto {row}" for row in range(181)], dtype=object)
    titles[::7] = ""
    figure = figures.confident_mistakes(model, pictures(181), titles, n=4)
    shown = [int(axes.images[0].get_array()[0, 0, 0]) for axes in figure.axes]
    unknown, rejected = model.y_true == UNKNOWN, model.y_pred == UNKNOWN
    accepted = np.flatnonzero(unknown & ~rejected)
    refused = np.flatnonzero(~unknown & rejected)
    mistaken = np.flatnonzero(~unknown & ~rejected & (model.y_pred != model.y_true))
    expected = [
        *sorted(accepted, key=lambda row: model.unknown_score[row])[:4],
        *sorted(refused, key=lambda row: -model.unknown_score[row])[:4],
        *sorted(mistaken, key=lambda row: -model.scores[row].max())[:4],
    ]
    assert shown == expected
    written = texts(figure)
    assert f"Unknown photos taken for known: 4 of {len(accepted)}, lowest unknown score first" in written
    assert f"Known photos rejected: 4 of {len(refused)}, highest unknown score first" in written
    for row in expected:
        assert (titles[row] or f"foto_{row:03}.jpg") in written
    assert f"probability {model.scores[expected[-4]].max():.2f}" in written
    assert all(axes.spines["left"].get_edgecolor()[:3] == pytest.approx((0.835, 0.369, 0), abs=0.01)
               for axes in figure.axes)  # fmt: skip
    assert VERMILLION == "#d55e00"


def test_a_closed_set_has_one_kind_of_mistake_and_a_perfect_model_none(predict, pictures, texts) -> None:
    sample = predict()
    titles = np.full(152, "", dtype=object)
    figure = figures.confident_mistakes(sample, pictures(152), titles)
    assert len(figure.axes) == 5
    assert not any("rejected" in one for one in texts(figure))
    perfect = replace(sample, y_pred=sample.y_true)
    assert "Photos taken for another class: none" in texts(figures.confident_mistakes(perfect, pictures(152), titles))
    with pytest.raises(DataError, match="3 titles for 152 predictions"):
        figures.confident_mistakes(sample, pictures(152), titles[:3])


def test_mistakes_in_several_rows_say_what_was_taken_for_what(predict, pictures, spanish, texts) -> None:
    model = predict(names=spanish, n=152)
    wrong = np.flatnonzero(model.y_true != model.y_pred)
    expected = sorted(wrong, key=lambda row: -model.scores[row].max())[:12]
    figure = figures.confident_mistakes(model, pictures(152), np.full(152, "", dtype=object), n=12, columns=4)
    assert [int(axes.images[0].get_array()[0, 0, 0]) for axes in figure.axes] == expected
    lefts, tops = zip(*(axes.get_position().min.round(4).tolist() for axes in figure.axes), strict=True)
    assert (len(set(lefts)), len(set(tops))) == (4, 3)
    pairs = Counter((int(model.y_true[row]), int(model.y_pred[row])) for row in wrong)
    (truth, taken), count = pairs.most_common(1)[0]
    assert count > 1
    assert f"{spanish[truth]} → {spanish[taken]} {count} ×" in words(figure, texts)


def test_a_line_sets_the_rejected_apart(predict, predict_open) -> None:
    def lines(model):
        return [
            line for line in figures.confusion_matrix([model]).axes[0].lines
            if len(line.get_xdata()) == 2
        ]  # fmt: skip

    assert [set(np.ravel([line.get_xdata(), line.get_ydata()])) & {3.5} for line in lines(predict_open()[0])] == [
        {3.5},
        {3.5},
    ]
    assert lines(predict()) == []
