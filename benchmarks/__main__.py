"""`python -m benchmarks NAME [--json] [--full]`, which `kumpel bench` calls. Exits 0 even when a goal is missed."""

from __future__ import annotations

import argparse
import importlib

from benchmarks.report import show

NAMES = ("loop", "plain", "retrieval")


def main() -> None:
    """Runs one bench and prints what it found."""
    parser = argparse.ArgumentParser(prog="kumpel bench", description="Measures; it does not judge.")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object")
    parser.add_argument("--full", action="store_true", help="the long form: everything there is")
    given = parser.parse_args()
    show(importlib.import_module(f"benchmarks.{given.name}").run(full=given.full), given.as_json)


if __name__ == "__main__":
    main()
