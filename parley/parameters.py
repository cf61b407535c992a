"""How many parameters a model has, as a number: what lists and ids write as 30B, 135M or 0.6b. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

_WRITTEN = re.compile(r"\s*≈?\s*(\d{1,6}(?:\.\d{1,4})?)\s*([KMBT])\s*", re.IGNORECASE | re.ASCII)
_POWERS = {"K": 3, "M": 6, "B": 9, "T": 12}


def parameters_of(written: object) -> Decimal | None:
    """The number of parameters; `None` for what is no such figure, nothing, or a product such as 8x7B.

    >>> parameters_of("30B"), parameters_of("0.6b"), parameters_of("8x7B")
    (Decimal('30000000000'), Decimal('600000000'), None)
    """
    found = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        return None
    number = Decimal(found[1]).scaleb(_POWERS[found[2].upper()])
    return number.quantize(Decimal(1)) if number else None
