"""Typed access to the fields of a lesson's head; what is missing, wrong or left over is named."""

from __future__ import annotations

from datetime import date
from typing import Any


class FieldError(Exception):
    """One field and, in German, what is wrong with it."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"'{field}' {problem}")
        self.field = field
        self.problem = problem


class Fields:
    """The fields of one YAML mapping. Each method takes a field, checks its type and raises FieldError."""

    def __init__(self, values: object, where: str = "") -> None:
        if not isinstance(values, dict):
            raise FieldError(where or "Kopf", "muss aus Feldern bestehen, zum Beispiel title: KI erfindet Dinge")
        self._values = values
        self._where = where
        self._taken: set[object] = set()

    def path(self, field: str) -> str:
        """The field's full name, such as "checks[2].answer"; lists are counted from 1."""
        return f"{self._where}.{field}" if self._where else field

    def has(self, field: str) -> bool:
        """Whether the field is there."""
        return field in self._values

    def text(self, field: str) -> str:
        """A text that is not empty."""
        value = self._take(field)
        if not isinstance(value, str) or not value.strip():
            raise FieldError(self.path(field), "muss ein Text sein")
        return value.strip()

    def text_or_none(self, field: str) -> str | None:
        """A text, or None for null."""
        return None if self._take(field) is None else self.text(field)

    def texts(self, field: str, least: int = 0, among: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts, at least `least`, each one of `among` if that is given."""
        values = self._list(field, least)
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise FieldError(self.path(field), "muss eine Liste von Texten sein")
        for value in values:
            if among and value not in among:
                raise FieldError(self.path(field), f"kennt nur: {', '.join(among)}")
        return tuple(value.strip() for value in values)

    def choice(self, field: str, among: tuple[str, ...]) -> Any:
        """One of the texts `among`."""
        value = self._take(field)
        if value not in among:
            raise FieldError(self.path(field), f"kennt nur: {', '.join(among)}")
        return value

    def flag(self, field: str) -> bool:
        """true or false."""
        value = self._take(field)
        if not isinstance(value, bool):
            raise FieldError(self.path(field), "muss true oder false sein")
        return value

    def number(self, field: str, least: int) -> int:
        """A whole number from `least` on."""
        value = self._take(field)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise FieldError(self.path(field), f"muss eine ganze Zahl ab {least} sein")
        return value

    def day(self, field: str) -> date:
        """A date."""
        value = self._take(field)
        if type(value) is not date:  # a datetime is a date too, but no day
            raise FieldError(self.path(field), "muss ein Datum sein, zum Beispiel 2027-05-31")
        return value

    def day_or_none(self, field: str) -> date | None:
        """A date, or None for null."""
        return None if self._take(field) is None else self.day(field)

    def mapping(self, field: str, keys: tuple[str, ...]) -> dict[str, str]:
        """Texts by key; only `keys` are allowed."""
        value = self._take(field)
        if not isinstance(value, dict) or not all(isinstance(text, str) and text for text in value.values()):
            raise FieldError(self.path(field), "muss aus Kürzel und Text bestehen, zum Beispiel {en: word}")
        for key in value:
            if key not in keys:
                raise FieldError(self.path(field), f"kennt nur: {', '.join(keys)}")
        return dict(value)

    def items(self, field: str, least: int = 0) -> list[Fields]:
        """A list of mappings, at least `least`."""
        values = self._list(field, least)
        return [Fields(value, f"{self.path(field)}[{i}]") for i, value in enumerate(values, 1)]

    def finish(self) -> None:
        """Refuses what nobody asked for: a misspelt field would otherwise be lost silently."""
        for field in self._values:
            if field not in self._taken:
                raise FieldError(self.path(str(field)), "kenne ich nicht")

    def _take(self, field: str) -> Any:
        if field not in self._values:
            raise FieldError(self.path(field), "fehlt")
        self._taken.add(field)
        return self._values[field]

    def _list(self, field: str, least: int) -> list[Any]:
        value = self._take(field)
        if not isinstance(value, list):
            raise FieldError(self.path(field), "muss eine Liste sein")
        if len(value) < least:
            raise FieldError(self.path(field), f"braucht mindestens {least} Einträge, hat aber {len(value)}")
        return value
