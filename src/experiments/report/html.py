"""The page as HTML: the template filled in, with a policy that forbids every request and every other script."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from experiments.console import numbers
from experiments.report.images import Reduction
from experiments.report.page import Page

HERE = Path(__file__).parent


def page_html(page: Page, reduction: Reduction) -> str:
    """Return the page as HTML; all text is escaped."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "number": numbers.number,
        "duration": numbers.duration,
        "moment": numbers.moment,
        "period": numbers.period,
        "metric": _metric,
    }
    style, script = ((HERE / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    return environment.get_template("report.html.jinja").render(
        page=page,
        reduction=reduction,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=content_security_policy(style, script),
    )


def content_security_policy(style: str, script: str) -> str:
    """Return a policy that allows images embedded in the page, this style, this script, and nothing else."""
    style_hash, script_hash = (
        base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") for text in (style, script)
    )
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{style_hash}'; script-src 'sha256-{script_hash}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _metric(metrics: Mapping[str, Any], name: str) -> float | None:
    """A metric of a published row; a filter, since a template would look for a method of that name first."""
    return numbers.finite(metrics.get(name))
