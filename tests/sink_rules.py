"""No text from outside reaches a Markdown sink unless `components/safe_text.py` has passed it.

Streamlit fetches remote images from nearly every text it draws: bodies, labels, help, options. A text counts as
safe when it is a literal, a CONSTANT, a formatted number, or wrapped in one of `SAFE`. Of anything else the code
says why it is ours: `trusted(…)`, or a comment `# trusted: reason` on the line of the text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house_rules import Source, dotted

SAFE = ("safe_markdown", "safe_label", "plain", "trusted", "len")

BODIES = "markdown caption info warning error success toast title header subheader badge write status spinner"
LABELS = (
    "button download_button link_button form_submit_button menu_button checkbox toggle radio selectbox "
    "multiselect slider select_slider text_input number_input text_area date_input time_input file_uploader "
    "pills segmented_control expander popover metric tabs dialog"
)
SINKS = frozenset(f"{BODIES} {LABELS}".split())
TEXT_KEYWORDS = ("body", "label", "help", "text", "caption", "captions")
MARKDOWN_OPTIONS = ("radio", "pills", "segmented_control")
"""Their options are drawn as Markdown; those of a selectbox are not."""
LOGGERS = ("log", "logger", "logging", "self.log")

_NUMBER_FORMAT = re.compile(r"[+<>^]?\d*[,_]?(\.\d+)?[dfgeE%]|\d*[,_]")


def outside_text(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if dotted(node.func.value) in LOGGERS or node.func.attr not in SINKS:
                continue
            for text in (*_texts(node), *_options(node)):
                if not is_safe(text) and not _is_trusted(source, text):
                    yield source.breach(
                        text, f".{node.func.attr}() draws Markdown: wrap this text in safe_text"
                    )


def _texts(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments that are drawn; a metric draws its value too."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    yield from call.args[: 3 if name == "metric" else 1]
    drawn = (*TEXT_KEYWORDS, "value", "delta") if name == "metric" else TEXT_KEYWORDS
    yield from (keyword.value for keyword in call.keywords if keyword.arg in drawn)


def _options(call: ast.Call) -> Iterator[ast.expr]:
    """What draws the options of a widget whose options are Markdown."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr in MARKDOWN_OPTIONS):
        return
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    options = keywords.get("options") or (call.args[1] if len(call.args) > 1 else None)
    if options is None or is_safe(options):
        return
    shown = keywords.get("format_func", options)
    if isinstance(shown, ast.Lambda):
        yield shown.body
    elif dotted(shown).rsplit(".", 1)[-1] not in SAFE:
        yield shown


def _is_trusted(source: Source, text: ast.expr) -> bool:
    lines = source.text.splitlines()[text.lineno - 1 : text.end_lineno]
    return any(re.search(r"# trusted: \w", line) for line in lines)


def is_safe(text: ast.expr) -> bool:
    match text:
        case ast.Constant():
            return True
        case ast.Name() | ast.Attribute():
            return dotted(text).rsplit(".", 1)[-1].isupper()
        case ast.Call():
            return _is_safe_call(text)
        case ast.JoinedStr(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(is_safe(part) for part in parts)
        case ast.FormattedValue(value=value, format_spec=spec):
            return is_safe(value) or _is_number_format(spec)
        case ast.BinOp(left=left, right=right):
            return is_safe(left) and is_safe(right)
        case ast.BoolOp(values=values):
            return all(is_safe(value) for value in values)
        case ast.IfExp(body=body, orelse=orelse):
            return is_safe(body) and is_safe(orelse)
        case ast.GeneratorExp(elt=element) | ast.ListComp(elt=element):
            return is_safe(element)
        case ast.Subscript(value=value):
            return is_safe(value)
    return False


def _is_safe_call(call: ast.Call) -> bool:
    """One of `SAFE`, or `"…".join(…)` and `"…".format(…)` of safe parts."""
    if dotted(call.func).rsplit(".", 1)[-1] in SAFE:
        return True
    if isinstance(call.func, ast.Attribute) and call.func.attr in ("join", "format"):
        parts = (call.func.value, *call.args, *(keyword.value for keyword in call.keywords))
        return all(is_safe(part) for part in parts)
    return False


def _is_number_format(spec: ast.expr | None) -> bool:
    """A format that text would refuse, such as `,` or `.1f`."""
    match spec:
        case ast.JoinedStr(values=[ast.Constant(value=str(text))]):
            return _NUMBER_FORMAT.fullmatch(text) is not None
    return False
