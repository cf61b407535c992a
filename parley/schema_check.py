"""The only reader of `jsonschema`: is a schema valid, does a reply fit it. A script for a process of its own.

A pattern in a schema can keep Python busy for years, and nothing in the same process could stop it. So this runs
apart (`parley/reply_format.py`), imports nothing of Parley, and no `$ref` is ever fetched.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # carries no types
from jsonschema.exceptions import (  # type: ignore[import-untyped]  # carries no types
    SchemaError,
    ValidationError,
    best_match,
)
from jsonschema.validators import validator_for  # type: ignore[import-untyped]  # carries no types
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

MESSAGE_CHARS = 200
_NO_SCHEMAS = ("enum", "const", "default", "examples")
_ITSELF = "the schema refers to itself without end"
_WORDS = {None: "null", True: "true", False: "false"}


def fault_of_schema(schema: Mapping[str, Any]) -> str:
    """What is wrong with a schema; empty when it can be used."""
    kind = validator_for(schema, default=Draft202012Validator)
    try:
        kind.check_schema(schema, format_checker=kind.FORMAT_CHECKER)
        return _lost_reference(schema)
    except SchemaError as error:
        return _words(error)
    except RecursionError:
        return _ITSELF


def fault_of_reply(schema: Mapping[str, Any], value: object) -> str:
    """Where a reply does not fit a schema first; empty when it fits."""
    validator = validator_for(schema, default=Draft202012Validator)(schema, registry=Registry())
    try:
        error = next(validator.iter_errors(value), None)
        return _words(best_match([error])) if error else ""
    except Unresolvable:
        return _lost_reference(schema) or "the schema refers to something that it does not hold"
    except RecursionError:
        return _ITSELF


def _lost_reference(schema: Mapping[str, Any]) -> str:
    resource = Resource.from_contents(schema, default_specification=DRAFT202012)
    own = resource.id() or ""
    resolver = Registry().with_resource(own, resource).crawl().resolver(own)
    for reference in _references(schema):
        try:
            resolver.lookup(reference)
        except Unresolvable:
            return f"it refers to “{reference[:MESSAGE_CHARS]}”, which it does not hold; nothing is fetched"
    return ""


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, list):
        for each in schema:
            yield from _references(each)
    elif isinstance(schema, Mapping):
        for name, inner in schema.items():
            if name in ("$ref", "$dynamicRef") and isinstance(inner, str):
                yield inner
            elif name not in _NO_SCHEMAS:
                yield from _references(inner)


def _words(error: ValidationError | SchemaError) -> str:
    message = str(error.message)
    if error.validator == "type" and (error.instance is None or isinstance(error.instance, bool)):
        message = message.replace(repr(error.instance), _WORDS[error.instance], 1)
    if len(message) > MESSAGE_CHARS:
        message = f"what stands there does not keep the rule “{error.validator}”"
    return f"{error.json_path}: {message}"


def main() -> None:
    """Read `{"schema": …, "reply": JSON text or null}`, write the fault as a JSON string."""
    asked = json.load(sys.stdin)
    if asked["reply"] is None:
        fault = fault_of_schema(asked["schema"])
    else:
        fault = fault_of_reply(asked["schema"], json.loads(asked["reply"]))
    json.dump(fault, sys.stdout)


if __name__ == "__main__":  # pragma: no cover - reached in the checker's own process alone
    main()
