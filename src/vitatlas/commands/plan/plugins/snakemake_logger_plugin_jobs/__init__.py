"""A logger plugin of Snakemake: writes the jobs that Snakemake announces to a file, one JSON object per line.

Snakemake finds it where this folder's parent is on PYTHONPATH; `--logger jobs --logger-jobs-file FILE` asks for it.
"""

import json
from dataclasses import dataclass, field
from logging import LogRecord
from pathlib import Path

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.settings import LogHandlerSettingsBase


@dataclass
class LogHandlerSettings(LogHandlerSettingsBase):
    """Where the jobs are written."""

    file: Path = field(default=Path("jobs.jsonl"), metadata={"help": "file that the jobs are written to"})


class LogHandler(LogHandlerBase):
    """Writes every announced job; leaves everything else to Snakemake's own handler."""

    writes_to_stream = False
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def emit(self, record: LogRecord) -> None:
        """Append the job of a JOB_INFO event."""
        if getattr(record, "event", None) != LogEvent.JOB_INFO or not isinstance(self.settings, LogHandlerSettings):
            return
        told = vars(record)
        job = {key: told[key] for key in ("rule_name", "benchmark", "threads", "shellcmd", "reason")}
        job |= {key: list(map(str, told[key])) for key in ("input", "output")}
        job |= {key: dict(told[key].items()) for key in ("wildcards", "resources")}
        with self.settings.file.open("a") as handle:
            handle.write(json.dumps(job, default=str) + "\n")
