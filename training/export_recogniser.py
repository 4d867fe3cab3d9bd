"""Writes the trained recogniser to speech/starter/ in CTranslate2 format, int8, with its card.

python -m training.export_recogniser [--run runs/recogniser] [--out speech/starter]
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from training.acoustics import HOP, WINDOW_SECONDS
from training.noise import RATE
from training.recogniser import RUN
from training.recogniser_data import BATCH
from training.recogniser_model import DECODER_LAYERS, ENCODER_LAYERS, PIECES, WIDTH, Recogniser
from training.splits import ROOT

STARTER = ROOT / "speech" / "starter"
FEATURES = {"chunk_length": WINDOW_SECONDS, "feature_size": 80, "hop_length": HOP, "n_fft": 400, "sampling_rate": RATE}
CARD = """# Starter recogniser

A small German speech recogniser in CTranslate2 format that faster-whisper loads like any other model.

**For** trying, teaching and testing KI-Kumpel on a machine where nothing was downloaded: it understands espeak-ng's
synthetic voices asking about the lessons.
**Not for** people: it has never heard a person and does not understand one. Real voices need a profile with a larger
model, see `kumpel models list`.

| | |
|---|---|
| shape | Whisper: width {width}, {encoder} encoder and {decoder} decoder layers, {pieces} word pieces, int8 |
| parameters | {parameters:.1f} million |
| window | {window} s, {frames} feature frames a second |
| data | {utterances:,} utterances of espeak-ng speech; noise and rooms synthesised |
| text | written by this project, and words drawn by frequency (wordfreq) |
| voices | split once by a seed, `training/splits.json`; none of the test side was trained on |
| made by | `python -m training.recogniser --steps {steps}` (seed 1), then `python -m training.export_recogniser` |
| figures | `kumpel bench loop`; see `docs/measured.md` |
| output | lower-case words without punctuation |
| licence | CC BY 4.0 |
"""


def export(run: Path, out: Path) -> None:
    """Averaged weights -> Hugging Face folder -> CTranslate2 int8 -> `out`."""
    from ctranslate2.converters import TransformersConverter

    tokenizer = Tokenizer.from_file(str(run / "tokenizer.json"))
    state = torch.load(run / "checkpoint.pt", weights_only=True)
    model = Recogniser(tokenizer)
    averaged = {name.removeprefix("module."): w for name, w in state["average"].items() if name.startswith("module.")}
    model.load_state_dict(averaged)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "hf")
        model.whisper.save_pretrained(folder)
        end = "<|endoftext|>"
        PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
            tokenizer_object=tokenizer, bos_token=end, eos_token=end, unk_token=end
        ).save_pretrained(folder)
        (folder / "preprocessor_config.json").write_text(json.dumps(FEATURES))
        converted = Path(scratch, "ct2")
        TransformersConverter(str(folder), copy_files=["tokenizer.json", "preprocessor_config.json"]).convert(
            str(converted), quantization="int8"
        )
        out.mkdir(parents=True, exist_ok=True)
        for file in converted.iterdir():
            shutil.copy(file, out / file.name)
    card = CARD.format(
        width=WIDTH, encoder=ENCODER_LAYERS, decoder=DECODER_LAYERS, pieces=PIECES, steps=state["step"],
        window=WINDOW_SECONDS, frames=RATE // HOP, utterances=state["step"] * BATCH,
        parameters=sum(p.numel() for p in model.whisper.parameters()) / 1e6,
    )  # fmt: skip
    (out / "README.md").write_text(card, "utf-8")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=RUN)
    parser.add_argument("--out", type=Path, default=STARTER)
    given = parser.parse_args()
    export(given.run, given.out)
    size = sum(file.stat().st_size for file in given.out.iterdir())
    print(f"{given.out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
