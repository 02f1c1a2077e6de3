"""What the figures of heat maps show."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib import colormaps

from components import figures
from components.errors import DataError
from components.figures.heat_maps import OPACITY, overlay
from components.figures.style import BLUE, VERMILLION


def test_a_cold_place_shows_the_photo_in_grey_and_a_hot_one_the_colour_over_it():
    photo = np.zeros((2, 2, 3), np.uint8)
    photo[:, 0] = 255
    blended = overlay(photo, np.array([[0, 0], [1, 1]], np.float32))
    assert blended.dtype == np.uint8
    assert blended[0].tolist() == [[255] * 3, [76] * 3]
    hottest = 255 * OPACITY * np.array(colormaps["inferno"](1.0)[:3])
    np.testing.assert_allclose(blended[1, 0], hottest + (1 - OPACITY) * 255, atol=1)
    np.testing.assert_allclose(blended[1, 1], hottest + (1 - OPACITY) * 76.5, atol=1)
    assert (blended[1, 0].astype(int) - blended[1, 1] > 30).all()  # the photo is visible beneath


def test_photos_stand_before_their_maps_with_the_classes_and_probabilities(predict, explained, texts):
    model = predict()
    photos = explained(model, ["Fuente", "Iglesia"])
    figure = figures.heat_map_gallery(photos, title="What the network looked at", note="Seven photos.")
    pictures = [axes.images[0].get_array() for axes in figure.axes]
    assert len(pictures) == len(photos) + 1  # the last one is the colour bar
    for photo, picture, axes in zip(photos, pictures, figure.axes, strict=False):
        shown = [photo.pixels, *(overlay(photo.pixels, one.values) for one in photo.maps)]
        np.testing.assert_array_equal(picture, np.concatenate(shown, axis=1))
        colour = axes.spines["left"].get_edgecolor()
        assert colour == pytest.approx(_rgba(BLUE if photo.right else VERMILLION))
    written = texts(figure)
    for photo in photos:
        for shown in photo.maps:
            assert f"{shown.mark} {shown.probability:.2f}" in written
    assert "Seven photos." in " ".join(written)
    assert {"Fuente", "Iglesia"} <= set(written)


def test_captions_do_not_overlap(predict, explained, spanish, overlaps):
    figure = figures.heat_map_gallery(explained(predict(names=spanish), spanish, n=12), title="What")
    assert overlaps([figure.texts], figure) == []


def test_without_a_probability_only_the_mark_is_written(predict, explained, texts):
    (photo,) = explained(predict(), ["Fuente"], n=1)
    rejected = replace(photo.maps[0], mark="✗ rejected", name="closest: cartel", probability=float("nan"))
    shown = replace(photo, maps=[rejected], remark="true: unknown")
    written = texts(figures.heat_map_gallery([shown], title="What"))
    assert {"✗ rejected", "closest: cartel", "true: unknown"} <= set(written)


def test_there_are_maps_to_draw(predict, explained):
    (photo,) = explained(predict(), ["Fuente"], n=1)
    for photos in ([], [replace(photo, maps=[])]):
        with pytest.raises(DataError, match="no heat maps"):
            figures.heat_map_gallery(photos, title="What")


def _rgba(colour):
    return (*(int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)), 1)
