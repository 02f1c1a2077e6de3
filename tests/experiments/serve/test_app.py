"""The pages of `hito serve`, with drawn photos and an embedder whose embeddings are mean colours."""

import io
import socket
import threading
import time

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from components.data import Manifest
from components.errors import ConfigError, DataError
from components.location import Location, PositionCheck, no_displacement, no_spacing_rule
from components.review import QualityCheck
from components.search import approximate
from experiments.serve import uploads
from experiments.serve.address import is_loopback, listen
from experiments.serve.app import create_app
from experiments.serve.page import Page
from experiments.serve.service import Service
from experiments.serve.translations import LANGUAGES, TEXTS
from experiments.tasks.review.checks import check_text
from experiments.tasks.review.finding import texts_of

PLACE = Location(check=PositionCheck(), spacing=no_spacing_rule, displacement=no_displacement)
COLOURS = {"red": (200, 20, 20), "green": (20, 200, 20), "blue": (20, 20, 200)}


class Colours:
    """Mean colour of a photo; the colour that a text names."""

    dimension = 3

    def fingerprint(self):
        return "0" * 64

    def embed_images(self, paths):
        means = [np.asarray(Image.open(path).convert("RGB"), np.float32).mean((0, 1)) + 1 for path in paths]
        return np.stack([mean / np.linalg.norm(mean) for mean in means]).astype(np.float32)

    def embed_texts(self, texts):
        if any("impossible" in text for text in texts):
            raise DataError("no such word")
        means = [np.array(next((c for name, c in COLOURS.items() if name in text), (1, 1, 1)), "f4") for text in texts]
        return np.stack([mean / np.linalg.norm(mean) for mean in means]).astype(np.float32)


def drawn(colour=(20, 20, 200), size=(320, 260), kind="JPEG"):
    stream = io.BytesIO()
    pixels = np.random.default_rng(0).integers(-20, 20, (size[1], size[0], 3)) + np.array(colour)
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(stream, kind)
    return stream.getvalue()


@pytest.fixture
def service(tmp_path):
    root = tmp_path / "points"
    root.mkdir()
    for name, colour in COLOURS.items():
        (root / f"{name}.jpg").write_bytes(drawn(colour))
    columns = {
        "path": [f"{name}.jpg" for name in COLOURS],
        "title": [f"The {name} <b>door</b>" for name in COLOURS],
        "latitude": [42.88, 42.89, 42.90],
        "longitude": [-8.54, -8.54, -8.54],
    }
    points = Manifest.of(root, columns)
    colours = Colours()
    return Service.load(points, colours, colours, PLACE, QualityCheck())


@pytest.fixture
def client(service):
    with TestClient(create_app(service), base_url="http://127.0.0.1") as client:
        yield client


def send(client, page="/en/review", photo=None, name="photo.jpg", **data):
    files = {"photo": (name, drawn() if photo is None else photo, "image/jpeg")}
    return client.post(page, files=files, data=data)


def test_a_review_names_the_most_similar_point_nearby(client):
    answer = send(client, title="The blue door", coordinates="42.90, -8.54")
    assert answer.status_code == 200
    assert "The blue &lt;b&gt;door&lt;/b&gt;, 0 m" in answer.text
    assert "ask a person" in answer.text
    assert "without a calibration a person decides" in answer.text


def test_a_review_needs_nothing_but_a_photo(client):
    answer = send(client)
    assert answer.status_code == 200
    assert "without coordinates it is unknown which points are near" in answer.text
    assert "no existing point is near" in send(client, coordinates="10, 10").text


def test_what_the_checks_found_is_in_the_language_of_the_page(client):
    answer = send(client, "/es/review", title="The blue door", coordinates="42.90, -8.54")
    assert "1 foto de puntos existentes a menos de 60 m; la más parecida es" in answer.text
    assert "título y descripción encajan mejor que el" in answer.text
    assert "la foto: sin posición EXIF" in answer.text
    assert 'lang="en">' not in answer.text.replace('lang="en" hreflang', "")
    assert "sin comprobar: sin coordenadas" in send(client, "/es/review").text
    assert "no es una imagen" in send(client, "/es/review", photo=b"no photo at all").text


def test_without_texts_of_others_a_text_is_not_called_missing(service):
    bare = Manifest.of(service.existing.root, {"path": service.existing.path.tolist()})
    found = check_text(service.existing, Colours(), texts_of(bare)[:0])
    assert str(found.messages[0][0]).startswith("not checked: no existing point has a title")
    assert str(check_text(bare, Colours(), ["a door"]).messages[0][0]) == "there is no title and no description"


def test_what_people_write_is_escaped(client):
    evil = '"><script>alert(1)</script>'
    answer = send(client, name="../../<script>.jpg", title=evil, description=evil)
    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace('<script src="/drop.js" defer>', "")
    assert "&lt;script&gt;alert(1)" in answer.text


def test_nothing_of_an_upload_stays(client, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    before = sorted(tmp_path.rglob("*"))
    assert send(client, title="The blue door").status_code == 200
    assert send(client, photo=b"no photo at all").status_code == 400
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("photo", "message"),
    [
        (b"no photo at all", "The file cannot be read as a photo: not an image"),
        (drawn()[:900], "The file cannot be read as a photo"),
    ],
)
def test_a_bad_photo_is_explained(client, photo, message):
    answer = send(client, photo=photo, title="kept words")
    assert answer.status_code == 400
    assert message in answer.text
    assert 'value="kept words"' in answer.text
    assert 'role="alert"' in answer.text
    assert "/tmp" not in answer.text


