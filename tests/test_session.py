"""A conversation in virtual time: no sound, no sleeping, no engines; seconds are sample counts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np
import pytest

from assistant.answering import GREETING, Answer, Stop
from assistant.conversation import WIRE_RATE, Item
from assistant.errors import BadInput, Busy, NotUnderstood
from assistant.response import Event, ResponseOptions
from assistant.session import Output, Session, Transcribe, TurnTaking
from speech.asr import Transcript

SOUND = np.zeros(1600, np.float32)
PRE_ROLL, CLOSING_SILENCE = 0.3, 0.5


class Scene:
    """A person and an assistant in a room whose clock the test moves."""

    def __init__(self, turns: TurnTaking | None = None) -> None:
        numbers = count(1)
        self.session = Session(lambda prefix: f"{prefix}_{next(numbers)}", turns)
        self.seconds = 10.0
        self.outputs: list[Output] = []
        self.answers: list[Answer] = []

    @property
    def now(self) -> int:
        return round(self.seconds * WIRE_RATE)

    def take(self, outputs: Sequence[Output]) -> Sequence[Output]:
        self.outputs += outputs
        self.answers += [output for output in outputs if isinstance(output, Answer)]
        return outputs

    def passes(self, seconds: float) -> None:
        self.seconds += seconds

    def person_starts(self) -> None:
        start = self.now - round(PRE_ROLL * WIRE_RATE)
        self.take(self.session.speech_started(start, self.now, self.now))

    def person_goes_on(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.1)):
            self.passes(0.1)
            self.take(self.session.listened(self.now, self.now))

    def person_stops(self) -> str:
        """Returns the id of the utterance's item."""
        self.passes(CLOSING_SILENCE)
        outputs = self.take(self.session.utterance(SOUND, self.now, self.now))
        return next(output.item_id for output in outputs if isinstance(output, Transcribe))

    def person_says(self, text: str, seconds: float = 1.0, rejected: str | None = None) -> None:
        self.person_starts()
        self.person_goes_on(seconds)
        self.recogniser_says(self.person_stops(), text, rejected)

    def recogniser_says(self, item_id: str, text: str, rejected: str | None = None) -> None:
        self.take(self.session.understood(item_id, Transcript(text, 0.9, rejected), self.now))

    @property
    def asked(self) -> Answer:
        """The last command to answer."""
        return self.answers[-1]

    def assistant_says(self, clause: str, seconds: float) -> None:
        response_id = self.asked.response_id
        self.take(self.session.said(response_id, clause))
        self.take(self.session.sounded(response_id, bytes(round(seconds * WIRE_RATE) * 2), self.now))

    def assistant_finishes(self) -> None:
        self.take(self.session.finished(self.asked.response_id))

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [dict(output.fields) for output in self.outputs if isinstance(output, Event) and output.type == kind]

    def kinds(self) -> list[str]:
        return [output.type if isinstance(output, Event) else type(output).__name__ for output in self.outputs]

    def forget(self) -> None:
        self.outputs.clear()

    def transcript(self) -> list[tuple[str, str | None]]:
        return [(item.role, item.text) for item in self.session.conversation]

    def last_status(self) -> tuple[str, str | None]:
        response = self.events("response.done")[-1]["response"]
        return response["status"], response["status_details"].get("reason")


def test_a_conversation_of_five_turns() -> None:
    scene = Scene()

    # 1. A question and its answer, heard to the end.
    scene.person_says("was ist eine halluzination")
    assert scene.asked.question == "was ist eine halluzination"
    scene.assistant_says("KI rät das nächste Wort.", 2.0)
    scene.assistant_finishes()
    scene.passes(3.0)
    assert scene.last_status() == ("completed", None)

    # 2. A nod does not disturb the answer; a real interruption cuts it where it was heard.
    scene.person_says("warum erfindet die ki etwas")
    scene.assistant_says("Sie weiß nicht, was wahr ist.", 3.0)
    scene.forget()
    scene.person_says("mhm", seconds=0.2)
    assert scene.kinds() == ["Transcribe"], "a nod leaves no trace"
    scene.passes(0.3)
    scene.person_starts()
    assert scene.events("input_audio_buffer.speech_started") == [], "not confirmed yet"
    scene.person_goes_on(0.6)
    assert len(scene.events("input_audio_buffer.speech_started")) == 1
    assert scene.last_status() == ("cancelled", "turn_detected")
    assert any(isinstance(output, Stop) for output in scene.outputs)
    assert scene.events("conversation.item.truncated")[-1]["audio_end_ms"] == 1400
    scene.recogniser_says(scene.person_stops(), "kann ich ihr glauben")

    # 3. The interruption is a turn of its own; its answer is complete, but still being played …
    assert scene.asked.question == "kann ich ihr glauben"
    scene.assistant_says("Prüfe jede Antwort.", 2.0)
    scene.assistant_says("Frag einen Menschen.", 2.0)
    scene.assistant_finishes()
    scene.passes(2.0)

    # 4. … when the person speaks again: the answer is cut after the fact.
    scene.forget()
    scene.person_says("was heißt prüfen", seconds=0.5)
    assert "response.done" not in scene.kinds(), "that response was done before"
    assert scene.events("conversation.item.truncated")[0]["audio_end_ms"] == 2400
    assert scene.asked.question == "was heißt prüfen"

    # 5. Before anything of the answer is heard, the person goes on: one answer to all of it.
    scene.person_says("bei zahlen")
    assert scene.last_status() == ("cancelled", "turn_detected")
    assert scene.asked.question == "was heißt prüfen bei zahlen"
    scene.assistant_says("Rechne nach.", 1.0)
    scene.assistant_finishes()

    assert scene.transcript() == [
        ("user", "was ist eine halluzination"),
        ("assistant", "KI rät das nächste Wort."),
        ("user", "warum erfindet die ki etwas"),
        ("assistant", "Sie weiß"),
        ("user", "kann ich ihr glauben"),
        ("assistant", "Prüfe jede Antwort. Frag"),
        ("user", "was heißt prüfen"),
        ("user", "bei zahlen"),
        ("assistant", "Rechne nach."),
    ]


