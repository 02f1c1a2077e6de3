"""The pages of `hito serve`, with drawn photos and an embedder that takes mean colours for vectors."""

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
from components.location import Location, PositionCheck, free, unmoved
from components.review import QualityCheck
from components.search import approximate
from experiments.cli.serve import is_loopback, listening
from experiments.serve import uploads
from experiments.serve.app import application
from experiments.serve.service import Service
from experiments.serve.translations import WORDS
from experiments.tasks.review.checks import check_text
from experiments.tasks.review.finding import texts_of

PLACE = Location(check=PositionCheck(), spacing=free, displacement=unmoved)
COLOURS = {"red": (200, 20, 20), "green": (20, 200, 20), "blue": (20, 20, 200)}


class Colours:
    """Mean colour of a photo; the colour that a text names."""

    dimension = 3

    def fingerprint(self):
        return "0" * 64

    def embed_images(self, paths):
        means = [np.asarray(Image.open(one).convert("RGB"), np.float32).mean((0, 1)) + 1 for one in paths]
        return np.stack([one / np.linalg.norm(one) for one in means]).astype(np.float32)

    def embed_texts(self, texts):
        if any("impossible" in one for one in texts):
            raise DataError("no such word")
        means = [np.array(next((c for name, c in COLOURS.items() if name in one), (1, 1, 1)), "f4") for one in texts]
        return np.stack([one / np.linalg.norm(one) for one in means]).astype(np.float32)


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
    with TestClient(application(service), base_url="http://127.0.0.1") as one:
        yield one


def send(client, page="/en/review", photo=None, name="photo.jpg", **data):
    files = {"photo": (name, drawn() if photo is None else photo, "image/jpeg")}
    return client.post(page, files=files, data=data)


def test_a_review_names_the_near_point_that_is_most_alike(client):
    answer = send(client, title="The blue door", coordinates="42.90, -8.54")
    assert answer.status_code == 200
    assert "The blue &lt;b&gt;door&lt;/b&gt;, 0 m" in answer.text
    assert "ask a person" in answer.text
    assert "without a calibration" in answer.text


def test_a_review_needs_nothing_but_a_photo(client):
    answer = send(client)
    assert answer.status_code == 200
    assert "without coordinates it is unknown which points are near" in answer.text
    assert "no existing point is near" in send(client, coordinates="10, 10").text


def test_what_the_checks_found_is_said_in_the_language_of_the_page(client):
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
    ("photo", "said"),
    [(b"no photo at all", "The file gives no photo: not an image"), (drawn()[:900], "The file gives no photo")],
)
def test_a_bad_photo_is_answered_politely(client, photo, said):
    answer = send(client, photo=photo, title="kept words")
    assert answer.status_code == 400
    assert said in answer.text
    assert 'value="kept words"' in answer.text
    assert 'role="alert"' in answer.text
    assert "/tmp" not in answer.text


def test_a_form_without_a_photo_is_answered_politely(client):
    answer = client.post("/es/review", data={"title": "sin foto"})
    assert answer.status_code == 400
    assert "Falta la foto" in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_too_much_is_refused_before_it_is_read(client, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 1_000_000)
    answer = send(client, photo=drawn() + bytes(1_000_000))
    assert answer.status_code == 413
    assert "1 MB together at most" in answer.text


@pytest.mark.parametrize("text", ["here", "91, 0", "1, 2, 3", "nan, nan"])
def test_coordinates_that_are_none_are_refused(client, text):
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


def test_search_is_by_the_index_and_the_filters_that_are_named(service):
    asked = []

    def index(vectors, folder):
        assert folder is None
        asked.append(vectors)
        return approximate(connectivity=4)(vectors, folder)

    few = Service.load(
        service.existing, Colours(), Colours(), PLACE, QualityCheck(), search=index,
        filters={"title": ["The red <b>door</b>", "The blue <b>door</b>"]},
    )  # fmt: skip
    np.testing.assert_array_equal(asked[0], Colours().embed_images(service.existing.files))
    assert [one["name"] for one in few.search_text("green and nothing else")] != []
    assert {one["name"][4:8].strip() for one in few.search_text("green")} == {"red", "blue"}
    assert len(service.search_text("green")) == 3
    with pytest.raises(ConfigError, match=r"filters: none of the 3 points passes"):
        Service.load(service.existing, Colours(), Colours(), PLACE, QualityCheck(), filters={"title": "a gate"})


def test_search_by_photo_ranks(client):
    answer = send(client, "/es/search", photo=drawn(COLOURS["red"], kind="PNG"))
    assert answer.text.index("The red") < answer.text.index("The blue")


def test_languages(client):
    for accepted, language in (("es-ES,es;q=0.9", "es"), ("gl,en;q=0.5", "en"), ("", "en")):
        answer = client.get("/", headers={"accept-language": accepted}, follow_redirects=False)
        assert answer.headers["location"] == f"/{language}/review"
    assert '<html lang="es">' in client.get("/es/map").text
    assert all(set(said) == {"es", "en"} for said in WORDS.values())


def test_pages_are_bound_to_this_machine(client):
    assert client.get("/en/review", headers={"host": "evil.example"}).status_code == 400
    policy = client.get("/en/review").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert is_loopback("127.0.0.1")
    assert not is_loopback("0.0.0.0")


def test_a_port_that_is_taken_and_a_host_of_elsewhere_are_said():
    with listening("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
        with pytest.raises(ConfigError, match=f"port={port} cannot be listened at .*take another port with port="):
            listening("127.0.0.1", port)
    with pytest.raises(ConfigError, match=r"host=192\.0\.2\.1 .*address of this machine"):
        listening("192.0.2.1", 0)
    with pytest.raises(ConfigError, match="from 0 to 65535"):
        listening("127.0.0.1", 99999)


def test_a_text_embedder_is_needed(service, tmp_path):
    class Blind(Colours):
        def embed_texts(self, texts):
            raise ConfigError("photos only")

    with pytest.raises(ConfigError, match="photos only"):
        Service.load(service.existing, Blind(), Colours(), service.reviewer.location, QualityCheck())


@pytest.fixture
def address(service):
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application(service), log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    end = time.monotonic() + 20
    while not server.started and time.monotonic() < end:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    listening.close()


def test_a_photo_is_reviewed_in_a_browser(chromium, address, tmp_path):
    (tmp_path / "mine.jpg").write_bytes(drawn())
    page = chromium.open(f"{address}/es/review", 390, 844, mobile=True)
    root = page.call("DOM.getDocument")["root"]["nodeId"]
    field = page.call("DOM.querySelector", nodeId=root, selector="#photo")["nodeId"]
    page.call("DOM.setFileInputFiles", nodeId=field, files=[str(tmp_path / "mine.jpg")])
    page("document.querySelector('#coordinates').value = '42.90, -8.54'")
    sent = [one for one in page.events if one.get("method") != "Page.loadEventFired"]
    page.events[:] = sent
    page("document.querySelector('button').click()")
    page.loaded()
    assert "preguntar a una persona" in page("document.querySelector('#result').textContent")
    assert page("document.activeElement.id") == "result"
    assert page("document.documentElement.scrollWidth <= innerWidth")
    assert page("[...document.images].every(one => one.naturalWidth > 0)")
    assert page("[...document.querySelectorAll('input,textarea,select')].every(one => one.labels.length === 1)")
    page.screenshot(tmp_path / "review.png")
    assert page.complaints() == []
    assert all(one.startswith((address, "data:")) for one in page.requests())
