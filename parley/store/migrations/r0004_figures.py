"""The figures of one call as SQL, of which `spending` holds the sums. Belongs to migration 0004, and is frozen with it.

Money is text in the ledger. Here it is two whole numbers, 1e-12 and 1e-24 of a dollar, as neither SQLite nor
PostgreSQL adds up text, and SQLite adds up nothing but whole numbers exactly.
"""

# ruff: noqa: S608 - put together from names of columns that stand here, from nobody's values.
from __future__ import annotations

KEY = ("owner", "quarter", "endpoint", "model", "kind", "conversation_id", "state")
"""`quarter`: of an hour since 1970. `state`: empty for calls that have no outcome."""

REFUSALS = (
    "'CredentialMissing', 'CredentialRejected', 'ModelNotFound', 'NotAllowed', 'OutOfCredit', "
    "'ParameterRejected', 'PromptTooLong', 'TooManyRequests'"
)
REACHED_NOTHING = (
    "'CannotConnect', 'CredentialMissing', 'LocalModelError', 'UntrustedServer', 'WrongBaseUrl'"
)

DIALECTS = {
    "sqlite": {
        "quarter": "CAST(strftime('%s', substr({at}, 1, 19)) AS INTEGER) / 900",
        "place": "instr({text}, '{sign}')",
        "digits": "{text} NOT GLOB '*[^0-9]*'",
        "line": "json_extract(o.cost_lines, '$[{row}][{column}]')",
        "line_tokens": "CASE WHEN json_type(o.cost_lines, '$[1][1]') = 'integer' "
        "THEN json_extract(o.cost_lines, '$[1][1]') END",
        "chars": "CASE WHEN json_type(r.composition, '$.{part}') = 'integer' "
        "THEN json_extract(r.composition, '$.{part}') END",
    },
    "postgresql": {
        "quarter": "CAST(floor(extract(epoch FROM {at}) / 900) AS BIGINT)",
        "place": "strpos({text}, '{sign}')",
        "digits": "{text} ~ '^[0-9]+$'",
        "line": "(o.cost_lines -> {row} ->> {column})",
        "line_tokens": "CASE WHEN o.cost_lines -> 1 ->> 1 ~ '^[0-9]{{1,12}}$' "
        "THEN CAST(o.cost_lines -> 1 ->> 1 AS BIGINT) END",
        "chars": "CASE WHEN r.composition ->> '{part}' ~ '^[0-9]{{1,12}}$' "
        "THEN CAST(r.composition ->> '{part}' AS BIGINT) END",
    },
}

MONEY = {"amount": (2, 24), "most": (2, 24), "rate_in": (4, 12), "rate_cached": (4, 12)}
"""Text of a number → digits before the point that fit, and digits after it."""

BUCKETS = ("input", "cached", "output", "reasoning")
PARTS = ("system", "history", "attachments", "new")

