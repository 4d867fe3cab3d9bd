"""What was said in one conversation: items in order, and how much of each answer was heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from assistant.errors import BadInput

WIRE_RATE = 24000
"""Hertz of all sample counts in a session."""
ITEM_LIMIT = 500

Role = Literal["user", "assistant", "system"]
Status = Literal["in_progress", "completed", "incomplete"]
Modality = Literal["audio", "text"]


def milliseconds(samples: int) -> int:
    """Samples at `WIRE_RATE` in whole milliseconds."""
    return samples * 1000 // WIRE_RATE


@dataclass
class Item:
    """One message."""

    id: str
    role: Role
    modality: Modality
    text: str | None = None
    """None: speech whose transcript is not known, or was refused."""
    status: Status = "completed"
    answered: bool = False
    """A user's item: an answer to it was heard, given up or not wanted."""
    confidence: float | None = None
    clauses: list[tuple[str, int]] = field(default_factory=list)
    """An assistant's item: each clause as written, and how many of its samples were sent."""
    heard_samples: int | None = None
    """An assistant's item that was cut: how many of its samples were played."""

    def say(self, text: str) -> None:
        """Adds a clause."""
        self.clauses.append((text, 0))
        if self.heard_samples is None:
            self.text = " ".join(clause for clause, _ in self.clauses)

    def sound(self, samples: int) -> None:
        """Adds `samples` to the last clause."""
        text, sent = self.clauses[-1]
        self.clauses[-1] = (text, sent + samples)

    @property
    def sent_samples(self) -> int:
        """Samples of sound that were sent."""
        return sum(samples for _, samples in self.clauses)

    def cut(self, heard_samples: int) -> None:
        """Keeps what was heard: up to the last whole word within `heard_samples`. May be called again, either way."""
        self.heard_samples = heard_samples
        words: list[str] = []
        left = heard_samples
        for clause, samples in self.clauses:
            if left < samples:
                # Within a clause, words are taken to last as long as they are written.
                words += _whole_words(clause, len(clause) * left // samples)
                break
            words += clause.split()
            left -= samples
        self.text = " ".join(words)

    def wire(self) -> dict[str, object]:
        """The item as the protocol shows it, without sound."""
        return {
            "id": self.id, "object": "realtime.item", "type": "message", "status": self.status, "role": self.role,
            "content": [] if self.status == "in_progress" else [self.content()],
        }  # fmt: skip

    def content(self) -> dict[str, object]:
        """The item's one content part."""
        direction = "output" if self.role == "assistant" else "input"
        if self.modality == "audio":
            return {"type": f"{direction}_audio", "transcript": self.text}
        return {"type": f"{direction}_text", "text": self.text or ""}


def _whole_words(clause: str, length: int) -> list[str]:
    """The words of `clause` that end within its first `length` characters."""
    words, end = [], 0
    for word in clause.split():
        end = clause.index(word, end) + len(word)
        if end > length:
            break
        words.append(word)
    return words


class Conversation:
    """Items in order. Raises BadInput for ids that are not, or already, there."""

    def __init__(self) -> None:
        self._items: list[Item] = []

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __contains__(self, item_id: str) -> bool:
        return any(item.id == item_id for item in self._items)

    def __getitem__(self, item_id: str) -> Item:
        return self._items[self._index(item_id, "item_id")]

    def add(self, item: Item, after: str | None = None) -> str | None:
        """Adds `item` at the end, after the item `after`, or first ("root"); returns the id before it.

        A full conversation forgets its oldest item.
        """
        if item.id in self:
            raise BadInput(f"the conversation has an item {item.id!r} already", code="item_exists", param="item.id")
        position = len(self._items)
        if after == "root":
            position = 0
        elif after is not None:
            position = self._index(after, "previous_item_id") + 1
        if len(self._items) >= ITEM_LIMIT:  # a tablet's session may last all day; nobody asks for its first words
            del self._items[0]
            position = max(0, position - 1)
        self._items.insert(position, item)
        return self._items[position - 1].id if position else None

    def remove(self, item_id: str) -> Item:
        """Takes an item out."""
        return self._items.pop(self._index(item_id, "item_id"))

    def before(self, item_id: str) -> str | None:
        """The id of the item before `item_id`."""
        position = self._index(item_id, "item_id")
        return self._items[position - 1].id if position else None

    def open_questions(self) -> list[Item]:
        """The user's items with words that were not answered yet; else the last one with words, to be said again."""
        asked = [item for item in self._items if item.role == "user" and item.text]
        return [item for item in asked if not item.answered] or asked[-1:]

    def _index(self, item_id: str, param: str) -> int:
        for position, item in enumerate(self._items):
            if item.id == item_id:
                return position
        raise BadInput(f"the conversation has no item {item_id!r}", code="item_not_found", param=param)
