"""A sum of the ledger to put into words, with as much doubt as is asked for."""

from __future__ import annotations

from decimal import Decimal

from parley.spending import CacheUse, Spent, TokenSum, WhereTokensWent

SURE = TokenSum(1200, 5, 0, 0)
NO_TOKENS = TokenSum(None, 0, 0, 0)


def spent(
    amount: str | None = "0.1234567",
    priced: int = 5,
    *,
    tokens: TokenSum = SURE,
    at_most: str | None = None,
    **doubts: int,
) -> Spent:
    """`doubts`: how many calls more are of that kind."""
    parts = {
        name: doubts.get(name, 0)
        for name in ("unfinished", "unused", "free", "estimated", "partial", "unpriced")
    }
    return Spent(
        calls=priced + sum(parts.values()),
        priced=priced,
        unbounded=0,
        amount=None if amount is None else Decimal(amount),
        at_most=None if at_most is None else Decimal(at_most),
        input=tokens,
        output=tokens,
        **parts,
    )


def went(*tokens: int) -> WhereTokensWent:
    """System, history, attachments, new, not placed, reasoning, answer, not divided; 0 where nothing is said."""
    return WhereTokensWent(*(*tokens, *[0] * (8 - len(tokens))))


def cache(
    said: int = 0,
    hits: int = 0,
    cached: int = 0,
    of: int = 0,
    saved: str | None = None,
    unvalued: int = 0,
) -> CacheUse:
    return CacheUse(said, hits, cached, of, None if saved is None else Decimal(saved), unvalued)
