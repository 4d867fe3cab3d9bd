"""The learner page, driven like a learner would: by finger, keyboard and voice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from assistant.api.app import create_app
from assistant.engines import Pool
from assistant.settings import Settings
from speech.asr import Transcript
from speech.vad import SileroDetector, SileroModel
from tests.page_support import (
    ANSWER,
    CHROMIUM,
    CHROMIUM_ARGS,
    HEARD,
    ScriptedServer,
    microphone_wav,
    require_chromium,
    serving,
)
from tests.server_support import make_engines

pytestmark = pytest.mark.browser

SAID = " ".join(ANSWER)
SOURCE = "Quelle: Lektion „KI erfindet Dinge“ – noch nicht fachlich freigegeben"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    require_chromium()
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def speaking_browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser before whose microphone somebody asks what a hallucination is."""
    voice = microphone_wav(tmp_path_factory.mktemp("voice") / "frage.wav")
    fakes = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={voice}"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*CHROMIUM_ARGS, *fakes])
    yield browser
    browser.close()


@pytest.fixture
def server() -> ScriptedServer:
    return ScriptedServer()


@pytest.fixture
def open_page(speaking_browser: Any, server: ScriptedServer) -> Iterator[Open]:
    """Opens the page of `server`; whatever the page logs as an error fails the test."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []
    with serving(server.app) as port:

        def open_(permissions: tuple[str, ...] = ("microphone",), **options: Any) -> Page:
            context = speaking_browser.new_context(permissions=list(permissions), **options)
            contexts.append(context)
            page: Page = context.new_page()
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
            page.goto(f"http://127.0.0.1:{port}/")
            expect(page.locator("#link")).to_have_text("Verbunden")
            return page

        yield open_
        for context in contexts:
            context.close()
    assert problems == []


def expect_answer(page: Page) -> None:
    expect(page.locator("#said")).to_have_text(SAID, timeout=40_000)
    expect(page.locator("#source")).to_have_text(SOURCE)
    expect(page.locator("body")).to_have_attribute("data-phase", "idle", timeout=30_000)


def test_a_tapped_turn_ends_by_itself(open_page: Open, server: ScriptedServer) -> None:
    page = open_page()
    page.locator("#talk").click()
    expect(page.locator("#talk-label")).to_have_text("Ich höre zu")
    expect(page.locator("#heard")).to_have_text(HEARD, timeout=15_000)
    assert page.locator("#heard b").count() == 0
    expect_answer(page)
    assert server.types() == ["input_audio_buffer.append"]
    sound = server.audio().astype(np.float64)
    assert np.abs(sound).max() > 3000, "the microphone's sound did not arrive"


def test_a_held_turn_ends_when_the_button_is_let_go(open_page: Open, server: ScriptedServer) -> None:
    page = open_page()
    page.locator("#talk").hover()
    page.mouse.down()
    expect(page.locator("#talk-label")).to_have_text("Ich höre zu")
    page.wait_for_function("() => document.body.dataset.phase === 'listening'")
    page.wait_for_timeout(900)  # the thing under test is how long the button is held
    page.mouse.up()
    expect_answer(page)
    assert server.types() == [
        "session.update", "input_audio_buffer.append", "input_audio_buffer.commit", "response.create",
    ]  # fmt: skip
    assert server.received[0]["session"]["audio"]["input"]["turn_detection"] is None


def test_the_keyboard_is_enough(open_page: Open, server: ScriptedServer) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    expect(page.locator("#talk")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_have_attribute("data-phase", re.compile("listening|thinking"))
    page.locator("#stop").focus()
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_have_attribute("data-phase", "idle")
    expect(page.locator("#talk")).to_be_focused()


def test_the_example_voice_asks_for_those_who_only_want_to_see(open_page: Open, server: ScriptedServer) -> None:
    page = open_page(permissions=())
    page.get_by_role("button", name="Mit Beispielstimme fragen").click()
    expect(page.locator("#heard-title")).to_have_text("Die Beispielstimme fragt")
    expect(page.locator("#heard")).to_have_text(HEARD, timeout=20_000)
    expect_answer(page)
    assert set(server.types()) == {"input_audio_buffer.append"}


def test_captions_follow_the_voice(open_page: Open, server: ScriptedServer) -> None:
    page = open_page()
    page.evaluate("""() => {
        const said = document.getElementById('said');
        window.captions = [said.textContent];
        new MutationObserver(() => captions.push(said.textContent)).observe(said, {childList: true});
    }""")
    page.locator(".lesson").first.click()
    expect_answer(page)
    sentences = [" ".join(ANSWER[: count + 1]) for count in range(len(ANSWER))]
    assert page.evaluate("captions") == ["", *sentences], "each sentence appears when its sound begins, not before"


def test_an_answer_that_is_quicker_than_the_loudspeaker(open_page: Open) -> None:
    page = open_page()
    page.evaluate("""() => {
        const addModule = AudioWorklet.prototype.addModule;
        AudioWorklet.prototype.addModule = async function (url) {
            await new Promise((done) => window.openLoudspeaker = done);
            return addModule.call(this, url);
        };
    }""")
    page.locator(".lesson").first.click()
    expect(page.locator("#source")).to_be_attached()
    expect(page.locator("body")).to_have_attribute("data-phase", "answering")
    page.evaluate("openLoudspeaker()")
    expect_answer(page)


def test_without_a_loudspeaker_the_answer_is_written(open_page: Open) -> None:
    page = open_page()
    page.evaluate("() => { window.AudioContext = undefined; }")
    page.locator(".lesson").first.click()
    expect_answer(page)
    expect(page.locator("#again")).to_be_hidden()


def test_stop_falls_silent_and_tells_what_was_heard(open_page: Open, server: ScriptedServer) -> None:
    page = open_page()
    page.locator(".lesson").first.click()
    expect(page.locator("#said")).to_have_text(re.compile("^KI rät"), timeout=10_000)
    page.get_by_role("button", name="Stopp").click()
    expect(page.locator("body")).to_have_attribute("data-phase", "idle")
    page.wait_for_timeout(300)
    truncated = [event for event in server.received if event["type"] == "conversation.item.truncate"]
    assert len(truncated) == 1
    assert 0 < truncated[0]["audio_end_ms"] < 8000
    assert ANSWER[-1] not in (page.locator("#said").text_content() or "")


def test_once_more(open_page: Open, server: ScriptedServer) -> None:
    page = open_page()
    page.locator(".lesson").first.click()
    expect_answer(page)
    events = len(server.received)
    page.get_by_role("button", name="Noch mal").click()
    expect(page.locator("body")).to_have_attribute("data-phase", "answering")
    expect(page.locator("body")).to_have_attribute("data-phase", "idle", timeout=30_000)
    assert len(server.received) == events, "a repetition needs no server"


def test_typing(open_page: Open, server: ScriptedServer) -> None:
    page = open_page()
    page.get_by_label("Schreib deine Frage").fill("Was ist <i>KI</i>?")
    page.get_by_role("button", name="Senden").click()
    expect(page.locator("#heard")).to_have_text("Was ist <i>KI</i>?")
    expect(page.get_by_label("Schreib deine Frage")).to_have_value("")
    expect_answer(page)
    assert server.received[0]["item"]["content"] == [{"type": "input_text", "text": "Was ist <i>KI</i>?"}]


def test_a_refused_microphone_leaves_other_ways(open_page: Open) -> None:
    page = open_page(permissions=())
    page.locator("#talk").click()
    notice = page.locator("#notice")
    expect(notice).to_have_text(re.compile("Ich darf dein Mikrofon nicht benutzen"))
    expect(notice).to_have_text(re.compile("schreiben oder antippen"))
    page.locator(".lesson").first.click()
    expect_answer(page)


def test_without_https_the_page_says_why(open_page: Open) -> None:
    page = open_page()
    page.evaluate("""() => {
        Object.defineProperty(navigator, 'mediaDevices', {value: undefined});
        Object.defineProperty(window, 'isSecureContext', {value: false});
    }""")
    page.locator("#talk").click()
    expect(page.locator("#notice")).to_have_text(re.compile("nur über eine sichere Verbindung"))


def test_an_error_is_told_kindly_and_the_next_turn_works(open_page: Open, server: ScriptedServer) -> None:
    page = open_page()
    server.refusal = {"type": "rate_limit_error", "code": "busy", "message": "hear: 16 are waiting already"}
    page.locator(".lesson").first.click()
    expect(page.locator("#notice")).to_have_text("Gerade sprechen viele mit mir. Bitte warte einen Moment.")
    expect(page.locator("body")).to_have_attribute("data-phase", "idle")
    page.locator(".lesson").first.click()
    expect(page.locator("#notice")).to_be_hidden()
    expect_answer(page)


def test_the_page_comes_back_after_the_server(speaking_browser: Any) -> None:
    context = speaking_browser.new_context()
    page = context.new_page()
    with serving(ScriptedServer().app) as port:
        page.goto(f"http://127.0.0.1:{port}/")
        expect(page.locator("#link")).to_have_text("Verbunden")
    expect(page.locator("#notice")).to_have_text(re.compile("Ich erreiche den Server gerade nicht"))
    page.locator("#talk").click()
    expect(page.locator("body")).to_have_attribute("data-phase", "idle")
    with serving(ScriptedServer("klein").app, port):
        expect(page.locator("#link")).to_have_text("Verbunden", timeout=20_000)
        expect(page.locator("#notice")).to_be_hidden()
        expect(page.locator("#starter")).to_be_hidden()
        page.locator(".lesson").first.click()
        expect_answer(page)
        context.close()


def test_a_server_lost_in_mid_answer(speaking_browser: Any) -> None:
    context = speaking_browser.new_context()
    page = context.new_page()
    scripted = ScriptedServer()
    scripted.silent = True
    with serving(scripted.app) as port:
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator(".lesson").first.click()
        expect(page.locator("#talk-label")).to_have_text("Ich überlege …")
    expect(page.locator("#notice")).to_have_text(re.compile("Die Verbindung ist weg"))
    expect(page.locator("body")).to_have_attribute("data-phase", "idle")
    context.close()


def test_the_starter_says_what_it_can_not(open_page: Open) -> None:
    page = open_page()
    expect(page.locator("#starter")).to_be_visible()
    expect(page.locator("#starter code")).to_have_text("kumpel models list")
    expect(page.get_by_text("Ich bin eine KI. Meine Stimme ist künstlich.")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(360, 740), (800, 1280), (1280, 800)])
def test_everything_is_large_enough_and_fits(open_page: Open, width: int, height: int) -> None:
    page = open_page(viewport={"width": width, "height": height})
    expect(page.locator(".lesson").first).to_be_attached()
    for element in page.locator("button:visible, input:visible").all():
        box = element.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 48, element.text_content()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    big = page.locator("#talk").bounding_box()
    assert big is not None
    assert big["y"] + big["height"] <= height, "the big button must be seen without scrolling"
    assert big["width"] * big["height"] >= 0.12 * width * height


def test_nothing_is_kept_and_nothing_comes_from_elsewhere(open_page: Open, server: ScriptedServer) -> None:
    page = open_page()
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url) if "127.0.0.1" not in request.url else None)
    page.reload()
    page.get_by_label("Schreib deine Frage").fill("Was ist KI?")
    page.keyboard.press("Enter")
    expect_answer(page)
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert elsewhere == []


class HearsHallucination:
    """Stand-in: understands every utterance as the same question."""

    name = "stand-in"

    def transcribe(self, samples: NDArray[np.float32], *, hotwords: tuple[str, ...] = ()) -> Transcript:
        return Transcript("was ist eine halluzination", 0.9)


@pytest.fixture(scope="module")
def real_server() -> Iterator[str]:
    """The product's server with its voice activity detection, lessons and voice; recogniser and search stand in."""
    engines = replace(make_engines(), transcribers=Pool("transcriber", [HearsHallucination()]))
    model = SileroModel()
    with serving(create_app(Settings(), engines, lambda: SileroDetector(model))) as port:
        yield f"http://127.0.0.1:{port}/"