FIGURES = {
    "calls": "1",
    "unused": "CASE WHEN amount IS NULL THEN unused ELSE 0 END",
    "free": "CASE WHEN amount IS NOT NULL AND cost_free THEN 1 ELSE 0 END",
    "estimated": "CASE WHEN cost_class = 'estimated' THEN 1 ELSE 0 END",
    "partial": "CASE WHEN cost_class = 'partial' THEN 1 ELSE 0 END",
    "unbounded": "CASE WHEN cost_class = 'partial' AND cost_at_most IS NULL THEN 1 ELSE 0 END",
    "unpriced": "CASE WHEN amount IS NULL AND unused = 0 THEN 1 ELSE 0 END",
    "amount_pico": "CASE WHEN apart = 0 THEN CAST(substr(amount_p, 1, 14) AS BIGINT) END",
    "amount_yocto": "CASE WHEN apart = 0 THEN CAST(substr(amount_p, 15) AS BIGINT) END",
    "most_pico": "CASE WHEN apart = 0 THEN CAST(substr(most_p, 1, 14) AS BIGINT) END",
    "most_yocto": "CASE WHEN apart = 0 THEN CAST(substr(most_p, 15) AS BIGINT) END",
    "saved_pico": "CASE WHEN apart = 0 THEN line_tokens * per_mtok + line_tokens * rest / 1000000 END",
    "saved_yocto": "CASE WHEN apart = 0 THEN line_tokens * rest % 1000000 * 1000000 END",
    "input_tokens": "input",
    "input_known": "CASE WHEN input IS NOT NULL THEN 1 ELSE 0 END",
    "input_unknown": "CASE WHEN input IS NULL AND unused = 0 THEN 1 ELSE 0 END",
    "input_estimated": "CASE WHEN input IS NOT NULL AND input_state <> 'reported' THEN 1 ELSE 0 END",
    "cached_tokens": "CASE WHEN cached > input THEN input WHEN input IS NOT NULL THEN cached END",
    "cache_input": "CASE WHEN cached IS NOT NULL THEN input END",
    "cache_said": "CASE WHEN cached IS NOT NULL AND input IS NOT NULL THEN 1 ELSE 0 END",
    "cache_hits": "CASE WHEN cached > 0 AND input > 0 THEN 1 ELSE 0 END",
    "cache_unvalued": "CASE WHEN cached > 0 AND input > 0 AND line_tokens IS NULL THEN 1 ELSE 0 END",
    "output_tokens": "output",
    "output_known": "CASE WHEN output IS NOT NULL THEN 1 ELSE 0 END",
    "output_unknown": "CASE WHEN output IS NULL AND unused = 0 THEN 1 ELSE 0 END",
    "output_estimated": "CASE WHEN output IS NOT NULL AND output_state NOT IN ('reported', 'partial') "
    "THEN 1 ELSE 0 END",
    "output_partial": "CASE WHEN output IS NOT NULL AND output_state = 'partial' THEN 1 ELSE 0 END",
    "output_most": "CASE WHEN output_state = 'partial' AND output IS NOT NULL THEN COALESCE(output_bound, output) "
    "ELSE output END",
    "output_unbounded": "CASE WHEN output_state = 'partial' AND output IS NOT NULL AND output_bound IS NULL "
    "THEN 1 ELSE 0 END",
    "reasoning_tokens": "CASE WHEN reasoning > output THEN output WHEN output IS NOT NULL THEN reasoning END",
    "answer_tokens": "CASE WHEN reasoning > output THEN 0 ELSE output - reasoning END",
    "system_tokens": "placed * chars_system / chars",
    "history_tokens": "placed * (chars_system + chars_history) / chars - placed * chars_system / chars",
    "attachment_tokens": "placed * (chars - chars_new) / chars - placed * (chars_system + chars_history) / chars",
    "new_tokens": "placed - placed * (chars - chars_new) / chars",
    "apart": "apart",
}
"""Column of `spending` → its value for one call. Cached is part of the input, reasoning part of the output."""


def quarter(name: str, at: str) -> str:
    return DIALECTS[name]["quarter"].format(at=at)


def calls(name: str, which: str = "") -> str:
    """One row per call that has an outcome, with its figures; each layer works on what the one below it made."""
    below = ""
    for layer in (_bare, _mantissas, _digits, _padded, _rated, _judged, _figures):
        # A limit keeps layers apart: put into one another, each would be worked out many times over.
        text = layer(name).replace("BELOW", below).replace("WHICH", which)
        below = f"{text} LIMIT 9000000000000000000"
    return f"({below}) AS calls"


def _bare(name: str) -> str:
    known = DIALECTS[name]
    counts = (
        f"CASE WHEN o.{bucket}_tokens <= 100000000 THEN o.{bucket}_tokens END AS {bucket}"
        for bucket in BUCKETS
    )
    chars = (
        f"CASE WHEN {c} BETWEEN 0 AND 10000000000 THEN {c} ELSE 0 END AS chars_{part}"
        for part in PARTS
        if (c := f"({known['chars'].format(part=part)})")
    )
    line = known["line"]
    cached_line = f"{line.format(row=0, column=0)} = 'Input' AND {line.format(row=1, column=0)} = 'Cached input'"
    tokens = f"({known['line_tokens'].format()})"
    nothing_said = " AND ".join(
        f"o.{b}_tokens IS NULL AND o.{b}_tokens_state = 'unknown'" for b in BUCKETS
    )
    return f"""SELECT r.owner, r.attempt_id, {quarter(name, "r.sent_at")} AS quarter,
        r.endpoint, r.model, r.kind, r.conversation_id, o.state, o.cost_free, o.cost_at_most,
        {", ".join((*counts, *chars))},
        o.input_tokens_state AS input_state, o.output_tokens_state AS output_state,
        CASE WHEN o.output_tokens_at_most BETWEEN 0 AND 100000000 THEN o.output_tokens_at_most END AS output_bound,
        CASE WHEN COALESCE(o.http_status, 0) >= 400 OR COALESCE(o.error_kind, '') IN ({REACHED_NOTHING})
            OR (COALESCE(o.error_kind, '') IN ({REFUSALS}) AND {nothing_said})
            OR (o.state = 'stopped' AND o.http_status IS NULL AND {nothing_said})
            THEN 1 ELSE 0 END AS unused,
        CASE WHEN o.cost_amount IS NULL THEN '' WHEN o.cost_free THEN 'free' ELSE o.cost_state END AS cost_class,
        o.cost_amount AS amount,
        CASE WHEN o.cost_amount IS NULL THEN NULL WHEN o.cost_state = 'partial' AND NOT o.cost_free
            THEN COALESCE(o.cost_at_most, o.cost_amount) ELSE o.cost_amount END AS most,
        CASE WHEN {cached_line} AND {tokens} BETWEEN 0 AND 100000000 THEN {tokens} END AS line_tokens,
        CASE WHEN {cached_line} THEN {line.format(row=0, column=2)} END AS rate_in,
        CASE WHEN {cached_line} THEN {line.format(row=1, column=2)} END AS rate_cached
        FROM requests r JOIN outcomes o ON o.owner = r.owner AND o.attempt_id = r.attempt_id WHICH"""


