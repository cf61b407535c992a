"""Export and import of conversations: our own JSON, OpenAI messages, Markdown; ChatGPT's and Open WebUI's files."""

from __future__ import annotations

from parley.transfer.imported import Imported
from parley.transfer.markdown import export_markdown
from parley.transfer.naming import file_name
from parley.transfer.openai_messages import export_openai_messages
from parley.transfer.own_export import export_json
from parley.transfer.reading import read_import

__all__ = [
    "Imported",
    "export_json",
    "export_markdown",
    "export_openai_messages",
    "file_name",
    "read_import",
]
