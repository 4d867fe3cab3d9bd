"""A local language model that answers from one lesson; the only importer of llama_cpp.

Where words must be exact it chooses sentences, elsewhere it rephrases. Whatever goes wrong, the learner hears the
lesson's own words. A llama.cpp context is never used by two threads at once: one lock per context sees to that.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answer import Grounds
from assistant.errors import ModelMissing, Unavailable
from assistant.grounding import Grounding
from german.text import sentences

_log = logging.getLogger(__name__)

_PROMPTS = Path(__file__).parent / "prompts"
_SILENT = logging.CRITICAL + 1
_MARKUP = re.compile(r"[<>|\[\]{}]")
_LONGEST_QUESTION = 500
"""Characters."""
_MOST_OFFERED = 9
"""So many numbers have one digit, which small models handle best."""


@dataclass(frozen=True)
class LlamaSettings:
    """How a model is run."""

    threads: int = 2
    gpu_layers: int = 0
    """How many of the model's layers a graphics card computes; -1 for all."""
    context_tokens: int = 2048
    max_tokens: int = 160
    max_sentences: int = 3
    max_seconds: float = 20.0
    """From the start of an answer; looked at before each new token, so reading the prompt is not interrupted."""


class _Interrupted(Exception):
    """The model did not come to an end within its limits."""


