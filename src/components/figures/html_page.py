"""Self-contained HTML pages: styles, scripts and images inside the file, and a policy that forbids any request."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

FOLDER = Path(__file__).parent


def render_page(template: str, *, style: str, script: str = "", images: str = "data:", **values: Any) -> str:
    """Render a template of this folder as one HTML document.

    The template gets `policy` (a Content-Security-Policy that allows exactly this style and script), `style`, `script`,
    and the given values, which are escaped. It has the filter `number`: thousands with commas.

    Args:
        template: Name of the template file.
        style: Name of the CSS file.
        script: Name of the JavaScript file; none by default.
        images: Sources of images that the policy allows.
        **values: Of the template.
    """
    css = (FOLDER / style).read_text(encoding="utf-8")
    js = (FOLDER / script).read_text(encoding="utf-8") if script else ""
    allowed = [f"img-src {images}", f"style-src '{_hash(css)}'", *([f"script-src '{_hash(js)}'"] if js else [])]
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
    environment.filters["number"] = lambda count: f"{count:,}"
    return environment.get_template(template).render(
        policy=f"default-src 'none'; {'; '.join(allowed)}; base-uri 'none'; form-action 'none'",
        style=Markup(css),  # noqa: S704 (a file of this folder)
        script=Markup(js),  # noqa: S704 (a file of this folder)
        **values,
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
