"""Chromium without a window, for pages that tests look at."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
COMMAND = next(filter(None, map(shutil.which, NAMES)), None)
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--hide-scrollbars",
    "--enable-logging=stderr",
)
TIMEOUT_S = 120


class Browser:
    """Opens pages from files.

    Args:
        folder: For its profile and what it writes.
    """

    def __init__(self, folder: Path):
        self._folder = folder

    def dump(self, page: Path, *arguments: str) -> tuple[str, list[str]]:
        """What is in the page when it has been loaded, and what was written to its console."""
        done = self._run(page, "--dump-dom", *arguments)
        return done.stdout, re.findall(r":CONSOLE[:(].*", done.stderr)

    def screenshot(self, page: Path, width: int, height: int, *arguments: str) -> Path:
        """A picture of the page's beginning."""
        path = self._folder / f"{page.stem}-{width}.png"
        self._run(page, f"--screenshot={path}", f"--window-size={width},{height}", *arguments)
        return path

    def requests(self, page: Path) -> list[str]:
        """The addresses outside the page that it asked for; the browser's own do not count."""
        log = self._folder / "net.json"
        self._run(page, "--dump-dom", f"--log-net-log={log}")
        events = json.loads(log.read_text())["events"]
        asked = (event.get("params", {}) for event in events)
        return [params["url"] for params in asked if "url" in params and params.get("initiator") in ("file://", "null")]

    def width(self, page: Path, window: int) -> int:
        """How wide the page is, in pixels, in a window this wide."""
        return int(self._measure(page, window, "document.documentElement.scrollWidth"))

    def overflowing(self, page: Path, selector: str, window: int) -> list[str]:
        """The labels (`aria-label`, `aria-labelledby`) of those elements whose content is wider than they are."""
        label = "e.getAttribute('aria-label') || e.getAttribute('aria-labelledby')"
        wide = f"[...document.querySelectorAll('{selector}')].filter(e => e.scrollWidth > e.clientWidth)"
        return list(filter(None, self._measure(page, window, f"{wide}.map(e => {label}).join(';')").split(";")))

    def _measure(self, page: Path, window: int, script: str) -> str:
        """What a script says of the page in a window this wide: a frame, because windows have a least width."""
        measured = page.with_name(f"measured-{page.name}")
        text = page.read_text(encoding="utf-8")
        text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
        script = f"<script>onload = () => parent.postMessage({script}, '*')</script>"
        measured.write_text(text.replace("</body>", f"{script}</body>"), encoding="utf-8")
        frame = page.with_name("frame.html")
        frame.write_text(
            "<script>onmessage = event => { document.title = 'said: ' + event.data }</script>"
            f'<iframe src="{measured.name}" style="width: {window}px; height: 800px; border: 0"></iframe>'
        )
        found = re.search(r"<title>said: (.*?)</title>", self.dump(frame)[0])
        measured.unlink()
        frame.unlink()
        assert found, "the page in the frame said nothing"
        return found[1].strip()

    def _run(self, page: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        assert COMMAND is not None
        return subprocess.run(
            [COMMAND, *QUIET, f"--user-data-dir={self._folder / 'profile'}", *arguments, page.resolve().as_uri()],
            capture_output=True,
            text=True,
            check=True,
            timeout=TIMEOUT_S,
        )
