"""How old the service's public catalog is, or why there is none, in words. Pure; plain text, not Markdown."""

from __future__ import annotations

from datetime import date, datetime

from parley.catalog.service_fetch import CatalogState


def age(state: CatalogState, now: datetime, *, newest_bundled: date | None) -> str:
    """Which facts are used, and from when: those of the catalog, else those that come with Parley."""
    if state.fetched_at is None:
        dated = f", the newest of {newest_bundled.isoformat()}" if newest_bundled else ""
        return f"catalog of {state.host} {_why_missing(state)}; facts come with Parley{dated}"
    words = [f"catalog of {state.host} fetched {ago((now - state.fetched_at).total_seconds())}"]
    if state.is_off:
        words.append("fetching is switched off")
    elif state.trouble:
        words.append(f"it {state.trouble} since")
    if state.unreadable:
        entries = "entry" if state.unreadable == 1 else "entries"
        words.append(f"{state.unreadable:,} {entries} could not be read")
    return ", ".join(words)


def _why_missing(state: CatalogState) -> str:
    if state.is_off:
        return "is switched off"
    if state.is_fetching:
        return "is being fetched"
    return state.trouble or "was not fetched yet"


def ago(seconds: float) -> str:
    """
    >>> ago(59), ago(179), ago(3 * 3600), ago(50 * 3600)
    ('just now', '2 min ago', '3 h ago', '2 days ago')
    """
    minutes = int(seconds // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    hours = minutes // 60
    return f"{hours} h ago" if hours < 48 else f"{hours // 24:,} days ago"
