import numpy as np
from PIL import Image

from components.data import contact_sheet, folder, given, load_pixels


def split_photos(root):
    photos = load_pixels(folder(root), size=16)
    return given(photos.manifest, seed=0), photos


def test_the_contact_sheet_shows_photos_of_every_class(two_classes):
    manifest, photos = split_photos(two_classes)
    sheet = contact_sheet(manifest, photos, per_class=4)
    pixels = np.asarray(sheet)
    for name in ("fuente", "mural"):
        found = 0
        for row in np.flatnonzero(manifest.label == name):
            tile = np.asarray(Image.fromarray(photos.array[row]).resize((128, 128), Image.Resampling.LANCZOS))
            windows = np.argwhere((pixels[:-127, :-127] == tile[0, 0]).all(axis=2))
            found += any((pixels[y : y + 128, x : x + 128] == tile).all() for y, x in windows)
        assert found == 4
    assert np.array_equal(pixels, np.asarray(contact_sheet(manifest, photos, per_class=4)))
    assert not np.array_equal(pixels, np.asarray(contact_sheet(manifest, photos, per_class=4, seed=1)))


def test_more_classes_than_fit_are_counted(two_classes):
    manifest, photos = split_photos(two_classes)
    shortened = contact_sheet(manifest, photos, max_classes=1)
    complete = contact_sheet(manifest, photos)
    assert shortened.height < complete.height