class LlamaAnswerer:
    """Any GGUF model as an `Answerer`."""

    def __init__(
        self, path: Path, settings: LlamaSettings | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Loads the model. Raises ModelMissing for a file that is not one, Unavailable without llama-cpp-python."""
        self.name = f"llm {path.stem}"
        self._settings = settings or LlamaSettings()
        self._clock = clock
        self._lock = threading.Lock()
        _refuse_what_is_no_gguf(path)
        try:
            import llama_cpp
            from llama_cpp.llama_chat_format import Jinja2ChatFormatter
        except (ImportError, OSError, RuntimeError) as error:  # the last two: its shared library does not load
            raise Unavailable(f"llama-cpp-python lässt sich nicht laden ({error}).") from error
        self._library: Any = llama_cpp  # its own types would bind mypy to an installed llama-cpp-python
        try:
            self._llama = self._library.Llama(
                str(path),
                n_ctx=self._settings.context_tokens,
                n_threads=self._settings.threads,
                n_threads_batch=self._settings.threads,
                n_gpu_layers=self._settings.gpu_layers,
                verbose=False,
            )
        except Exception as error:  # llama_cpp raises bare ValueErrors, and others for strange metadata
            raise ModelMissing(
                f"{path}: Das Sprachmodell ist beschädigt oder unvollständig, oder der Speicher reicht nicht aus."
            ) from error
        finally:
            # Loading sets this level back to ERROR, which llama_cpp prints to stderr.
            logging.getLogger("llama-cpp-python").setLevel(_SILENT)
        template = self._llama.metadata.get("tokenizer.chat_template")
        eos, bos = self._text_of(self._llama.token_eos()), self._text_of(self._llama.token_bos())
        self._chat: Any = template and Jinja2ChatFormatter(template, eos_token=eos, bos_token=bos)

    def answer(self, grounds: Grounds) -> Iterator[str]:
        """See `Answerer.answer`. Close the iterator or exhaust it: until then the model is taken."""
        return self._chosen(grounds) if grounds.lesson.verbatim else self._rephrased(grounds)

    def _chosen(self, grounds: Grounds) -> Iterator[str]:
        """The short answer, which needs no model, then what the model chooses of the passage."""
        yield from grounds.lesson.short_answer
        said = [sentence for text in grounds.lesson.short_answer for sentence in sentences(text)]
        offered = [sentence for sentence in sentences(grounds.passage.text) if sentence not in said][:_MOST_OFFERED]
        if not offered:
            return
        numbered = "\n".join(f"{number}. {sentence}" for number, sentence in enumerate(offered, 1))
        try:
            text = "".join(self._generate("choose.txt", numbered, grounds.question, numbers_grammar(len(offered))))
        except Exception as error:  # whatever llama_cpp raises, the short answer stands
            _warn(grounds, error)
            return
        for number in map(int, text.split()):
            if number > 0:
                yield offered[number - 1]

    def _rephrased(self, grounds: Grounds) -> Iterator[str]:
        """The model's sentences as far as the lesson carries them, else the short answer."""
        grounding = Grounding(grounds.lesson, grounds.question)
        said: list[str] = []
        try:
            with closing(self._sentences(grounds)) as spoken:
                for sentence in spoken:
                    if sentence in said or not grounding.holds(sentence):
                        continue
                    said.append(sentence)
                    yield sentence
                    if len(said) == self._settings.max_sentences:
                        return
        except Exception as error:  # whatever llama_cpp raises, the learner gets a whole answer
            _warn(grounds, error)
        else:
            if said:
                return
        yield from (sentence for sentence in grounds.lesson.short_answer if sentence not in said)

    def _sentences(self, grounds: Grounds) -> Generator[str, None, None]:
        """What the model says, sentence by sentence. Raises _Interrupted in place of a sentence that was cut."""
        text, told = "", 0
        with closing(self._generate("answer.txt", grounds.passage.text, grounds.question)) as pieces:
            for piece in pieces:
                text += piece
                whole = sentences(text)[:-1]
                yield from whole[told:]
                told = max(told, len(whole))
        yield from sentences(text)[told:]

    def _generate(
        self, prompt: str, passage: str, question: str, grammar: str | None = None
    ) -> Generator[str, None, None]:
        """Pieces of text until the model ends. Raises _Interrupted at a limit, and whatever llama_cpp raises."""
        deadline = self._clock() + self._settings.max_seconds
        with self._lock:
            stream = self._llama.create_completion(
                self._tokens(prompt, passage, question),
                max_tokens=self._settings.max_tokens,
                temperature=0.0,
                stream=True,
                grammar=grammar and self._library.LlamaGrammar.from_string(grammar, verbose=False),
                stopping_criteria=self._library.StoppingCriteriaList([lambda *_: self._clock() > deadline]),
            )
            reason = None
            with closing(stream):
                for chunk in stream:
                    choice = chunk["choices"][0]
                    reason = choice["finish_reason"]
                    paused = self._clock()
                    yield choice["text"]
                    deadline += self._clock() - paused  # while the answer is being spoken, the model's time stands
        if reason != "stop":
            raise _Interrupted

    def _tokens(self, prompt: str, passage: str, question: str) -> list[int]:
        """The prompt in the order system, passage, question, so that a passage's prefix is always the same."""
        template = (_PROMPTS / prompt).read_text("utf-8").rstrip()
        text = template.format(passage=_without_markup(passage), question=_without_markup(question)[:_LONGEST_QUESTION])
        if self._chat:
            messages = [{"role": "user", "content": text}]  # system text goes here too: some templates refuse the role
            text = self._chat(messages=messages, enable_thinking=False).prompt
        tokens: list[int] = self._llama.tokenize(text.encode(errors="replace"), add_bos=not self._chat, special=True)
        return tokens

    def _text_of(self, token: int) -> str:
        return str(self._llama.detokenize([token], special=True).decode()) if token >= 0 else ""


def numbers_grammar(count: int) -> str:
    """GBNF for "0", a number from 1 to `count`, or two of them in ascending order."""
    alternatives = ['"0"']
    for first in range(1, count + 1):
        later = " | ".join(f'"{second}"' for second in range(first + 1, count + 1))
        alternatives.append(f'"{first}" (" " ({later}))?' if later else f'"{first}"')
    return f'root ::= " "? ({" | ".join(alternatives)})'


def _refuse_what_is_no_gguf(path: Path) -> None:
    """Raises ModelMissing for what llama.cpp could only complain about."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except FileNotFoundError:
        raise ModelMissing(f"{path}: Diese Datei gibt es nicht.") from None
    except IsADirectoryError:
        raise ModelMissing(f"{path}: Das ist ein Ordner, gebraucht wird eine GGUF-Datei.") from None
    except OSError as error:
        raise ModelMissing(f"{path}: Die Datei kann ich nicht lesen ({error.strerror}).") from None
    if start.startswith(b"GGUF"):
        return
    if not start:
        raise ModelMissing(f"{path}: Die Datei ist leer.")
    if re.match(rb"\s*<(!doctype|html|head|\?xml)", start, re.IGNORECASE):
        raise ModelMissing(f"{path}: Das ist eine Webseite, kein Sprachmodell. Lade die Datei noch einmal herunter.")
    raise ModelMissing(f"{path}: Das ist keine GGUF-Datei.")


def _without_markup(text: str) -> str:
    """The text on one line per line, without the signs that chat templates are made of."""
    return "\n".join(" ".join(line.split()) for line in _MARKUP.sub(" ", text).splitlines())


def _warn(grounds: Grounds, error: Exception) -> None:
    # The error's kind alone: a log never holds what a person said.
    _log.warning("the model broke off at lesson %s (%s)", grounds.lesson.id, type(error).__name__)
