"""What a projection is made from: told in words, and each number under a name of its own."""

from __future__ import annotations

from components.projection_inputs import AUDIENCE, FIGURES, REAL, TURNS, real_words
from parley.conversation_shape import shape_of
from tests.parley.calls import entry, usage


def test_what_a_real_shape_rests_on_is_told() -> None:
    real = shape_of([entry(usage(100, 10, 0)), entry(usage(200, 10, 0)), entry()])
    assert real is not None

    same, longer = (real_words(real, real.shape.resized(turns)) for turns in (2, 5))

    assert same == (
        "Taken from 2 turns as shown in Chat, with the tokens reported; 1 call left out. "
        "Tokens as own counted them; those of another model by its tokens per character "
        "where they were seen, else the same."
    )
    assert "the average one for the 3 after them" in longer


def test_every_number_has_a_name_of_its_own() -> None:
    names = [*AUDIENCE, *FIGURES, *TURNS, "of", "order", "figures"]

    assert REAL.keys() == TURNS.keys()
    assert len(set(names)) == len(names)