def test_a_short_word_that_is_understood_interrupts() -> None:
    scene = Scene()
    scene.person_says("was ist eine halluzination")
    scene.assistant_says("KI rät das nächste Wort.", 5.0)
    scene.passes(1.0)
    scene.person_says("stopp", seconds=0.2)
    assert scene.last_status() == ("cancelled", "turn_detected")
    assert scene.asked.question == "stopp"


def test_noise_while_the_assistant_speaks_is_nothing() -> None:
    scene = Scene()
    scene.person_says("was ist eine halluzination")
    scene.assistant_says("KI rät das nächste Wort.", 5.0)
    scene.forget()
    scene.person_says("untertitel", seconds=0.2, rejected="credits")
    assert scene.kinds() == ["Transcribe"]
    scene.assistant_finishes()
    assert scene.last_status() == ("completed", None)


def test_speech_that_outlasts_the_answer_is_announced_when_the_assistant_is_silent() -> None:
    scene = Scene()
    scene.person_says("was ist eine halluzination")
    scene.assistant_says("Kurz.", 0.2)
    scene.assistant_finishes()
    scene.forget()
    scene.person_starts()
    scene.person_goes_on(0.3)
    assert scene.kinds() == ["input_audio_buffer.speech_started"], "nothing is left to interrupt"


def test_what_the_gate_refuses_gets_a_sentence_that_helps() -> None:
    scene = Scene()
    scene.person_says("hmpf", rejected="unsure")
    assert scene.events("conversation.item.input_audio_transcription.failed")[0]["error"]["code"] == "not_understood"
    assert (scene.asked.question, scene.asked.sentence) == (None, NotUnderstood.spoken)


def test_two_utterances_in_quick_succession_get_one_answer() -> None:
    scene = Scene()
    scene.person_starts()
    scene.person_goes_on(0.5)
    first = scene.person_stops()
    scene.person_starts()
    scene.recogniser_says(first, "ich habe eine frage")
    assert "Answer" not in scene.kinds(), "the person is speaking"
    scene.person_goes_on(0.5)
    scene.recogniser_says(scene.person_stops(), "was ist ki")
    assert scene.asked.question == "ich habe eine frage was ist ki"


def test_a_waiting_question_is_answered_when_the_noise_after_it_is_refused() -> None:
    scene = Scene()
    scene.person_starts()
    first = scene.person_stops()
    scene.person_starts()
    scene.recogniser_says(first, "was ist ki")
    scene.recogniser_says(scene.person_stops(), "", rejected="silence")
    assert scene.asked.question == "was ist ki"


def test_a_cleared_buffer_lets_the_waiting_question_be_answered() -> None:
    scene = Scene()
    scene.person_starts()
    first = scene.person_stops()
    scene.person_starts()
    scene.recogniser_says(first, "was ist ki")
    scene.take(scene.session.speech_dropped())
    assert scene.asked.question == "was ist ki"


def test_without_interruption_the_next_turn_is_answered_after_this_one() -> None:
    scene = Scene(TurnTaking(interrupt_response=False))
    scene.person_says("erste frage")
    scene.assistant_says("Erste Antwort.", 9.0)
    scene.person_says("zweite frage")
    assert scene.asked.question == "erste frage"
    scene.assistant_finishes()
    assert scene.asked.question == "zweite frage"


