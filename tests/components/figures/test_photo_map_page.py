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
    def visit(n=60, **more):
        page = chromium.open(written(n), **more)
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