def test_a_form_without_a_photo_is_explained(client):
    answer = client.post("/es/review", data={"title": "sin foto"})
    assert answer.status_code == 400
    assert "Falta la foto" in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_form_that_is_too_large_is_refused(client, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BYTES", 1_000_000)
    answer = send(client, photo=drawn() + bytes(1_000_000))
    assert answer.status_code == 413
    assert "at most 1 MB in total" in answer.text


@pytest.mark.parametrize("text", ["here", "91, 0", "1, 2, 3", "nan, nan"])
def test_invalid_coordinates_are_refused(client, text):
    answer = send(client, coordinates=text)
    assert answer.status_code == 400
    assert 'name="coordinates"' in answer.text


def test_search_by_text_ranks_and_scores(client):
    answer = client.get("/en/search", params={"q": "green"})
    assert answer.text.index("The green") < answer.text.index("The red")
    assert "cosine 0.9" in answer.text or "cosine 1.0" in answer.text
    assert client.get("/en/search", params={"q": " "}).status_code == 400
    refused = client.get("/en/search", params={"q": "impossible"})
    assert refused.status_code == 400
    assert "no such word" in refused.text


def test_search_uses_the_index_and_the_filters(service):
    indexed = []

    def index(vectors, folder):
        assert folder is None
        indexed.append(vectors)
        return approximate(connectivity=4)(vectors, folder)

    few = Service.load(
        service.existing, Colours(), Colours(), PLACE, QualityCheck(), search=index,
        filters={"title": ["The red <b>door</b>", "The blue <b>door</b>"]},
    )  # fmt: skip
    np.testing.assert_array_equal(indexed[0], Colours().embed_images(service.existing.files))
    assert [point["name"] for point in few.search_text("green and nothing else")] != []
    assert {point["name"][4:8].strip() for point in few.search_text("green")} == {"red", "blue"}
    assert len(service.search_text("green")) == 3
    with pytest.raises(ConfigError, match=r"filters=\{'title': 'a gate'\}: none of the 3 points passes"):
        Service.load(service.existing, Colours(), Colours(), PLACE, QualityCheck(), filters={"title": "a gate"})


def test_search_by_photo_ranks(client):
    answer = send(client, "/es/search", photo=drawn(COLOURS["red"], kind="PNG"))
    assert answer.text.index("The red") < answer.text.index("The blue")


def test_languages(client):
    for accepted, language in (("es-ES,es;q=0.9", "es"), ("gl,en;q=0.5", "en"), ("", "en")):
        answer = client.get("/", headers={"accept-language": accepted}, follow_redirects=False)
        assert answer.headers["location"] == f"/{language}/review"
    assert '<html lang="es">' in client.get("/es/map").text
    assert all(set(texts) == set(LANGUAGES) for texts in TEXTS.values())


def test_pages_are_bound_to_this_machine(client):
    assert client.get("/en/review", headers={"host": "evil.example"}).status_code == 400
    policy = client.get("/en/review").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert is_loopback("127.0.0.1")
    assert not is_loopback("0.0.0.0")


def test_an_address_that_cannot_be_listened_on_is_explained():
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(ConfigError, match=f"Cannot listen on .*port={port} .*or use port={port + 1}"):
            listen("127.0.0.1", port)
    with pytest.raises(ConfigError, match=r"host=192\.0\.2\.1 .*address of this machine"):
        listen("192.0.2.1", 0)
    with pytest.raises(ConfigError, match="from 0 to 65535"):
        listen("127.0.0.1", 99999)


def test_a_text_embedder_is_needed(service, tmp_path):
    class Blind(Colours):
        def embed_texts(self, texts):
            raise ConfigError("photos only")

    with pytest.raises(ConfigError, match="photos only"):
        Service.load(service.existing, Blind(), Colours(), service.reviewer.location, QualityCheck())


@pytest.fixture
def address(service):
    import uvicorn

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(service), log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    end = time.monotonic() + 20
    while not server.started and time.monotonic() < end:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    listener.close()


def test_a_photo_is_reviewed_in_a_browser(chromium, address, tmp_path):
    (tmp_path / "mine.jpg").write_bytes(drawn())
    page = chromium.open(f"{address}/es/review", 390, 844, mobile=True)
    root = page.call("DOM.getDocument")["root"]["nodeId"]
    field = page.call("DOM.querySelector", nodeId=root, selector="#photo")["nodeId"]
    page.call("DOM.setFileInputFiles", nodeId=field, files=[str(tmp_path / "mine.jpg")])
    page("document.querySelector('#coordinates').value = '42.90, -8.54'")
    sent = [event for event in page.events if event.get("method") != "Page.loadEventFired"]
    page.events[:] = sent
    page("document.querySelector('button').click()")
    page.loaded()
    assert "preguntar a una persona" in page("document.querySelector('#result').textContent")
    assert page("document.activeElement.id") == "result"
    assert page("document.documentElement.scrollWidth <= innerWidth")
    assert page("[...document.images].every(image => image.naturalWidth > 0)")
    assert page("[...document.querySelectorAll('input,textarea,select')].every(field => field.labels.length === 1)")
    page.screenshot(tmp_path / "review.png")
    assert page.complaints() == []
    assert all(url.startswith((address, "data:")) for url in page.requests())


def test_pages_render_in_both_languages_without_an_application(service):
    for language in LANGUAGES:
        page = Page(service, "map", language)
        answer = page.refuse(uploads.RefusedError("photo", "too_large", 413, most=20), listed=[], more=0, has_map=False)
        assert answer.status_code == 413
        assert TEXTS["too_large"][language].format(most=20) in answer.body.decode()
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
