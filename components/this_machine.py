"""What is said of the model on this machine: the packaged one is a toy, one of the reader's own need not be."""

from __future__ import annotations

from components.services import Services

PACKAGED = "A very small model that shows how the app works"
OWN = "The model of PARLEY_LOCAL_MODEL, run by Parley"


def words(services: Services) -> str:
    """The beginning of a sentence: which model it is."""
    return PACKAGED if services.settings.weights is None else OWN


def hint(services: Services) -> str:
    """What to do for better answers; nothing to say of a model that the reader chose."""
    return "; add a key in Settings for real answers" if services.settings.weights is None else ""
