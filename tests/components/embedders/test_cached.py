"""What is embedded, how often, and the errors."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from components.embedders import Cached, Embeddings
from components.errors import ConfigError, DataError, HitoError


def test_unit_rows_in_the_order_asked(embedder, make_photos):
    photos = make_photos(5)
    forth, back = embedder.embed_images(photos), embedder.embed_images(photos[::-1])
    assert forth.shape == (5, 8)
    assert forth.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(forth, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(forth, back[::-1])


def test_a_second_run_embeds_nothing_and_ten_more_photos_are_ten(embedder, logged, make_photos):
    embedder.embed_images(make_photos(20))
    assert len(logged.computed) == 20
    Cached(logged).embed_images(make_photos(20))
    assert len(logged.computed) == 20
    Cached(logged).embed_images(make_photos(30))
    assert logged.computed[20:] == [f"{number:04}.png" for number in range(20, 30)]


def test_a_photo_is_its_content(embedder, logged, make_photos, tmp_path):
    photo, other = make_photos(2)
    copy = tmp_path / "renamed.png"
    shutil.copy(photo, copy)
    vectors = embedder.embed_images([photo, copy, photo])
    assert len(logged.computed) == 1
    np.testing.assert_array_equal(vectors[0], vectors[1])
    shutil.copy(other, photo)  # the same name with another content
    assert not np.allclose(embedder.embed_images([photo]), vectors[:1])
    assert len(logged.computed) == 2


def test_texts(embedder, logged):
    vectors = embedder.embed_texts(["un mojón", "a cairn", "un mojón"])
    np.testing.assert_array_equal(vectors[0], vectors[2])
    assert logged.computed == ["un mojón", "a cairn"]
    assert embedder.embed_texts([]).shape == (0, 8)
    with pytest.raises(DataError, match=r"Text 1 of 2 \(counted from 0\) is empty"):
        embedder.embed_texts(["x", "  "])


def test_two_spaces_are_never_compared(logged, make_photos):
    photos, one = make_photos(3), Cached(logged)
    images = Embeddings.of_images(one, photos)
    np.testing.assert_allclose(np.diag(images.cosines(Embeddings.of_images(one, photos))), 1, atol=1e-6)
    other = Embeddings.of_texts(Cached(type(logged)(logged.log, name="other")), ["a cairn"])
    with pytest.raises(ConfigError, match=r"two embedding spaces .* Embed both sides with the same embedder"):
        images.cosines(other)


def test_another_model_has_another_cache(logged, embedder, make_photos, stored):
    other = type(logged)(logged.log, name="other")
    photos = make_photos(3)
    embedder.embed_images(photos)
    Cached(other).embed_images(photos)
    assert len(logged.computed) == 6
    assert len(stored()) == 2
    assert all(len(list(folder.iterdir())) == 2 for folder in stored())


def test_damage_is_reported_and_only_damaged_vectors_are_computed_again(embedder, logged, make_photos, stored, caplog):
    photos = make_photos(10)
    before = embedder.embed_images(photos)
    (folder,) = stored()
    raw = bytearray((folder / "vectors").read_bytes())
    raw[4 * 32] ^= 255
    (folder / "vectors").write_bytes(raw)
    np.testing.assert_array_equal(embedder.embed_images(photos), before)
    assert logged.computed[10:] == ["0004.png"]
    assert caplog.text.count("1 of 10 vectors are damaged") == 1


def test_a_model_that_loses_vectors_is_an_error_that_names_the_photo(logged, make_photos):
    class Forgetful(type(logged)):
        def encode_images(self, paths):
            for rows, vectors in super().encode_images(paths):
                if paths[rows[0]].name != "0002.png":
                    yield rows, vectors

    photos = make_photos(4)
    with pytest.raises(HitoError, match=r"no vector for 1 of 4 inputs, the first of which is .*0002\.png"):
        Cached(Forgetful(logged.log)).embed_images(photos)
    Cached(logged).embed_images(photos)  # the other three were kept
    assert logged.computed[4:] == ["0002.png"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.zeros((1, 8)), "a vector of length 0"),
        (np.full((1, 8), np.nan), "a vector of length nan"),
        (np.ones((1, 7)), r"shape \(1, 7\), expected \(1, 8\)"),
        (np.ones((2, 8)), r"shape \(2, 8\), expected \(1, 8\)"),
    ],
)
def test_invalid_vectors_are_errors(logged, make_photos, wrong, message):
    logged._batch = lambda row, content, name: (np.array([row]), wrong.astype(np.float32))
    with pytest.raises(HitoError, match=rf"0000\.png: the model returned .*{message}"):
        Cached(logged).embed_images(make_photos(1))


def test_a_photo_that_is_not_there(embedder, tmp_path):
    with pytest.raises(DataError, match=r"none\.png: cannot be read"):
        embedder.embed_images([tmp_path / "none.png"])


def test_without_texts(logged):
    logged.texts = False
    with pytest.raises(ConfigError):
        Cached(logged).embed_texts(["x"])


SLOW = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from conftest import LoggedEncoder
from components.embedders import Cached, Embeddings

class Slow(LoggedEncoder):
    def _batch(self, *arguments):
        time.sleep(float(sys.argv[4]))
        return super()._batch(*arguments)

vectors = Cached(Slow(sys.argv[2])).embed_images(sorted(Path(sys.argv[3]).iterdir()))
print(vectors.sum(), flush=True)
"""


@pytest.fixture
def start(logged, tmp_path):
    def run(seconds):
        here = str(Path(__file__).parent)
        command = [sys.executable, "-c", SLOW, here, str(logged.log), str(tmp_path / "photos"), str(seconds)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return run


def test_two_processes_embed_each_photo_once(start, logged, make_photos):
    make_photos(40)
    processes = [start(0.01), start(0.01)]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert outputs[0][0] == outputs[1][0] != ""
    assert sorted(logged.computed) == [f"{number:04}.png" for number in range(40)]


def test_a_killed_process_loses_at_most_the_photo_it_was_at(start, logged, make_photos, embedder):
    photos = make_photos(40)
    for target in (5, 15):
        process = start(0.02)
        deadline = time.monotonic() + 60
        while len(logged.computed) < target:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    vectors = embedder.embed_images(photos)
    assert 40 <= len(logged.computed) <= 42
    assert set(logged.computed) == {photo.name for photo in photos}
    np.testing.assert_array_equal(vectors, embedder.embed_images(photos))
