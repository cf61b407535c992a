"""The `Store`: conversations, messages, the ledger, choices and notes about models of each owner.

Every method names the owner, and sees and changes nothing of another. A method is one transaction:
all of it or nothing. No API key is ever written here.
"""

from __future__ import annotations

from parley.store.budgets import Budgets
from parley.store.choices import Choices
from parley.store.conversations import Conversations
from parley.store.ledger import Ledger
from parley.store.messages import Messages
from parley.store.models import ModelNotes
from parley.store.records import Records
from parley.store.spending import Spending


class Store(Conversations, Messages, Ledger, Choices, Records, ModelNotes, Spending, Budgets):
    """Safe to share between threads: each call takes a connection of its own from the pool."""
