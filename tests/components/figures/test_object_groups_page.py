"""The page of groups as a person sees it: offline, escaped, its pictures there."""

import numpy as np
import pytest

from components.figures import Member, ObjectGroup, object_groups_page

EVIL = "<script>document.title='evil'</script> & \"quotes\" ñ"


@pytest.fixture
def page(tmp_path):
    image = np.random.default_rng(0).integers(0, 256, (160, 160, 3), dtype=np.uint8)
    people = [Member(image, f"train/{row} {EVIL}.jpg", EVIL, f"object {row}") for row in range(3)]
    groups = [
        ObjectGroup(people, [f"a and b: {EVIL}"], mixed=True),
        ObjectGroup(people[:2], ["c and d"], mixed=False, more=7),
    ]
    text = object_groups_page(groups, summary=f"5 photos {EVIL}", subtitle=EVIL, title=EVIL)
    (tmp_path / "groups.html").write_text(text, encoding="utf-8")
    return tmp_path / "groups.html"


def test_texts_are_shown_as_they_are_and_nothing_is_asked_of_the_net(chromium, page):
    shown = chromium.open(page)
    assert shown("document.title").startswith("<script>")
    assert shown("document.querySelectorAll('script').length") == 0
    assert EVIL in shown("document.querySelector('figcaption strong').textContent")
    assert shown("[...document.images].every(one => one.complete && one.naturalWidth === 160)")
    assert shown("[...document.images].every(one => one.alt.length > 0)")
    assert all(one.startswith(("file:", "data:")) for one in shown.requests())
    assert shown.complaints() == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_it_fits_wide_and_narrow_windows(chromium, page, width, scheme):
    shown = chromium.open(page, width=width, scheme=scheme)
    assert shown("document.documentElement.scrollWidth <= window.innerWidth")
    assert shown("document.querySelectorAll('section.mixed').length") == 1
    headings = shown("[...document.querySelectorAll('h2')].map(one => one.textContent)")
    assert headings == ["Group 1: 3 photos, of several objects", "Group 2: 9 photos"]
    assert "and 7 more" in shown("document.body.innerText")


def test_what_holds_a_group_together_opens_with_the_keyboard(chromium, page):
    shown = chromium.open(page)
    assert not shown("document.querySelector('details').open")
    shown.press("Tab")
    assert shown("document.activeElement.tagName") == "SUMMARY"
    shown.press("Enter", "\r")
    assert shown("document.querySelector('details').open")


def test_no_groups_are_said(chromium, tmp_path):
    (tmp_path / "none.html").write_text(object_groups_page([], summary="9 photos alone"), encoding="utf-8")
    assert "No two photos were matched as the same object." in chromium.open(tmp_path / "none.html")(
        "document.body.innerText"
    )
