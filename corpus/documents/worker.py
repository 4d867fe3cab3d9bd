"""The child process that parses one file behind the fence.

It is started by `corpus.documents.reading` with the request as JSON in its argument and the file as standard input.
It answers on standard output, one JSON object a line:

    {"done": 3, "of": 30}            progress, in pages or parts
    {"extract": {…}}                 the end: what was read
    {"problem": "…", "cause": "…"}   the end: why it is not read, in German, and the error behind it for the log
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import Any

from corpus.documents import sandbox
from corpus.documents.extract import TOO_HUNGRY, DocumentError, Limits


def main() -> None:
    """Parses the file and answers."""
    request = json.loads(sys.argv[1])
    limits = Limits(**request["limits"])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not come between the answers

    def answer(**fields: Any) -> None:
        answers.write(json.dumps(fields, ensure_ascii=False) + "\n")
        answers.flush()

    from corpus.documents.parsing import parse

    sandbox.enter(limits)
    try:
        extract = parse(sys.stdin.buffer.read(), request["name"], limits, lambda done, of: answer(done=done, of=of))
        answer(extract=asdict(extract))
    except DocumentError as error:
        answer(problem=error.problem, cause=repr(error.__cause__) if error.__cause__ else "")
    except MemoryError:
        answer(problem=TOO_HUNGRY)
