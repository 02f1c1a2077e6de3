"""The map as a page, in a browser: it draws, moves, says what is there, filters, and asks nothing of the net."""

import time

import numpy as np
import pytest

from components import figures
from components.figures import photo_map_page as make_page
from components.results import Partition

EVIL = "</script><script>document.title='broken'</script><img src=x onerror=alert(1)>"


def made(n=60, seed=0):
    generator = np.random.default_rng(seed)
    cluster = np.arange(n) % 3
    cluster[-1] = -1
    label = np.array([("cartel", "parque", EVIL)[row % 3] for row in range(n)], dtype=object)
    label[0] = ""
    partition = Partition(np.array([f"test/{row} ñ.jpg" for row in range(n)], dtype=object), label, cluster)
    centres = np.array([(0, 0), (10, 0), (0, 10)])[np.arange(n) % 3]
    points = centres + generator.normal(size=(n, 2))
    colours = np.array([(255, 0, 0), (0, 255, 0), (0, 0, 255)], dtype=np.uint8)[np.arange(n) % 3]
    images = np.broadcast_to(colours[:, None, None], (n, 16, 16, 3)).copy()
    titles = np.array([f"Título {row}" if row != 5 else EVIL for row in range(n)], dtype=object)
    return points, partition, images, figures.PhotoTexts(titles, np.array(["unas palabras"] * n, dtype=object))


@pytest.fixture
def written(tmp_path):
    def write(n=60):
        points, partition, images, texts = made(n)
        page = make_page(points, partition, images, about="t-SNE", texts=texts, subtitle=f"conse & {EVIL}")
        (tmp_path / "photo_map.html").write_text(page, encoding="utf-8")
        return tmp_path / "photo_map.html"

    return write


@pytest.fixture
def opened(chromium, written):
    def visit(n=60, address="", **more):
        file = written(n)
        page = chromium.open(file.as_uri() + address if address else file, **more)
        end = time.monotonic() + 60
        while page("document.body.dataset.ready") != "yes":
            assert time.monotonic() < end, "the map is not drawn"
            time.sleep(0.05)
        frame(page)
        return page

    return visit


def frame(page):
    page("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")


def pixels(page):
    """How many pixels of the canvas are about red, green and blue, as the photos are."""
    return page("""(() => {
      const map = document.getElementById('map');
      const data = map.getContext('2d').getImageData(0, 0, map.width, map.height).data;
      const found = [0, 0, 0];
      for (let at = 0; at < data.length; at += 4) {
        const rgb = [data[at], data[at + 1], data[at + 2]], most = Math.max(...rgb);
        if (most > 230 && rgb.filter(one => one < 40).length === 2) found[rgb.indexOf(most)]++;
      }
      return found;
    })()""")


def complaints(page):
    """What the page complains of; that its pixels are read is the test's own doing."""
    return [one for one in page.complaints() if "getImageData" not in str(one)]


def choose(page, name, value):
    page(f"{{const one = document.getElementById({name!r}); one.value = {value!r};"
         "one.dispatchEvent(new Event('input', {bubbles: true}))}")  # fmt: skip
    frame(page)
    return page("document.getElementById('count').textContent")


def shown(page):
    return page("document.getElementById('card').hidden ? '' : document.getElementById('name').textContent")


def test_it_draws_all_photos_and_asks_for_nothing(opened, written):
    page = opened()
    assert all(count > 500 for count in pixels(page))
    assert page("document.getElementById('count').textContent") == "60 of 60 photos"
    assert complaints(page) == []
    assert all(one.startswith(("file:", "data:")) for one in page.requests())
    assert page("document.title") == "Map of the photos · hito"
    assert page("document.querySelectorAll('img[src=x]').length") == 0
    assert EVIL in page("document.querySelector('header').innerText")


