"""What a reader must know of the database: that it was set aside, or that nothing is kept beyond the end."""

from __future__ import annotations

from components import notices
from components.services import Services


def show(services: Services) -> None:
    """Draw it on the page for settings."""
    if services.store.recovered is not None:
        notices.show(services.store.recovered, key="store-notice")
    show_end(services)


def show_end(services: Services) -> None:
    """Draw on any page that what is written now is kept only until Parley ends."""
    if services.store.lasts_until_the_end is not None:
        notices.show(services.store.lasts_until_the_end, key="store-ends-notice")
