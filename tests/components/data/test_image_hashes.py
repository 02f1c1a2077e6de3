import numpy as np
import pytest
from PIL import Image
from scipy.fft import dctn

from components.data import UnreadableError, image_hashes
from components.data.image_hashes import phash


@pytest.mark.parametrize("seed", range(5))
def test_the_hash_is_that_of_the_dct(blotches, seed):
    photo = blotches(seed, 32, 32)
    low = dctn(np.asarray(photo.convert("L"), dtype=float), type=2)[:8, :8].ravel()
    # dctn scales all coefficients by the same factor, so the comparison with the median is the same.
    bits = "".join("1" if coefficient > np.median(low) else "0" for coefficient in low)
    assert f"{int(phash(photo)):064b}" == bits


def test_hashes_are_in_the_order_of_the_files_and_can_be_selected(blotches, tmp_path):
    files = []
    for seed in range(3):
        files.append(tmp_path / f"{seed}.png")
        blotches(seed, 60 + seed, 50).save(files[-1])
    hashes = image_hashes(files)
    assert len(hashes) == 3
    assert hashes.size.tolist() == [[60, 50], [61, 50], [62, 50]]
    with Image.open(files[1]) as photo:
        assert hashes.phash[1] == phash(photo)
    assert hashes.take(np.array([2, 0])).size.tolist() == [[62, 50], [60, 50]]


def test_an_unreadable_file_is_named(blotches, tmp_path):
    blotches(0).save(tmp_path / "a.png")
    (tmp_path / "b.png").touch()
    with pytest.raises(UnreadableError, match=r"b\.png: empty file"):
        image_hashes([tmp_path / "a.png", tmp_path / "b.png"])
