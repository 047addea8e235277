"""Tells as JSON what commands say when asked for help: ``python ask_for_help.py MODULE …``.

One process asks them all, since most of the time goes into libraries that they share. So an import
that one of them forgot may be there because of another.
"""

import io
import json
import runpy
import sys
from contextlib import redirect_stdout
from pathlib import Path


def told(command: str) -> str:
    """The help of a command; nothing if it doesn't end well."""
    sys.argv = [command, "--help"]
    with redirect_stdout(io.StringIO()) as out:
        try:
            runpy.run_module(command, run_name="__main__", alter_sys=True)
        except SystemExit as end:
            return "" if end.code else out.getvalue()
    return ""


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    asked = sys.argv[1:]
    print(json.dumps({command: told(command) for command in asked}))
