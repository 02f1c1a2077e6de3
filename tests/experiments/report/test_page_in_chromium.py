import pytest

from experiments.report import write_report

ROWS = "[...document.querySelectorAll('#table tbody tr')]"
SHOWN = f"{ROWS}.filter(row => row.checkVisibility()).map(row => row.cells[0].innerText + '/' + row.cells[1].innerText)"


@pytest.fixture
def folder(make_record, make_sweep, draw_figures):
    """Two axes of two values, one run failed; text that would run if it were not text."""
    evil = "</script><script>document.title='broken'</script><img src=x onerror=alert(1)>"
    runs = [("cnn", "9", 0.7), ("cnn", "10", 0.9), ("a", "9", 0.8)]
    records = [
        make_record(f"run{at}", words={"backbone": one, "epochs": two}, value=value, notes=[evil])
        for at, (one, two, value) in enumerate(runs)
    ]
    records.append(make_record("run3", "failed", words={"backbone": "a", "epochs": "10"}, error=evil))
    found = make_sweep(records)
    draw_figures(found / "run0", side=(400, 300))
    return found


@pytest.fixture
def report(folder):
    return write_report(folder)


def click(selector):
    return f"document.querySelector({selector!r}).click()"


def choose(selector, value):
    return (
        f"{{const one = document.querySelector({selector!r}); one.value = {value!r};"
        "for (const kind of ['input', 'change']) one.dispatchEvent(new Event(kind, {bubbles: true}))}"
    )


def test_it_sorts_by_any_column_and_keeps_what_is_missing_last(chromium, report):
    page = chromium.open(report)
    first = page(SHOWN)
    assert first == ["cnn/9", "cnn/10", "a/9", "a/10"]
    heading = "#table th[data-column='0']"
    page(click(f"{heading} button"))
    assert page(SHOWN) == ["cnn/10", "a/9", "cnn/9", "a/10"]
    assert page(f"document.querySelector({heading!r}).ariaSort") == "descending"
    page(click(f"{heading} button"))
    assert page(SHOWN) == ["cnn/9", "a/9", "cnn/10", "a/10"]
    page(click("#table th:nth-child(2) button"))
    assert page(SHOWN) == ["cnn/9", "a/9", "cnn/10", "a/10"], "9 comes before 10, and ties keep the sweep's order"
    assert (
        page("[...document.querySelectorAll('#table th')].filter(th => th.ariaSort && th.ariaSort != 'none').length")
        == 1
    )
    assert page.complaints() == []


def test_it_filters_by_text_axis_and_status(chromium, report):
    page = chromium.open(report)
    page(choose("[data-axis='0']", "=a"))
    assert page(SHOWN) == ["a/9", "a/10"]
    assert page("document.querySelector('#count').value") == "2 of 4 runs"
    page(choose("#filter-status", "=done"))
    assert page(SHOWN) == ["a/9"]
    visible = "[...document.querySelectorAll('details.run')].filter(one => one.checkVisibility()).map(one => one.id)"
    assert page(visible) == ["run-3"]
    assert page("document.querySelectorAll('figure.view:not([hidden]) td[data-run]:not(.out)').length") == 1
    page(click("[type=reset]"))
    page("new Promise(done => setTimeout(done, 50))")
    assert len(page(SHOWN)) == 4
    page(choose("#filter-text", "CNN epochs=9"))
    assert page(SHOWN) == ["cnn/9"]
    page(choose("#filter-text", "no such run"))
    assert page(SHOWN) == []
    assert page.complaints() == []


def test_columns_metrics_and_sections_open_and_close(chromium, report):
    page = chromium.open(report)
    ece = "getComputedStyle(document.querySelector('td[data-column=\"7\"]')).display"
    column = page("document.querySelectorAll('[data-column-toggle]')[7].parentElement.textContent.trim()")
    assert column == "ece", "neither of the thesis nor judged, so not shown at first"
    assert page(ece) == "none"
    page(click("[data-column-toggle='7']"))
    assert page(ece) == "table-cell"
    page(choose("#metric", "3"))
    assert page(
        "[...document.querySelectorAll('figure.view')].filter(one => one.offsetWidth).map(one => one.dataset.view)"
    ) == ["3"]
    page(click("#table tbody a"))
    page("new Promise(done => setTimeout(done, 100))")
    assert page("document.querySelector('#run-1').open")
    assert page("[...document.querySelectorAll('details.run')].filter(one => one.open).length") == 1
    loaded = "[...document.images].filter(one => one.complete && one.naturalWidth === 400).length"
    assert page(loaded) == 2
    page(click("#open-all"))
    assert page("document.querySelectorAll('details.run[open]').length") == 4
    page(click("#close-all"))
    assert page("document.querySelectorAll('details.run[open]').length") == 0
    assert page.complaints() == []


