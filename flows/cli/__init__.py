"""The command line ``chipwire``. One file an area; what a command needs is imported when it runs, so that
help is quick.
"""

from __future__ import annotations

import sys

from flows.cli.app import app
from flows.cli.common import explained

__all__ = ["app", "main"]


def main() -> int:
    """The entry point. Exit codes: 0 well, 1 bad lines or a failure, 2 wrong usage, 3 some sources failed."""
    try:
        app(prog_name="chipwire")
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing is lost; run it again to go on.\n")
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        message = explained(error)
        if message is None:
            raise
        sys.stderr.write(f"Error: {message}\n")
        return 1
    return 0