def tap(page: Page) -> None:
    page.locator("#talk").click()


def hold(page: Page) -> None:
    page.locator("#talk").hover()
    page.mouse.down()
    expect(page.locator("body")).to_have_attribute("data-phase", "listening")
    page.wait_for_timeout(2000)  # as long as the question takes to say
    page.mouse.up()


def example(page: Page) -> None:
    page.get_by_role("button", name="Mit Beispielstimme fragen").click()


def lesson(page: Page) -> None:
    page.get_by_role("button", name="Was ist eine Halluzination bei KI?").click()


@pytest.mark.parametrize("way", [tap, hold, example, lesson])
def test_every_way_of_asking_the_real_server(
    speaking_browser: Any, real_server: str, way: Callable[[Page], None]
) -> None:
    page = speaking_browser.new_page(permissions=["microphone"])
    page.goto(real_server)
    expect(page.locator("#starter")).to_be_visible()
    way(page)
    expect(page.locator("#heard")).to_have_text(re.compile("was ist eine halluzination", re.IGNORECASE), timeout=20_000)
    lesson_words = re.compile(f"^{re.escape(ANSWER[0])} {re.escape(ANSWER[1])}")
    expect(page.locator("#said")).to_have_text(lesson_words, timeout=40_000)
    expect(page.locator("#source")).to_have_text(SOURCE)
    expect(page.locator("body")).to_have_attribute("data-phase", "idle", timeout=40_000)
    expect(page.locator("#notice")).to_be_hidden()
    page.close()


def test_the_real_server_takes_an_interruption(speaking_browser: Any, real_server: str) -> None:
    page = speaking_browser.new_page(permissions=["microphone"])
    page.goto(real_server)
    lesson(page)
    expect(page.locator("#said")).to_have_text(re.compile("^KI rät"), timeout=20_000)
    page.get_by_label("Schreib deine Frage").fill("Kann ich glauben, was die KI sagt?")
    page.keyboard.press("Enter")
    expect(page.locator("#source")).to_contain_text("Drei Fragen", timeout=20_000)
    expect(page.locator("#said")).not_to_have_text(re.compile("^(KI rät.*)?$"), timeout=20_000)
    page.locator("#stop").click()
    expect(page.locator("body")).to_have_attribute("data-phase", "idle")
    expect(page.locator("#notice")).to_be_hidden()
    page.close()


def test_no_script_writes_markup() -> None:
    web = Path(__file__).resolve().parent.parent / "assistant" / "web"
    for script in web.rglob("*.js"):
        text = script.read_text("utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|localStorage|sessionStorage|indexedDB", text
        )
        assert len(text.splitlines()) < 200, script.name