def test_without_automatic_answers_the_client_asks() -> None:
    scene = Scene(TurnTaking(create_response=False))
    scene.person_says("was ist ki")
    assert "response.created" not in scene.kinds()
    scene.take(scene.session.create_response(ResponseOptions()))
    assert scene.asked.question == "was ist ki"


def test_push_to_talk_waits_for_the_recogniser() -> None:
    scene = Scene(TurnTaking(vad=False))
    outputs = scene.take(scene.session.committed(SOUND))
    item_id = next(output.item_id for output in outputs if isinstance(output, Transcribe))
    scene.take(scene.session.create_response(ResponseOptions()))
    assert scene.kinds()[-1] == "response.created", "at once, without a question yet"
    scene.recogniser_says(item_id, "was ist ki")
    assert scene.asked.question == "was ist ki"


def test_a_response_that_waits_can_be_cancelled() -> None:
    scene = Scene(TurnTaking(vad=False))
    outputs = scene.take(scene.session.committed(SOUND))
    item_id = next(output.item_id for output in outputs if isinstance(output, Transcribe))
    scene.take(scene.session.create_response(ResponseOptions()))
    scene.take(scene.session.cancel_response(None, scene.now))
    scene.recogniser_says(item_id, "was ist ki")
    assert "Answer" not in scene.kinds()
    assert scene.last_status() == ("cancelled", "client_cancelled")


def test_an_empty_conversation_begins_with_a_greeting_and_the_last_question_can_be_repeated() -> None:
    scene = Scene()
    scene.take(scene.session.create_response(ResponseOptions()))
    assert scene.asked.sentence == GREETING
    scene.assistant_finishes()
    scene.take(scene.session.create_item(Item("item_a", "user", "text", "was ist ki"), None))
    for _ in range(2):
        scene.take(scene.session.create_response(ResponseOptions()))
        assert scene.asked.question == "was ist ki"
        scene.assistant_finishes()


def test_the_client_may_not_ask_twice_nor_cancel_nothing() -> None:
    scene = Scene()
    with pytest.raises(BadInput, match="no such response") as nothing:
        scene.session.cancel_response(None, scene.now)
    assert nothing.value.code == "response_cancel_not_active"
    scene.take(scene.session.create_response(ResponseOptions()))
    with pytest.raises(BadInput) as twice:
        scene.session.create_response(ResponseOptions())
    assert twice.value.code == "conversation_already_has_active_response"
    with pytest.raises(BadInput, match="no such response"):
        scene.session.cancel_response("resp_other", scene.now)


def test_a_failed_answer_ends_and_the_next_one_works() -> None:
    scene = Scene()
    scene.person_says("erste frage")
    scene.take(scene.session.failed(scene.asked.response_id, Busy("full")))
    assert scene.events("error")[0]["error"]["code"] == "busy"
    assert scene.last_status()[0] == "failed"
    scene.person_says("zweite frage")
    assert scene.asked.question == "zweite frage"


def test_late_sound_of_a_cancelled_response_is_dropped() -> None:
    scene = Scene()
    scene.person_says("was ist ki")
    scene.assistant_says("KI ist ein Programm.", 1.0)
    scene.take(scene.session.cancel_response(None, scene.now))
    scene.forget()
    scene.assistant_says("Das hört niemand mehr.", 1.0)
    scene.assistant_finishes()
    assert scene.outputs == []


def test_the_client_corrects_what_was_heard_in_both_directions() -> None:
    scene = Scene()
    scene.person_says("was ist ki")
    scene.assistant_says("Eins zwei drei vier.", 4.0)
    scene.passes(2.0)
    scene.take(scene.session.cancel_response(None, scene.now))
    answer_id = scene.asked.answer_id
    assert scene.session.conversation[answer_id].text == "Eins zwei"
    scene.take(scene.session.truncate_item(answer_id, 1000, scene.now))
    assert scene.session.conversation[answer_id].text == "Eins"
    scene.take(scene.session.truncate_item(answer_id, 3500, scene.now))
    assert scene.session.conversation[answer_id].text == "Eins zwei drei"
    with pytest.raises(BadInput) as beyond:
        scene.session.truncate_item(answer_id, 4100, scene.now)
    assert beyond.value.code == "audio_end_out_of_range"
    with pytest.raises(BadInput) as unspoken:
        scene.session.truncate_item(next(iter(scene.session.conversation)).id, 0, scene.now)
    assert unspoken.value.code == "item_not_truncatable"


def test_a_deleted_question_is_not_answered() -> None:
    scene = Scene(TurnTaking(create_response=False))
    scene.person_starts()
    item_id = scene.person_stops()
    scene.take(scene.session.delete_item(item_id))
    scene.recogniser_says(item_id, "was ist ki")
    assert scene.events("conversation.item.input_audio_transcription.completed") == []
    assert scene.transcript() == []
