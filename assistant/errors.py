"""Everything that can go wrong, each with a code for machines and a sentence for people.

KumpelError
├── BadInput            the caller's fault; `param` names the field
│   ├── BadAudio        not a WAV, no samples, a format that cannot be read
│   └── BadLesson       a lesson file with a missing or wrong field
├── NotUnderstood       the recogniser or the gate refused the utterance
├── Busy                every engine is taken and the queue is full
├── ModelMissing        a model folder is empty, cut short or not a model
├── SettingsError       kumpel.toml or the environment holds what cannot be used
└── Unavailable         a part is not installed or the port is taken

Raised anywhere below the edge; converted at the edge once: into an `error` event on the socket, an OpenAI-style
body over HTTP, one line and a non-zero exit on the command line. `spoken` is German, for the learner;
the message is English, for the log and the developer, except where a command line user reads it.
"""

from __future__ import annotations


class KumpelError(Exception):
    """Root of the tree."""

    code = "internal_error"
    type = "server_error"
    status = 500
    spoken = "Da ist etwas schiefgegangen. Bitte versuch es noch einmal."

    def __init__(self, message: str, *, code: str | None = None, param: str | None = None, spoken: str | None = None):
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code or type(self).code
        self.spoken = spoken or type(self).spoken


class BadInput(KumpelError):
    """The caller's fault."""

    code, type, status = "invalid_value", "invalid_request_error", 400


class BadAudio(BadInput):
    """Sound that cannot be read."""

    code = "invalid_audio"
    spoken = "Diese Aufnahme kann ich nicht lesen."


class BadLesson(BadInput):
    """A lesson file that cannot be used."""

    code = "invalid_lesson"
    spoken = "Diese Lektion ist nicht vollständig."


class NotUnderstood(KumpelError):
    """Speech that was heard but not understood with confidence."""

    code, type, status = "not_understood", "invalid_request_error", 422
    spoken = "Ich habe dich nicht verstanden. Sprich bitte näher ans Tablet."


class Busy(KumpelError):
    """All places are taken."""

    code, type, status = "busy", "rate_limit_error", 503
    spoken = "Gerade sprechen viele mit mir. Bitte warte einen Moment."


class ModelMissing(KumpelError):
    """A model that is not there or not whole."""

    code = "model_missing"
    spoken = "Mir fehlt ein Sprachmodell. Bitte sag deinem Betreuer Bescheid."


class SettingsError(KumpelError):
    """A setting that nobody knows, of the wrong kind or out of range."""

    code = "invalid_settings"


class Unavailable(KumpelError):
    """A part that is not installed or a port that is taken."""

    code, status = "unavailable", 503
