"""The mark that a process uses a PostgreSQL database: an advisory lock that lasts as long as a connection.

Every open store shares it; the first one holds it alone for as long as it opens, as `sqlite_files.InUse` does. The
server lets go of it however a process ends.
"""

from __future__ import annotations

import threading
import time

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

CHECKED_EVERY_S = 10.0

_TRY_ALONE = text("SELECT pg_try_advisory_lock(1885434476, 2)")
_SHARE = text("SELECT pg_advisory_lock_shared(1885434476, 2)")
_NOT_ALONE = text("SELECT pg_advisory_unlock(1885434476, 2)")
_IS_THERE = text("SELECT 1")
# From the list of settings: older servers do not know all of them.
_NO_LIMITS = text(
    "SELECT set_config(name, '0', false) FROM pg_settings"
    " WHERE name IN ('lock_timeout', 'statement_timeout', 'idle_session_timeout')"
)


class Presence:
    """Held on a connection of its own, which lasts as long as the store is open."""

    def __init__(self, engine: Engine) -> None:
        """`engine` has no pool."""
        self._engine = engine
        self._guard = threading.Lock()
        self._checked = 0.0
        self._connection = self._connected()
        self.alone = bool(self._connection.scalar(_TRY_ALONE))
        if not self.alone:
            # Waits while another process opens and migrates.
            self._connection.execute(_SHARE)

    def share(self) -> None:
        """The lock for many is taken before that for one is let go: nobody comes in between."""
        self._connection.execute(_SHARE)
        self._connection.execute(_NOT_ALONE)

    def renew(self) -> None:
        """Look now and then whether the connection still lives; if not, take the lock on a new one.

        Without it another process would take itself for the only one, and a running reply for interrupted.
        """
        with self._guard:
            if time.monotonic() - self._checked < CHECKED_EVERY_S:
                return
            try:
                self._connection.execute(_IS_THERE)
                self._checked = time.monotonic()
            except DBAPIError:
                self._connection.close()
                self._connection = self._connected()
                self._connection.execute(_SHARE)

    def close(self) -> None:
        self._connection.close()

    def _connected(self) -> Connection:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(_NO_LIMITS)
        self._checked = time.monotonic()
        return connection