def test_it_makes_no_request_and_no_text_runs(chromium, report):
    page = chromium.open(report)
    page(click("#open-all"))
    page("new Promise(done => setTimeout(done, 200))")
    asked = [one for one in page.requests() if not one.startswith("data:")]
    assert asked == [report.resolve().as_uri()]
    assert page("document.title") == "thesis/made_up · hito"
    assert page.complaints() == []
    # The policy stops what a script of the page would try: the test must see it complain.
    blocked = page("fetch('http://127.0.0.1:9/x').then(() => 'went', () => 'blocked')")
    assert blocked == "blocked"
    page("document.body.insertAdjacentHTML('beforeend', '<img src=\"http://127.0.0.1:9/y.png\">')")
    page("new Promise(done => setTimeout(done, 200))")
    assert sum("Content Security Policy" in str(one) for one in page.complaints()) >= 2


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_the_page_itself_never_scrolls_sideways(chromium, report, width):
    page = chromium.open(report, width=width, mobile=width < 500)
    page(click("#open-all"))
    assert page("document.documentElement.scrollWidth") <= width
    assert page("document.documentElement.clientWidth") == width
    if width == 390:
        assert page("document.querySelector('.scroll.tall').scrollWidth") > width, (
            "the table scrolls in its own container"
        )


def test_it_works_with_the_keyboard_and_everything_has_a_name(chromium, report):
    page = chromium.open(report)
    page("document.querySelector('#table th[data-column=\"0\"] button').focus()")
    page.press("Enter", "\r")
    assert page(SHOWN)[0] == "cnn/10"
    page("document.querySelector('details.run > summary').focus()")
    page.press("Enter", "\r")
    assert page("document.querySelector('details.run').open")
    page.press("Tab")
    assert page("document.activeElement.closest('details.run') !== null || document.activeElement.matches('summary')")
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "link", "combobox", "searchbox", "checkbox", "image", "img", "region"}
    named = [one for one in nodes if not one.get("ignored") and one["role"]["value"] in roles]
    assert len(named) > 30
    assert [one for one in named if not one.get("name", {}).get("value", "").strip()] == []


CONTRAST = """(() => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1});
  const context = canvas.getContext('2d', {willReadFrequently: true});
  const rgba = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const linear = (v) => v <= 10.31 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const ground = (one) => {
    const color = rgba(getComputedStyle(one).backgroundColor);
    return color[3] === 255 ? color : ground(one.parentElement);
  };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
    if (!text || one.closest('svg, script, option') || !one.checkVisibility()) continue;
    const pair = [luminance(rgba(getComputedStyle(one).color)), luminance(ground(one))];
    const ratio = (Math.max(...pair) + .05) / (Math.min(...pair) + .05);
    if (ratio < 4.5) low.push([text, one.className, ratio]);
  }
  return low;
})()"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(chromium, report, scheme):
    page = chromium.open(report, scheme=scheme)
    page(click("#open-all"))
    dark = page("getComputedStyle(document.body).backgroundColor")
    assert (dark != "rgb(255, 255, 255)") == (scheme == "dark")
    assert page(CONTRAST) == [], "WCAG 2.2 AA asks for 4.5 : 1"


def test_it_prints_on_white_paper_without_its_controls(chromium, report, tmp_path):
    page = chromium.open(report, scheme="dark")
    page.print_to(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    page.call("Emulation.setEmulatedMedia", media="print")
    assert page("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page("document.querySelector('form.controls').checkVisibility()")
    assert page("document.querySelector('#table').checkVisibility()")


def test_a_page_without_scripts_has_the_table_and_the_figures(chromium, report):
    page = chromium.open(report)
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.call("Page.reload")
    page("1")
    assert len(page(SHOWN)) == 4
    assert page("document.images.length") == 2
