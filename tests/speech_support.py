"""Sound and tiny real models for the tests of `speech`: made here, run by the real libraries."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from speech.audio import resample
from speech.espeak import ESPEAK_RATE, EspeakLibrary

RATE = 16000
Samples = NDArray[np.float32]


def speech(text: str, voice: str = "de", rate: int = 150) -> Samples:
    """`text` spoken by espeak-ng, at 16 kHz."""
    said = EspeakLibrary.get().say(text, voice, rate).samples
    return resample(said.astype(np.float32) / 32768, ESPEAK_RATE, RATE)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def tone(seconds: float, rate: int = RATE, hertz: float = 440.0, level: float = 0.5) -> Samples:
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def wav(sound: bytes, *, tag: int = 1, channels: int = 1, rate: int = RATE, bits: int = 16) -> bytes:
    """A WAV file around raw samples; tag 1 is PCM, 3 float, 0xFFFE extensible (PCM within)."""
    layout = struct.pack("<HHIIHH", tag, channels, rate, rate * channels * bits // 8, channels * bits // 8, bits)
    if tag == 0xFFFE:
        layout += struct.pack("<HHIH14s", 22, bits, 0, 1, b"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71")
    body = b"WAVE" + _chunk(b"fmt ", layout) + _chunk(b"LIST", b"odd") + _chunk(b"data", sound)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


TINY_WINDOW_SECONDS, TINY_HOP = 2, 320


def tiny_whisper(folder: Path, workshop: Path) -> Path:
    """A Whisper of one layer with random weights, a window of two seconds and a vocabulary of bytes, for CTranslate2.

    What it hears is nonsense; that it loads, fits its window and decodes is what the tests are about.
    """
    import torch
    from ctranslate2.converters import TransformersConverter
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, WhisperConfig, WhisperForConditionalGeneration

    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(["guten tag"], trainers.BpeTrainer(vocab_size=256, initial_alphabet=alphabet))
    names = ["<|endoftext|>", "<|startoftranscript|>", "<|translate|>", "<|transcribe|>", "<|startoflm|>"]
    names += ["<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    names += [f"<|{i * 0.02:.2f}|>" for i in range(TINY_WINDOW_SECONDS * 50 + 1)]
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in names])
    end = tokenizer.token_to_id("<|endoftext|>")
    torch.manual_seed(3)
    model = WhisperForConditionalGeneration(
        WhisperConfig(
            vocab_size=tokenizer.get_vocab_size(), num_mel_bins=80, d_model=32, encoder_layers=1, decoder_layers=1,
            encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64,
            max_source_positions=TINY_WINDOW_SECONDS * RATE // TINY_HOP // 2, max_target_positions=128,
            pad_token_id=end, bos_token_id=end, eos_token_id=end,
            decoder_start_token_id=tokenizer.token_to_id("<|startoftranscript|>"),
            suppress_tokens=[], begin_suppress_tokens=[end],
        )
    )  # fmt: skip
    model.save_pretrained(workshop)
    marks = dict.fromkeys(("bos_token", "eos_token", "unk_token"), "<|endoftext|>")
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **marks).save_pretrained(workshop)
    window = {"chunk_length": TINY_WINDOW_SECONDS, "hop_length": TINY_HOP, "feature_size": 80, "n_fft": 400}
    (workshop / "preprocessor_config.json").write_text(json.dumps(window | {"sampling_rate": RATE}))
    files = ["tokenizer.json", "preprocessor_config.json"]
    TransformersConverter(str(workshop), copy_files=files).convert(str(folder), quantization="int8", force=True)
    return folder


TINY_PIPER_RATE, TINY_PIPER_SAMPLES = 16000, 400


def tiny_piper(folder: Path) -> Path:
    """A Piper voice whose network makes a tone of 400 samples a phoneme, longer as `length_scale` grows."""
    import onnx
    from onnx import TensorProto, helper
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    def constant(name: str, kind: int, values: list[float]) -> onnx.TensorProto:
        return helper.make_tensor(name, kind, [len(values)], values)

    nodes = [
        helper.make_node("Gather", ["scales", "one_index"], ["length_scale"]),
        helper.make_node("Cast", ["input_lengths"], ["phonemes"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["phonemes", "each"], ["usual"]),
        helper.make_node("Mul", ["usual", "length_scale"], ["count"]),
        helper.make_node("Squeeze", ["count"], ["limit"]),
        helper.make_node("Range", ["zero", "limit", "step"], ["time"]),
        helper.make_node("Mul", ["time", "radians"], ["phase"]),
        helper.make_node("Sin", ["phase"], ["wave"]),
        helper.make_node("Mul", ["wave", "loudness"], ["sound"]),
        helper.make_node("Unsqueeze", ["sound", "axes"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tone",
        [
            helper.make_tensor_value_info("input", TensorProto.INT64, [1, None]),
            helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
            helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, None])],
        [
            constant("one_index", TensorProto.INT64, [1]),
            constant("each", TensorProto.FLOAT, [TINY_PIPER_SAMPLES]),
            helper.make_tensor("zero", TensorProto.FLOAT, [], [0.0]),
            helper.make_tensor("step", TensorProto.FLOAT, [], [1.0]),
            constant("radians", TensorProto.FLOAT, [0.2]),
            constant("loudness", TensorProto.FLOAT, [0.3]),
            constant("axes", TensorProto.INT64, [0, 1]),
        ],
    )
    path = folder / "de_DE-tiny.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    config = {
        "audio": {"sample_rate": TINY_PIPER_RATE},
        "espeak": {"voice": "de"},
        "num_symbols": 256,
        "num_speakers": 1,
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "inference": {"length_scale": 1.0},
    }
    Path(f"{path}.json").write_text(json.dumps(config))
    return path
