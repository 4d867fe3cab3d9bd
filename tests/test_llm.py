"""The language model's answerer: real llama.cpp on tiny models that the test makes itself."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.answer import Grounds
from assistant.errors import ModelMissing
from corpus.lesson import Lesson
from corpus.material import load_lessons
from german.text import sentences
from retrieval.passages import Passage
from tests.gguf_support import random_gguf, scripted_gguf

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")

from assistant.llm import LlamaAnswerer, LlamaSettings, numbers_grammar

ONE_THREAD = LlamaSettings(threads=1)
TRUE = "KI rät das nächste Wort."
"""Stands in lesson m06-1."""
Scripted = Callable[..., LlamaAnswerer]


@pytest.fixture(scope="module")
def lessons() -> dict[str, Lesson]:
    return load_lessons()


@pytest.fixture
def scripted(tmp_path: Path) -> Scripted:
    """An answerer whose model says a script."""

    def make(script: str, settings: LlamaSettings = ONE_THREAD, endless: bool = False, **rest: object) -> LlamaAnswerer:
        return LlamaAnswerer(scripted_gguf(tmp_path / "m.gguf", script, endless=endless), settings, **rest)  # type: ignore[arg-type]

    return make


def grounds(lesson: Lesson, question: str = "Warum erfindet KI etwas?", step: int = 0) -> Grounds:
    passage = Passage(f"{lesson.id}/{step}", lesson.id, lesson.title, lesson.steps[step])
    return Grounds(question, lesson, passage)


def test_a_model_that_keeps_to_the_lesson_is_heard(scripted: Scripted, lessons: dict[str, Lesson]) -> None:
    answerer = scripted("KI rät das nächste Wort. Deshalb klingt auch Falsches sicher.")
    assert list(answerer.answer(grounds(lessons["m06-1"]))) == [TRUE, "Deshalb klingt auch Falsches sicher."]


def test_an_invented_sentence_is_dropped_and_the_true_one_stays(scripted: Scripted, lessons: dict[str, Lesson]) -> None:
    answerer = scripted("Bananen wachsen auf Hawaii. KI rät das nächste Wort.")
    assert list(answerer.answer(grounds(lessons["m06-1"]))) == [TRUE]


@pytest.mark.parametrize("script", ["Bananen wachsen auf Hawaii.", "?!", "KI rät 17 Wörter."])
def test_when_nothing_true_is_left_the_lesson_speaks(
    scripted: Scripted, lessons: dict[str, Lesson], script: str
) -> None:
    lesson = lessons["m06-1"]
    assert tuple(scripted(script).answer(grounds(lesson))) == lesson.short_answer


def test_a_babbling_model_is_never_heard(tmp_path: Path, lessons: dict[str, Lesson]) -> None:
    answerer = LlamaAnswerer(random_gguf(tmp_path / "random.gguf"), ONE_THREAD)
    for lesson in (lessons["m01-1"], lessons["m06-1"]):
        assert tuple(answerer.answer(grounds(lesson))) == lesson.short_answer


def test_the_first_sentence_comes_before_the_model_has_ended(scripted: Scripted, lessons: dict[str, Lesson]) -> None:
    """This model never ends: who waits for its end hears no sentence of it."""
    answerer = scripted("KI rät das nächste Wort. Oder?", LlamaSettings(threads=1, max_tokens=2000), endless=True)
    answer = answerer.answer(grounds(lessons["m06-1"]))
    assert next(answer) == TRUE
    answer.close()  # type: ignore[attr-defined]


def test_closing_the_answer_stops_the_model_and_frees_it(scripted: Scripted, lessons: dict[str, Lesson]) -> None:
    answerer = scripted("KI rät das nächste Wort. Deshalb klingt auch Falsches sicher.")
    whole = list(answerer.answer(grounds(lessons["m06-1"])))
    broken_off = answerer.answer(grounds(lessons["m06-1"]))
    next(broken_off)
    tokens_so_far = answerer._llama.n_tokens
    broken_off.close()  # type: ignore[attr-defined]
    assert answerer._llama.n_tokens == tokens_so_far
    assert list(answerer.answer(grounds(lessons["m06-1"]))) == whole


def test_at_the_token_limit_the_lesson_completes_the_answer(scripted: Scripted, lessons: dict[str, Lesson]) -> None:
    lesson = lessons["m06-1"]
    answerer = scripted("KI rät das nächste Wort. Und und", LlamaSettings(threads=1, max_tokens=6), endless=False)
    answer = list(answerer.answer(grounds(lesson)))
    assert answer == [TRUE, *lesson.short_answer]


def test_at_the_time_limit_the_lesson_speaks(scripted: Scripted, lessons: dict[str, Lesson]) -> None:
    """This model never ends, and the clock goes on by nine seconds whenever someone looks at it."""
    clock = itertools.count(0.0, 9.0)
    settings = LlamaSettings(threads=1, max_seconds=20, max_tokens=1000)
    answerer = scripted("Das ist ein Satz ohne Ende", settings, endless=True, clock=lambda: next(clock))
    lesson = lessons["m06-1"]
    asked = grounds(lesson)
    assert tuple(answerer.answer(asked)) == lesson.short_answer
    prompt = len(answerer._tokens("answer.txt", asked.passage.text, asked.question))
    assert answerer._llama.n_tokens - prompt < 5


def test_the_time_in_which_the_answer_is_spoken_does_not_count(scripted: Scripted, lessons: dict[str, Lesson]) -> None:
    now = 0.0
    answerer = scripted("KI rät das nächste Wort. Deshalb klingt auch Falsches sicher.", clock=lambda: now)
    answer = answerer.answer(grounds(lessons["m06-1"]))
    assert next(answer) == TRUE
    now = 3600.0
    assert list(answer) == ["Deshalb klingt auch Falsches sicher."]


def test_a_question_too_long_for_the_model_gets_the_lesson(tmp_path: Path, lessons: dict[str, Lesson]) -> None:
    model = scripted_gguf(tmp_path / "m.gguf", TRUE)
    answerer = LlamaAnswerer(model, LlamaSettings(threads=1, context_tokens=128))
    lesson = lessons["m06-1"]
    assert tuple(answerer.answer(grounds(lesson, "Warum? " * 1000))) == lesson.short_answer


@pytest.mark.parametrize("question", ["", "\udce4", "<|im_end|>\n{passage}", "[INST] {question} {}"])
def test_odd_questions_are_answered_like_others(scripted: Scripted, lessons: dict[str, Lesson], question: str) -> None:
    assert list(scripted(TRUE).answer(grounds(lessons["m06-1"], question))) == [TRUE]


def test_a_question_cannot_speak_the_models_control_language(scripted: Scripted) -> None:
    answerer = scripted(TRUE)
    end = answerer._llama.token_eos()
    assert end in answerer._llama.tokenize(b"</s>", special=True)
    assert end not in answerer._tokens("answer.txt", "Text </s>", "Frage </s>")


def test_the_models_own_chat_template_wraps_the_prompt(tmp_path: Path, lessons: dict[str, Lesson]) -> None:
    template = "{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }} {% endfor %}Kumpel:"
    answerer = LlamaAnswerer(scripted_gguf(tmp_path / "m.gguf", TRUE, template=template), ONE_THREAD)
    tokens = answerer._tokens("answer.txt", "Text hier", "Frage hier")
    text = answerer._llama.detokenize(tokens).decode().replace("▁", " ")  # in bytes, a blank stays this sign
    assert text.index("Du bist KI-Kumpel") < text.index("Text hier") < text.index("Frage hier")
    assert text.endswith("Kumpel:")
    assert list(answerer.answer(grounds(lessons["m06-1"]))) == [TRUE]


def test_where_words_must_be_exact_only_the_lessons_words_are_said(tmp_path: Path, lessons: dict[str, Lesson]) -> None:
    for seed in range(5):
        answerer = LlamaAnswerer(random_gguf(tmp_path / "random.gguf", seed), ONE_THREAD)
        for lesson in (lesson for lesson in lessons.values() if lesson.verbatim):
            answer = list(answerer.answer(grounds(lesson, "Was mache ich?")))
            assert answer[: len(lesson.short_answer)] == list(lesson.short_answer)
            assert set(answer[len(lesson.short_answer) :]) <= set(sentences(lesson.steps[0]))


def test_the_model_chooses_which_of_the_exact_sentences_go_with_the_answer(
    scripted: Scripted, lessons: dict[str, Lesson]
) -> None:
    lesson = lessons["m10-1"]
    second, fourth = sentences(lesson.steps[1])[1], sentences(lesson.steps[1])[3]
    assert list(scripted("2 4").answer(grounds(lesson, step=1))) == [*lesson.short_answer, second, fourth]
    assert tuple(scripted("0").answer(grounds(lesson, step=1))) == lesson.short_answer


def test_the_exact_short_answer_waits_for_no_model(scripted: Scripted, lessons: dict[str, Lesson]) -> None:
    answerer = scripted("1")
    with answerer._lock:  # someone else is using the model
        assert next(answerer.answer(grounds(lessons["m10-1"]))) == lessons["m10-1"].short_answer[0]


def test_numbers_come_once_and_in_the_lessons_order() -> None:
    assert numbers_grammar(1) == 'root ::= " "? ("0" | "1")'
    assert numbers_grammar(3) == 'root ::= " "? ("0" | "1" (" " ("2" | "3"))? | "2" (" " ("3"))? | "3")'


def test_two_threads_never_share_the_context(scripted: Scripted, lessons: dict[str, Lesson]) -> None:
    answerer = scripted("KI rät das nächste Wort. Deshalb klingt auch Falsches sicher.")
    questions = ["Warum erfindet KI etwas?", "Wat is dat denn mit dieser Halluzination, sach ma?"]
    heard: dict[str, set[tuple[str, ...]]] = {question: set() for question in questions}
    inside: list[int] = []
    complete, overlapped = answerer._llama.create_completion, []

    def watched(*arguments: object, **options: object) -> Iterator[object]:
        inside.append(1)
        overlapped.append(len(inside) > 1)
        try:
            if not overlapped[-1]:  # llama.cpp would crash, and the other tests with it
                yield from complete(*arguments, **options)
        finally:
            inside.pop()

    answerer._llama.create_completion = watched

    def ask(question: str) -> None:
        for _ in range(20):
            heard[question].add(tuple(answerer.answer(grounds(lessons["m06-1"], question))))

    threads = [threading.Thread(target=ask, args=(question,)) for question in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {(TRUE, "Deshalb klingt auch Falsches sicher.")}
    assert heard == dict.fromkeys(questions, expected)
    assert len(overlapped) == 40
    assert not any(overlapped)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "leer"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "Webseite"),
        (b"\n  <html>", "Webseite"),
        (b"version https://git-lfs.github.com/spec/v1", "keine GGUF-Datei"),
        (b"GGUF", "beschädigt"),
        (b"GGUF" + b"\xff" * 400, "beschädigt"),
    ],
)
def test_what_is_no_model_is_told_in_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes, complaint: str
) -> None:
    path = tmp_path / "modell.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelMissing, match=complaint) as caught:
        LlamaAnswerer(path, ONE_THREAD)
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message
    assert capfd.readouterr() == ("", "")


def test_a_model_cut_short_anywhere_is_refused_quietly(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    whole = random_gguf(tmp_path / "whole.gguf").read_bytes()
    path = tmp_path / "cut.gguf"
    for share in (0.001, 0.003, 0.01, 0.02, 0.1, 0.5, 0.9, 0.999):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(ModelMissing):
            LlamaAnswerer(path, ONE_THREAD)
    assert capfd.readouterr() == ("", "")


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="gibt es nicht"):
        LlamaAnswerer(tmp_path / "nicht-da.gguf")
    with pytest.raises(ModelMissing, match="Ordner"):
        LlamaAnswerer(tmp_path)


def test_the_library_prints_nothing_even_when_it_complains(
    scripted: Scripted, lessons: dict[str, Lesson], capfd: pytest.CaptureFixture[str]
) -> None:
    answerer = scripted("1")
    list(answerer.answer(grounds(lessons["m06-1"], "Warum? " * 2000)))
    list(answerer.answer(grounds(lessons["m10-1"])))
    answerer._llama.tokenize(b"<s>Frage", add_bos=True, special=True)  # llama.cpp warns of the doubled token
    assert capfd.readouterr() == ("", "")


def test_the_log_never_holds_what_the_learner_said(
    tmp_path: Path, lessons: dict[str, Lesson], caplog: pytest.LogCaptureFixture
) -> None:
    answerer = LlamaAnswerer(scripted_gguf(tmp_path / "m.gguf", TRUE), LlamaSettings(threads=1, context_tokens=128))
    list(answerer.answer(grounds(lessons["m06-1"], "Mein Geheimnis ist Gerda")))
    assert "m06-1" in caplog.text
    assert "Gerda" not in caplog.text
