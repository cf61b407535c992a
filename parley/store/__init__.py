"""Where conversations and the ledger are kept: one SQLite file, of which only `Store` is used from outside.

The only place that knows SQLAlchemy and Alembic. It never holds an API key, and a ledger row is never changed.
"""

from parley.store.choices import SavedEndpoint
from parley.store.ledger_rows import CallUsage
from parley.store.store import Store

__all__ = ["CallUsage", "SavedEndpoint", "Store"]
