"""Google's own client with a server that fails in every way."""

import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from components.embedders.remote_calls import RemoteError
from components.embedders.token_bucket import TokenBucket
from components.embedders.token_estimate import estimated_tokens
from components.embedders.vertex_ai import vertex
from components.errors import ConfigError, DataError

sys.path.insert(0, str(Path(__file__).parent))
from service import Service, numbers

FAST = {"project": "p", "dimension": 128, "calls_per_minute": 60_000, "initial_backoff": 0.01, "timeout": 0.5}


@pytest.fixture
def service():
    started = Service()
    yield started
    started.close()


@pytest.fixture
def make(service):
    return lambda **more: vertex(**{**FAST, "endpoint": service.url, **more})


def unit(content, d=128):
    vector = np.array(numbers(content, d))
    return vector / np.linalg.norm(vector)


def test_what_is_sent_and_what_comes_back(service, make, make_photos):
    photos = make_photos(3, side=700)
    embedder = make(parallel=1)
    vectors = embedder.embed_images(photos)
    assert vectors.shape == (3, embedder.dimension) == (3, 128)
    np.testing.assert_allclose(vectors, [unit(content) for content in service.answered], atol=1e-6)
    with Image.open(BytesIO(service.answered[0])) as sent:
        assert (sent.format, sent.size) == ("JPEG", (512, 512))
    (path,) = set(service.paths)
    assert path.startswith(
        "/v1/projects/p/locations/us-central1/publishers/google/models/multimodalembedding%40001:predict"
    )
    texts = embedder.embed_texts(["un mojón"])
    np.testing.assert_allclose(texts[0], unit("un mojón".encode()), atol=1e-6)
    assert service.asked[-1]["instances"] == [{"text": "un mojón"}]


@pytest.mark.parametrize("failure", [429, 500, 503, "hang", "cut", "few", "none"])
def test_temporary_failures_are_retried(service, make, make_photos, failure):
    service.script = [failure, failure]
    vectors = make(parallel=2).embed_images(make_photos(4))
    assert np.isfinite(vectors).all()
    assert len(service.answered) == 4
    assert len(service.asked) == 6


def test_permanent_failures_name_the_photo(service, make, make_photos):
    (photo,) = make_photos(1)
    for failure, message in [
        (500, "state 500"),
        ("few", "64 numbers, expected 128"),
        ("none", "0 predictions, expected 1"),
    ]:
        service.script = [failure] * 3
        with pytest.raises(RemoteError, match=rf"0000\.png.*{message}.*\(3 attempts\)"):
            make(attempts=3).embed_images([photo])
    assert len(service.asked) == 9


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "gcloud auth application-default login"),
        (403, "gcloud services enable aiplatform.googleapis.com --project p"),
        (404, "embedder.location"),
        (400, "state 400"),
    ],
)
def test_refusals_are_explained_at_once(service, make, make_photos, status, advice):
    service.script = [status]
    with pytest.raises(RemoteError, match=advice):
        make(parallel=1).embed_images(make_photos(3))
    assert len(service.asked) == 1


def test_retry_after_holds_all_workers(service, make, make_photos):
    service.script, service.delay = [(429, {"Retry-After": "1"})], 0.05
    make(parallel=4).embed_images(make_photos(12))
    assert len(service.asked) == 13
    before = [when for when in service.times if when < service.times[0] + 0.5]
    assert len(before) <= 8  # what was under way or about to be when the answer came
    assert service.times[-1] - service.times[0] >= 1


def test_several_calls_are_under_way(service, make, make_photos):
    service.delay = 0.05
    make(parallel=4).embed_images(make_photos(16))
    assert 3 <= service.most_at_once <= 4


def test_the_quota_is_kept_by_all_together(service, make, make_photos):
    began = time.monotonic()
    for embedder in (make(calls_per_minute=1200), make(calls_per_minute=1200, dimension=256)):
        embedder.embed_images(make_photos(10))
    assert time.monotonic() - began >= 19 * 0.05


def test_a_token_bucket_has_one_pace_for_many_threads():
    import threading

    bucket, stop, passed = TokenBucket(6000), threading.Event(), []
    began = time.monotonic()

    def work():
        while bucket.take(stop):
            passed.append(time.monotonic())

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()
    assert 20 <= len(passed) <= 1 + (max(passed) - began) / 0.01


