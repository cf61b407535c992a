"""Every bound of Parley in one table, so that no input is read, kept or sent without one.

Sizes are characters or bytes, times seconds. Tests shorten the times; nothing else changes them.
"""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What Parley accepts and how long it waits."""

    prompt_chars: int = 4_000_000
    system_prompt_chars: int = 20_000
    setting_json_chars: int = 50_000
    """Of a JSON schema and of an extra body, each written without blanks."""
    setting_json_depth: int = 50
    stop_texts: int = 4
    stop_chars: int = 500
    preset_name_chars: int = 60
    attachment_bytes: int = 5 * MEGABYTE
    """Of one file, as it comes."""
    attachments: int = 10
    """With one message."""
    image_pixels: int = 50_000_000
    """Of an image as it comes, told before it is decoded; the cameras of most phones stay below."""
    image_side_px: int = 2_000
    """Of an image as it is sent. OpenAI makes larger ones smaller itself, Anthropic may refuse them."""
    image_sent_bytes: int = 1_500_000
    """Two megabytes as a data URL; the bound of some services is 4 or 5."""
    pdf_pages: int = 1_000
    pdf_read_s: float = 20.0
    """A page may hold a drawing that never ends: whoever reads a PDF is stopped then."""
    import_bytes: int = 500 * MEGABYTE
    import_messages: int = 200_000
    """In one file, all conversations together."""
    import_depth: int = 20
    """Of the JSON; trees of messages are written flat."""
    import_values: int = 5_000_000
    """Of the JSON of one conversation: what is read before it is judged."""
    import_name_chars: int = 300
    """Of a title, a model, an endpoint, a file."""
    reply_chars: int = 4_000_000
    reply_bytes: int = 32 * MEGABYTE
    model_list_bytes: int = 8 * MEGABYTE
    connect_s: float = 5.0
    silence_s: float = 60.0
    """Without a byte for this long, an endpoint counts as silent."""
    whole_reply_s: float = 600.0
    model_list_s: float = 10.0
    checked_reply_chars: int = 200_000
    """A longer reply is not held against a JSON schema."""
    reply_check_s: float = 2.0
    """A schema may hold a pattern that never ends: whoever checks a reply against it is stopped then."""
    retry_attempts: int = 3
    """How often a 429 or 503 is tried again at most."""
    retry_wait_s: float = 30.0
    """A longer `Retry-After` is shown, not waited for."""
    retry_total_s: float = 60.0
    retry_default_s: float = 2.0
    """Waited, doubled each time, when the endpoint does not say how long."""
    requests_at_once: int = 8
    """Per endpoint; lowered when a 429 says that it is too many."""
    checkpoint_s: float = 1.0
    catalog_fresh_s: float = 300.0
    catalog_failed_s: float = 10.0
    """A list that could not be fetched is asked for again after this: the server may be well by then."""
    catalog_entries: int = 64


LIMITS = Limits()
