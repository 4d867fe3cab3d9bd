"""Items in order, and how much of an answer was heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import ITEM_LIMIT, Conversation, Item
from assistant.errors import BadInput


def test_items_go_where_the_client_wants_them() -> None:
    conversation = Conversation()
    assert conversation.add(Item("b", "user", "text", "b")) is None
    assert conversation.add(Item("d", "user", "text", "d")) == "b"
    assert conversation.add(Item("c", "user", "text", "c"), "b") == "b"
    assert conversation.add(Item("a", "user", "text", "a"), "root") is None
    assert [item.id for item in conversation] == ["a", "b", "c", "d"]
    with pytest.raises(BadInput) as twice:
        conversation.add(Item("a", "user", "text", "a"))
    assert twice.value.code == "item_exists"
    with pytest.raises(BadInput) as unknown:
        conversation.add(Item("e", "user", "text", "e"), "x")
    assert (unknown.value.code, unknown.value.param) == ("item_not_found", "previous_item_id")


def test_a_session_that_lasts_all_day_forgets_its_first_words() -> None:
    conversation = Conversation()
    for number in range(ITEM_LIMIT + 3):
        previous = conversation.add(Item(f"item_{number}", "user", "text", "?"))
    assert previous == f"item_{ITEM_LIMIT + 1}"
    assert len(list(conversation)) == ITEM_LIMIT
    assert "item_2" not in conversation
    assert "item_3" in conversation


@given(
    clauses=st.lists(st.tuples(st.text("ab ", min_size=1, max_size=12), st.integers(0, 5000)), min_size=1, max_size=5),
    heard=st.lists(st.integers(0, 30000), min_size=2, max_size=2),
)
def test_what_was_heard_is_a_beginning_and_grows_with_time(clauses: list[tuple[str, int]], heard: list[int]) -> None:
    item = Item("item", "assistant", "audio")
    for text, samples in clauses:
        item.say(text)
        item.sound(samples)
    whole = " ".join((item.text or "").split())
    item.cut(min(heard))
    less = item.text or ""
    item.cut(max(heard))
    more = item.text or ""
    assert more.startswith(less)
    assert whole.startswith(more)
    item.cut(item.sent_samples)
    assert item.text == whole, "all of it was played"