def _mantissas(name: str) -> str:
    """`1.5E-7` is `1.5` and -7."""
    place = {t: DIALECTS[name]["place"].format(text=t, sign="E") for t in MONEY}
    columns = (
        f"CASE WHEN {at} > 0 THEN substr({t}, 1, {at} - 1) ELSE {t} END AS {t}_m, "
        f"CASE WHEN {at} > 0 THEN CAST(substr({t}, {at} + 1) AS BIGINT) ELSE 0 END AS {t}_e"
        for t, at in place.items()
    )
    return f"SELECT *, {', '.join(columns)} FROM (BELOW) AS bare"


def _digits(name: str) -> str:
    """`1.5` and -7 is `15` with 8 digits after the point."""
    place = {t: DIALECTS[name]["place"].format(text=f"{t}_m", sign=".") for t in MONEY}
    columns = (
        f"replace({t}_m, '.', '') AS {t}_d, "
        f"CASE WHEN {at} > 0 THEN length({t}_m) - {at} ELSE 0 END - {t}_e AS {t}_n"
        for t, at in place.items()
    )
    return f"SELECT *, {', '.join(columns)} FROM (BELOW) AS mantissas"


def _padded(name: str) -> str:
    """All digits that there is room for, with zeros before and behind; empty for what does not fit."""
    columns = (_padded_one(name, t, before + after, after) for t, (before, after) in MONEY.items())
    return f"SELECT *, {', '.join(columns)} FROM (BELOW) AS digits"


def _padded_one(name: str, t: str, width: int, after: int) -> str:
    only_digits = DIALECTS[name]["digits"].format(text=f"{t}_d")
    zeros = f"'{'0' * width}'"
    left = f"substr({zeros}, 1, CAST({width - after} - length({t}_d) + {t}_n AS INTEGER))"
    right = f"substr({zeros}, 1, CAST({after} - {t}_n AS INTEGER))"
    fits = f"{t}_n BETWEEN {-width} AND {after} AND length({t}_d) - {t}_n <= {width - after}"
    return (
        f"CASE WHEN {t} IS NULL THEN NULL WHEN {only_digits} AND {fits} "
        f"THEN {left} || {t}_d || {right} ELSE '' END AS {t}_p"
    )


def _rated(_: str) -> str:
    """The rates as whole 1e-6 and 1e-12 dollars, and what their difference is."""
    cut = {t: f"NULLIF({t}_p, '')" for t in ("rate_in", "rate_cached")}
    millionths, rest = (
        " - ".join(f"CAST(substr({text}, {place}) AS BIGINT)" for text in cut.values())
        for place in ("1, 10", "11")
    )
    chars = " + ".join(f"chars_{part}" for part in PARTS)
    return f"""SELECT *, {millionths} AS per_mtok, {rest} AS rest, {chars} AS chars
        FROM (BELOW) AS padded"""


def _judged(_: str) -> str:
    """What goes into no sum stands apart."""
    return """SELECT *, CASE WHEN input_state = 'reported' AND chars > 0 THEN input END AS placed,
        CASE WHEN amount_p = '' OR most_p = '' OR (line_tokens IS NOT NULL AND (per_mtok IS NULL
        OR abs(line_tokens * per_mtok) > 100000000000000)) THEN 1 ELSE 0 END AS apart
        FROM (BELOW) AS rated"""


def _figures(_: str) -> str:
    columns = (f"COALESCE({value}, 0) AS {name}" for name, value in FIGURES.items())
    return f"SELECT attempt_id, {', '.join(KEY)}, {', '.join(columns)} FROM (BELOW) AS judged"
