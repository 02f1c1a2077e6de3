"""Open a Weights & Biases run: online if the server can be reached, else in a folder to sync later."""

import http.client
import netrc
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import wandb

Report = Callable[[str, str], None]
"""`report(kind, text)` passes a message to the run; the kind is `info`, `offline` or `warning`."""

OPTIONAL_SETTINGS = {
    "disable_code": True,
    "disable_git": True,
    "x_disable_machine_info": True,
    "x_disable_meta": True,
    "x_disable_stats": True,
    "x_save_requirements": False,
    "x_transaction_log_flush_interval": 1.0,
}
"""Settings that not every version of wandb has. Metadata that the run's own record contains is not collected. Data is
written to disk within a second, so that it can be synced even if wandb has to be killed."""


def open_run(mode: str, timeout: float, report: Report, *, config: dict[str, Any], settings: dict[str, Any]) -> Any:
    """Open a run of wandb: online if `mode` asks for it and the server takes the run, else offline.

    Args:
        mode: `online`, `offline`, or `auto`: online if there is an API key and the server answers.
        timeout: Largest number of seconds that ending the run may take, even right after its start: 1/8 of it is for
            the first answer of the server, 1/4 for starting the run, 1/2 for sending the remaining data.
        report: Called with the mode that was chosen, and the reason if it differs from the requested one.
        config: Configuration of the run.
        settings: Arguments of `wandb.Settings` that name the run and its folder.

    Returns:
        The `wandb.Run`.
    """
    reason, kind = "", "offline"
    if mode == "auto":
        reason = why_offline(timeout / 8)
    if mode != "offline" and not reason:
        try:
            run = _init("online", timeout, config, settings)
        except Exception as error:
            reason, kind = f"the server did not accept the run: {_first_line(error)}", "warning"
            wandb.teardown()  # otherwise the id of the run stays in use
        else:
            report("info", f"Weights & Biases logs this run at {run.url}")
            return run
    run = _init("offline", timeout, config, settings)
    why = f" ({reason})" if reason else ""
    report(kind, f"Weights & Biases logs offline{why}; to upload the run later: wandb sync {run_folder(run)}")
    return run


def run_folder(run: Any) -> Path:
    """Return the folder of the run, the argument of `wandb sync`."""
    return Path(run.dir).parent


def why_offline(timeout: float) -> str:
    """Return why runs cannot be logged online: no API key, or no answer within `timeout` seconds; "" if they can."""
    settings = wandb.setup().settings
    base_url = str(settings.base_url)
    if not (settings.api_key or settings.identity_token_file or _netrc_key(base_url)):
        return "no API key: run `wandb login`, or set WANDB_API_KEY"
    request = urllib.request.Request(base_url, method="HEAD")  # noqa: S310 - the server that the user configured
    try:
        with urllib.request.urlopen(request, timeout=timeout):  # noqa: S310
            return ""
    except urllib.error.HTTPError as answer:
        answer.close()
        return f"{base_url} answers {answer.code}" if answer.code >= http.client.INTERNAL_SERVER_ERROR else ""
    except (OSError, http.client.HTTPException) as error:
        return f"{base_url} does not answer: {_first_line(getattr(error, 'reason', error))}"


def _netrc_key(base_url: str) -> bool:
    host = urllib.parse.urlsplit(base_url).netloc
    given = os.environ.get("NETRC")
    for path in [Path(given)] if given else [Path("~/.netrc"), Path("~/_netrc")]:
        try:
            if netrc.netrc(path.expanduser()).authenticators(host):
                return True
        except (OSError, netrc.NetrcParseError):
            continue
    return False


def _init(mode: str, timeout: float, config: dict[str, Any], settings: dict[str, Any]) -> Any:
    arguments: dict[str, Any] = {
        "mode": mode,
        "silent": True,
        "console": "off",
        "init_timeout": timeout / 4,
        **settings,
    }
    optional = {**OPTIONAL_SETTINGS, "finish_timeout": timeout / 2, "finish_timeout_raises": True}
    arguments |= {key: value for key, value in optional.items() if key in wandb.Settings.model_fields}
    return wandb.init(config=config, settings=wandb.Settings(**arguments))


def _first_line(error: object) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
