"""Where conversations and the ledger are kept: an SQLite file, or a database of PostgreSQL.

Only what is named here is used from outside.
The only place that knows SQLAlchemy and Alembic.
It never holds an API key, and a ledger row is never changed.
"""

from parley.store.choices import SavedEndpoint
from parley.store.ledger_rows import CallUsage
from parley.store.messages import Deleted
from parley.store.models import Snapshot, SnapshotHead
from parley.store.store import Store

__all__ = [
    "CallUsage",
    "Deleted",
    "SavedEndpoint",
    "Snapshot",
    "SnapshotHead",
    "Store",
]