def test_hovering_says_which_photo_it_is(opened):
    page = opened()
    points, _, _, texts = made()
    page("document.getElementById('rings').click()")
    box = page("(() => {const b = document.getElementById('map').getBoundingClientRect();"
               "return [b.left, b.top, b.width, b.height]})()")  # fmt: skip
    scale = 0.92 * min(box[2], box[3])
    extent = (points.max(axis=0) - points.min(axis=0)).max()
    middle = (points.max(axis=0) + points.min(axis=0)) / 2
    seen = set()
    for x, y in (points - middle) / extent * (1, -1):
        page.call("Input.dispatchMouseEvent", type="mouseMoved", x=box[0] + box[2] / 2 + x * scale,
                  y=box[1] + box[3] / 2 + y * scale)  # fmt: skip
        seen.add(shown(page))
    assert len(seen & set(texts.titles.tolist())) > 12
    assert "cluster" in page("document.getElementById('group').textContent") or "noise" in page(
        "document.getElementById('group').textContent"
    )
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=5, y=5)
    assert shown(page) == ""
    assert complaints(page) == []


def test_it_filters_by_class_cluster_and_text(opened):
    page = opened()
    assert choose(page, "class", "1") in {"20 of 60 photos", "19 of 60 photos"}
    assert sum(count > 300 for count in pixels(page)) == 1
    choose(page, "class", "")
    assert choose(page, "cluster", "-1") == "1 of 60 photos"
    choose(page, "cluster", "")
    assert choose(page, "text", "TÍTULO 1") == "11 of 60 photos"
    assert choose(page, "text", "onerror") in {"20 of 60 photos", "21 of 60 photos", "19 of 60 photos"}
    assert choose(page, "text", "no such thing") == "0 of 60 photos"
    assert sum(pixels(page)) < 200  # the letters of the circles
    assert complaints(page) == []


def test_wheel_and_drag_move_the_map(opened):
    page = opened()
    page("document.getElementById('rings').click()")
    frame(page)
    before = pixels(page)
    for _ in range(2):
        page.call("Input.dispatchMouseEvent", type="mouseWheel", x=600, y=500, deltaX=0, deltaY=-200)
    frame(page)
    closer = pixels(page)
    assert closer != before
    page.call("Input.dispatchMouseEvent", type="mousePressed", x=600, y=500, button="left", buttons=1, clickCount=1)
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=300, y=300, button="left", buttons=1)
    page.call("Input.dispatchMouseEvent", type="mouseReleased", x=300, y=300, button="left", clickCount=1)
    frame(page)
    assert pixels(page) != closer
    page("document.getElementById('whole').click()")
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=5, y=5)
    frame(page)
    assert pixels(page) == before


def test_the_keyboard_is_enough(opened):
    page = opened()
    page("document.getElementById('map').focus()")
    before = pixels(page)
    names = []
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.press(key)
        names.append(shown(page))
    assert all(names)
    assert len(set(names)) > 2
    assert names[-1] in page("document.getElementById('announcement').textContent")
    page.press("+", "+")
    page.press("+", "+")
    frame(page)
    assert pixels(page) != before
    page.press("0", "0")
    page.press("Escape")
    frame(page)
    assert shown(page) == ""
    assert pixels(page) == before
    page("document.getElementById('text').focus()")
    order = []
    for _ in range(8):
        page.press("Tab")
        order.append(page("document.activeElement.id"))
    assert order == ["class", "cluster", "closer", "further", "whole", "rings", "map", ""]


