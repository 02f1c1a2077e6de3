"""Where a Weights & Biases run is kept: with the server when it can be reached, else in a folder to sync later."""

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

Say = Callable[[str, str], None]
"""`say(kind, text)`: kind is `info`, `offline` or `warning`."""

OPTIONAL_SETTINGS = {
    "disable_code": True,
    "disable_git": True,
    "x_disable_machine_info": True,
    "x_disable_meta": True,
    "x_disable_stats": True,
    "x_save_requirements": False,
    "x_transaction_log_flush_interval": 1.0,
}
"""Settings that a version of wandb may not have: what the run's own record says better is not collected, and what is
told is soon on the disk, so that it can be synced even if wandb has to be killed."""


def open_run(mode: str, timeout: float, say: Say, *, config: dict[str, Any], settings: dict[str, Any]) -> Any:
    """Begin a run of wandb, online when `mode` and the circumstances allow, else offline.

    Args:
        mode: `online`, `offline`, or `auto`: online when there is a key and the server answers.
        timeout: Seconds that the end of the run may take, even of one that ends at once: an eighth for the server's
            first sign of life, a quarter for the beginning, half for sending what is left.
        say: Told which of the two it is, and why when it is not what was asked for.
        config: The run's configuration.
        settings: Arguments of `wandb.Settings` that name and place the run.
    """
    reason, kind = "", "offline"
    if mode == "auto":
        reason = why_offline(timeout / 8)
    if mode != "offline" and not reason:
        try:
            run = _init("online", timeout, config, settings)
        except Exception as error:
            reason, kind = f"the server did not take the run: {_first_line(error)}", "warning"
            wandb.teardown()  # else the name of the run stays taken
        else:
            say("info", f"Weights & Biases follows this run at {run.url}")
            return run
    run = _init("offline", timeout, config, settings)
    why = f" ({reason})" if reason else ""
    say(kind, f"Weights & Biases records offline{why}; to send a run later: wandb sync {run_folder(run)}")
    return run


def run_folder(run: Any) -> Path:
    """The folder that `wandb sync` takes."""
    return Path(run.dir).parent


def why_offline(timeout: float) -> str:
    """Why there is no going online: no key, or a server that does not answer in `timeout` seconds; empty if it can."""
    settings = wandb.setup().settings
    base_url = str(settings.base_url)
    if not (settings.api_key or settings.identity_token_file or _netrc_key(base_url)):
        return "no API key: run `wandb login`, or set WANDB_API_KEY"
    request = urllib.request.Request(base_url, method="HEAD")  # noqa: S310 - the user's own server
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
    wanted: dict[str, Any] = {
        "mode": mode,
        "silent": True,
        "console": "off",
        "init_timeout": timeout / 4,
        **settings,
    }
    optional = {**OPTIONAL_SETTINGS, "finish_timeout": timeout / 2, "finish_timeout_raises": True}
    wanted |= {key: value for key, value in optional.items() if key in wandb.Settings.model_fields}
    return wandb.init(config=config, settings=wandb.Settings(**wanted))


def _first_line(error: object) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
