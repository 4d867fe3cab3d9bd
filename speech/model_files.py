"""Checks of a model's files before a library opens them, so that a bad download gets one clear sentence."""

from __future__ import annotations

from pathlib import Path


class ModelError(Exception):
    """A model that is not there, not whole or not a model; the message is one sentence."""


def check_file(path: Path, what: str) -> None:
    """Raises ModelError when `path` is missing, empty or something else than a model (a web page, an LFS pointer)."""
    if not path.is_file():
        raise ModelError(f"{what} is missing: there is no file {path}.")
    with path.open("rb") as file:
        head = file.read(256).lstrip()
    if not head:
        raise ModelError(f"{what} is empty: {path}.")
    if head.lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise ModelError(f"{what} is a web page and not a model: {path}; the download went wrong.")
    if head.startswith(b"version https://git-lfs"):
        raise ModelError(f"{what} is only a pointer of Git LFS: {path}; run `git lfs pull`.")