def test_it_fits_a_narrow_dark_window(opened):
    page = opened(width=360, height=700, scheme="dark")
    assert page("document.documentElement.scrollWidth") <= 360
    assert page("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert sum(pixels(page)) > 500


def on_screen(page, row):
    """Where the middle of a photo is on the screen, and how far apart the photos of the plane are."""
    box = page("(() => {const b = document.getElementById('map').getBoundingClientRect();"
               "return [b.left, b.top, b.width, b.height]})()")  # fmt: skip
    points, _, _, _ = made()
    extent = (points.max(axis=0) - points.min(axis=0)).max()
    x, y = (points[row] - (points.max(axis=0) + points.min(axis=0)) / 2) / extent * (1, -1)
    scale = 0.92 * min(box[2], box[3])
    return box[0] + box[2] / 2 + x * scale, box[1] + box[3] / 2 + y * scale


def tap(page, x, y):
    page.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
    page.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    frame(page)


def test_a_tap_on_a_phone_selects_a_photo_and_a_tap_beside_it_none(opened):
    page = opened(width=375, height=700, mobile=True)
    page.call("Emulation.setTouchEmulationEnabled", enabled=True)
    try:
        points, _, _, texts = made()
        for row in (0, 10, 20):
            x, y = on_screen(page, row)
            tap(page, x + 3, y)
            near = np.argsort(np.abs(points - points[row]).max(axis=1))[:4]
            assert shown(page) in {texts.titles[one] for one in near}
        box = page("(() => {const b = document.getElementById('card').getBoundingClientRect();"
                   "return [b.left, b.right, document.documentElement.scrollWidth]})()")  # fmt: skip
        assert 0 <= box[0] < box[1] <= 375
        assert box[2] <= 375
        left, top = page("(() => {const b = document.getElementById('map').getBoundingClientRect();"
                         "return [b.left, b.top]})()")  # fmt: skip
        tap(page, left + 3, top + 3)
        assert shown(page) == ""
    finally:
        page.call("Emulation.setTouchEmulationEnabled", enabled=False)
    assert complaints(page) == []


def test_a_click_keeps_its_photo_and_a_drag_selects_none(opened):
    page = opened()
    x, y = on_screen(page, 0)
    mouse = {"button": "left", "clickCount": 1}
    page.call("Input.dispatchMouseEvent", type="mousePressed", x=x, y=y, buttons=1, **mouse)
    page.call("Input.dispatchMouseEvent", type="mouseReleased", x=x, y=y, **mouse)
    assert shown(page)


@pytest.mark.parametrize(("width", "height"), [(375, 700), (1280, 900), (700, 420)])
def test_circles_and_their_numbers_are_whole(opened, width, height):
    page = opened(width=width, height=height)
    cut = page("""(() => {
      const map = document.getElementById('map'), pen = map.getContext('2d');
      const edges = [[0, 0, map.width, 1], [0, map.height - 1, map.width, 1], [0, 0, 1, map.height],
                     [map.width - 1, 0, 1, map.height]];
      return edges.filter((edge) => pen.getImageData(...edge).data.some((value) => value > 0)).length;
    })()""")
    assert cut == 0, "something is drawn at the edge of the map"


def test_it_is_in_spanish_if_its_address_asks_for_it(opened):
    page = opened(address="?lang=es")
    assert page("document.documentElement.lang") == "es"
    assert page("document.title") == "Mapa de las fotos · hito"
    assert page("document.getElementById('count').textContent") == "60 de 60 fotos"
    said = page("document.body.innerText")
    for word in (
        "título, archivo o clase",
        "círculos",
        "Los círculos contienen el 90 %",
        "sin clase",
        "ruido",
        "grupo 0",
    ):
        assert word in said, word
    for word in ("photo", "class", "cluster", "noise", "circle", "Drag", "near "):
        assert word not in said.replace(EVIL, ""), word
    assert page("document.getElementById('closer').title") == "acercar (+)"
    assert complaints(page) == []


def test_titles_stay_text(opened):
    page = opened()
    choose(page, "text", "onerror=alert")
    page("document.getElementById('map').focus()")
    for _ in range(25):
        page.press("ArrowLeft")
    assert page("document.title") == "Map of the photos · hito"
    assert page("document.querySelectorAll('img[src=x]').length") == 0


@pytest.mark.slow
def test_twenty_thousand_photos(opened, written):
    page = opened(20_500)
    assert (written(20_500)).stat().st_size < 40e6
    assert page("document.getElementById('count').textContent") == "20,000 of 20,000 photos"
    assert "Of 20,500 photos 20,000, drawn at random" in page("document.querySelector('header').innerText")
    page("document.getElementById('map').focus()")
    began = time.monotonic()
    for _ in range(5):
        page.press("+", "+")
        frame(page)
    assert time.monotonic() - began < 20
    page.press("ArrowRight")
    assert shown(page)
    assert complaints(page) == []