def test_long_texts_are_errors_or_warnings(service, make, caplog):
    long = "Mural enorme con la palabra «Bienvenidos» en la fachada de la antigua escuela, pintado por los vecinos"
    long += " durante las fiestas del pueblo"
    assert estimated_tokens(long) > 32 >= estimated_tokens(long[:80])
    with pytest.raises(DataError, match=r"1 of 2 texts may exceed the 32 tokens.*Mural enorme.*long_text=warn"):
        make().embed_texts(["a cairn", long])
    assert not service.asked
    assert make(long_text="warn").embed_texts(["a cairn", long]).shape == (2, 128)
    assert "Mural enorme" in caplog.text


def test_cost_and_time_are_logged_first(make, make_photos, caplog):
    caplog.set_level("INFO")
    make(calls_per_minute=6000).embed_images(make_photos(5))
    assert "5 photos to embed, about 0.0005 USD at the configured price (of 2025; check it against" in caplog.text
    dear = {"usd_per_photo": 1.5, "usd_per_1000_characters": 2.0, "price_date": "March 2031"}
    make(calls_per_minute=6000, dimension=256, **dear).embed_texts(["a cairn of 25 characters"])
    assert "1 text to embed, about 0.0480 USD at the configured price (of March 2031;" in caplog.text


def test_an_unreadable_photo_is_named_and_the_others_are_kept(service, make, make_photos):
    photos = make_photos(6)
    photos[3].write_bytes(b"no photo")
    with pytest.raises(DataError, match=r"0003\.png: not an image"):
        make(parallel=1).embed_images(photos)
    assert len(service.answered) == 3
    make_photos(6)
    make().embed_images(photos)
    assert len(service.answered) == 6


@pytest.mark.parametrize(
    "arguments", [{"dimension": 100}, {"parallel": 0}, {"long_text": "cut"}, {"attempts": 0}, {"calls_per_minute": 0}]
)
def test_arguments_out_of_range(arguments):
    with pytest.raises(ConfigError):
        vertex(**{**FAST, **arguments})


def test_without_a_project():
    with pytest.raises(ConfigError, match=r"embedder.project=ID.*GOOGLE_CLOUD_PROJECT"):
        vertex().embed_texts(["x"])


CLIENT = """
import signal, sys
from pathlib import Path
from components.embedders.vertex_ai import vertex
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell runs the tests in the background
embedder = vertex(project="p", dimension=128, calls_per_minute=60000, parallel=3, endpoint=sys.argv[1])
embedder.embed_images(sorted(Path(sys.argv[2]).iterdir()))
"""


def test_after_ctrl_c_it_continues_and_pays_nothing_twice(service, make, make_photos):
    photos = make_photos(30)
    service.delay = 0.1
    process = subprocess.Popen(
        [sys.executable, "-c", CLIENT, service.url, str(photos[0].parent)], stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while len(service.answered) < 7:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGINT)
    assert "KeyboardInterrupt" in process.communicate(timeout=60)[1]
    paid = len(service.answered)
    assert 7 <= paid < 30
    make().embed_images(photos)
    assert len(service.answered) == 30
    assert len(set(service.answered)) == 30


def test_gemini_is_another_space(service, make, make_photos):
    from components.embedders.gemini_models import gemini_embedding

    photos = make_photos(3)
    service.script = [429, "none"]
    gemini = gemini_embedding(
        api_key="k", dimension=128, calls_per_minute=60_000, initial_backoff=0.01, endpoint=service.url
    )
    vectors = gemini.embed_images(photos)
    assert len(service.asked) == 5
    np.testing.assert_allclose(sorted(vectors[:, 0]), sorted(unit(one)[0] for one in service.answered), atol=1e-6)
    assert gemini.fingerprint() != make().fingerprint()
    np.testing.assert_allclose(gemini.embed_texts(["una fuente"])[0], unit(b"una fuente"), atol=1e-6)
    service.script = [403]
    with pytest.raises(RemoteError, match="may not use this model"):
        gemini.embed_texts(["otra"])
