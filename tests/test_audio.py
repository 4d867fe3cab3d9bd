"""WAV files of every kind come in as mono floats; what is none gets one clear sentence."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.audio import (
    AudioError,
    SampleClock,
    StreamResampler,
    float_to_pcm16,
    pcm16_to_float,
    read_wav,
    resample,
    write_wav,
)
from tests.speech_support import tone, wav

RAMP = np.array([-1.0, -0.5, 0.0, 0.25, 0.75], np.float64)


def pcm24(numbers: np.ndarray) -> bytes:
    return b"".join(int(n).to_bytes(3, "little", signed=True) for n in numbers)


ENCODED = {
    "8 bits": (1, 8, (RAMP * 128 + 128).astype(np.uint8).tobytes()),
    "16 bits": (1, 16, (RAMP * 2**15).astype("<i2").tobytes()),
    "24 bits": (1, 24, pcm24(RAMP * 2**23)),
    "32 bits": (1, 32, (RAMP * 2**31).astype("<i4").tobytes()),
    "float": (3, 32, RAMP.astype("<f4").tobytes()),
    "double": (3, 64, RAMP.astype("<f8").tobytes()),
    "extensible": (0xFFFE, 24, pcm24(RAMP * 2**23)),
}


@pytest.mark.parametrize("kind", ENCODED)
def test_every_kind_of_wav_gives_the_same_samples(kind: str) -> None:
    tag, bits, sound = ENCODED[kind]
    samples, rate = read_wav(wav(sound, tag=tag, bits=bits, rate=8000))
    assert rate == 8000
    assert samples.dtype == np.float32
    np.testing.assert_allclose(samples, RAMP, atol=1e-6)


def test_stereo_is_mixed_down() -> None:
    both = np.column_stack([np.full(4, 8192), np.full(4, -16384)]).astype("<i2")
    samples, _ = read_wav(wav(both.tobytes(), channels=2))
    np.testing.assert_allclose(samples, np.full(4, -0.125))


def test_what_is_written_can_be_read() -> None:
    sound = float_to_pcm16(tone(0.1, rate=22050))
    samples, rate = read_wav(write_wav(sound, 22050))
    assert rate == 22050
    np.testing.assert_array_equal(float_to_pcm16(samples), sound)


def test_broken_floats_become_silence_or_full_scale() -> None:
    sound = np.array([np.nan, np.inf, -np.inf, 7.0, 0.5], "<f4")
    samples, _ = read_wav(wav(sound.tobytes(), tag=3, bits=32))
    np.testing.assert_array_equal(samples, [0, 1, -1, 1, 0.5])


def test_a_stream_that_did_not_know_its_length_is_read_to_the_end() -> None:
    whole = wav(np.arange(100, dtype="<i2").tobytes())
    at = whole.index(b"data") + 4
    unknown = whole[:at] + struct.pack("<I", 0xFFFFFFFF) + whole[at + 4 :]
    assert len(read_wav(unknown)[0]) == 100
    assert len(read_wav(whole[:-41])[0]) == 79  # cut off in mid-sample


SECOND = np.zeros(16000, "<i2").tobytes()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"RIFF", "cut short"),
        (wav(SECOND)[:30], "cut short"),
        (b"<!DOCTYPE html><html>" * 9, "not a WAV"),
        (b"ID3\x04 and some mp3" * 9, "not a WAV"),
        (wav(b""), "no samples"),
        (wav(b"\0"), "no samples"),
        (wav(b"\0" * 8, bits=12), "format 1, 12 bits"),
        (wav(b"\0" * 8, tag=6, bits=8), "format 6"),
        (wav(b"\0" * 8, rate=1000), "1000 Hz"),
        (wav(b"\0" * 8, channels=0), "0 channels"),
        (wav(SECOND * 301), "301 seconds"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(AudioError, match=says):
        read_wav(data)


def test_an_hour_is_refused_by_its_header_before_it_is_decoded() -> None:
    hour = wav(b"\0" * (3600 * 8000), rate=8000, bits=8)
    with pytest.raises(AudioError, match="3600 seconds, at most 60"):
        read_wav(hour, max_seconds=60)


@given(st.binary(max_size=200), st.integers(0, 60))
def test_no_bytes_break_the_reader(noise: bytes, at: int) -> None:
    whole = wav(np.arange(20, dtype="<i2").tobytes())
    for data in (noise, whole[:at] + noise + whole[at + len(noise) :]):
        try:
            samples, rate = read_wav(data)
        except AudioError:
            continue
        assert len(samples)
        assert np.isfinite(samples).all()
        assert 4000 <= rate <= 192000


def test_pcm_goes_to_floats_and_back() -> None:
    numbers = np.array([-32768, -1, 0, 1, 32767], "<i2")
    np.testing.assert_array_equal(float_to_pcm16(pcm16_to_float(numbers.tobytes())), numbers)
    loud = np.array([2.0, -2.0, np.nan], np.float32)
    np.testing.assert_array_equal(float_to_pcm16(loud), [32767, -32768, 0])
    with pytest.raises(AudioError, match="even number"):
        pcm16_to_float(b"\0\0\0")


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=12))
def test_a_stream_resampled_in_pieces_equals_the_whole(sizes: list[int]) -> None:
    whole = tone(sum(sizes) / 24000, rate=24000)
    stream, pieces, at = StreamResampler(24000, 16000), [], 0
    for size in sizes:
        pieces.append(stream.process(whole[at : at + size]))
        at += size
    pieces.append(stream.flush())
    together = np.concatenate(pieces)
    expected = resample(whole, 24000, 16000)
    assert abs(len(together) - len(expected)) <= 1
    shared = min(len(together), len(expected))
    np.testing.assert_allclose(together[:shared], expected[:shared], atol=2e-3)


def test_after_a_flush_the_resampler_begins_anew() -> None:
    stream, sound = StreamResampler(22050, 24000), tone(0.2, rate=22050)
    first, second = (np.concatenate([stream.process(sound), stream.flush()]) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_the_same_rate_passes_through() -> None:
    stream, sound = StreamResampler(16000, 16000), tone(0.1)
    np.testing.assert_array_equal(stream.process(sound), sound)
    assert len(stream.flush()) == 0
    np.testing.assert_array_equal(resample(sound, 16000, 16000), sound)


def test_the_clock_counts_samples() -> None:
    clock = SampleClock(24000)
    for _ in range(3):
        clock.advance(12012)
    assert clock.samples == 36036
    assert clock.milliseconds == 1501
    assert clock.seconds == pytest.approx(1.5015)
