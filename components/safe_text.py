"""Turns text from outside (replies, model ids, errors, titles) into what Streamlit may render.

Nothing that this returns may make a browser fetch anything: no image, no diagram, no second
parse. So it cleans first, rewrites next and neutralises last, over the whole text, trusting no
guess about what is code. Those guesses only decide how the result looks.
"""

import html
import re
import unicodedata
from urllib.parse import urlsplit

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_BIDI_CONTROLS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_JOINER = "\u2060"
"""Splits a token without being seen, where a backslash would be shown."""

_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_SCHEME = re.compile(r"[^/?#:]*:")
_DOMAIN = re.compile(r"\b(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b", re.IGNORECASE)

_TOKEN = re.compile(
    r"""
    (?P<fence>^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?P<run>`{3,}(?=[^`\n]*$)|~{3,})[^\n]*$)
  | (?P<ticks>(?<!`)`+)
  | (?P<colon>\\?:(?:(?:[\w+-]+:)+|(?=[^\W\d])))
  | (?P<maths>\$\$|\$|\\\(|\\\[)
  | (?P<escape>\\[!-/:-@\[-`{-~])
  | (?P<url>https?://[^\s<>()`\]]+|<[a-z][a-z0-9+.-]+:[^<>\s]*>)
  | (?P<tag></?[a-z][^<>$:`\n]*>)
  | (?P<target>\](?:\(|:)[ \t]*(?:\n[ \t>]*)?(?:<[^<>\n]*>|[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*))
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_SHORTCODE = re.compile(r":(?!material/|streamlit:)[\w+-]+:")
_ICON = re.compile(r"\\:(?=streamlit\\:|material\\?_)")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_DIAGRAM = re.compile(r"((?:`{3,}|~{3,})[ \t]*)([^\n]+)")
_ADDRESS = re.compile(
    r"(?<=https:)(?=//)|(?<=http:)(?=//)|(?<=www)(?=\.)|(?<=[\w.+-])(?=@[\w-]+\.)", re.IGNORECASE
)
"""Where a bare address has to be split so that it does not become a link: escapes do not keep it from that."""
_MATHS_SPAN_LIMIT = 4_000
_CODE_SPAN_LIMIT = 2_000
_LABEL_LIMIT = 300


def safe_markdown(text: str) -> str:
    """Markdown for `st.markdown` in which nothing is fetched and nothing acts."""
    clean = _BIDI_CONTROLS.sub("", plain(text))
    return _neutralised(_as_typed(_Rewriting(clean).result()))


def safe_label(text: str, max_chars: int = 256) -> str:
    """One bounded line for Markdown labels, headings, toasts and captions, shown as typed.

    Not for `st.set_page_config`, which reads no Markdown and would show the backslashes.
    """
    line = " ".join(_BIDI_CONTROLS.sub("", plain(text)).split())
    if len(line) > max_chars:
        line = line[: max(max_chars - 1, 0)].rstrip() + "…"
    escaped = _as_typed(_escaped(_ADDRESS.sub(_JOINER, line)))
    return f"\u2068{escaped}\u2069" if _runs_right_to_left(line) else escaped


def plain(text: str) -> str:
    """Text for `st.text` and `st.code`, which render no Markdown: characters cleaned only."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", lines)).replace("\ufeff", "")


class _Rewriting:
    """One walk over a text: prose is escaped, code and addresses are left alone."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._out: list[str] = []

    def result(self) -> str:
        while found := _TOKEN.search(self._text, self._at):
            self._out.append(self._text[self._at : found.start()])
            self._at = found.end()
            kind = found.lastgroup if found["run"] is None else "fence"
            self._out.append(getattr(self, f"_{kind}")(found))
        self._out.append(self._text[self._at :])
        return "".join(self._out)

    def _fence(self, found: re.Match[str]) -> str:
        run = found["run"]
        closer = re.compile(rf"^[ \t>]*{run[0]}{{{len(run)},}}[ \t]*$", re.MULTILINE)
        closed = closer.search(self._text, self._at)
        end = closed.end() if closed else len(self._text)
        return self._raw(found.start(), end)

    def _ticks(self, found: re.Match[str]) -> str:
        run = found["ticks"]
        closer = re.compile(rf"(?<!`)`{{{len(run)}}}(?!`)")
        closed = closer.search(self._text, self._at, self._at + _CODE_SPAN_LIMIT)
        if closed is None or "\n\n" in self._text[self._at : closed.start()]:
            return run
        return self._raw(found.start(), closed.end())

    def _raw(self, start: int, end: int) -> str:
        """What is probably code: shown as it is, so it is split, where it must be, unseen."""
        self._at = end
        code = self._text[start:end]
        return code.replace("![", f"!{_JOINER}[").replace(":help[", f":{_JOINER}help[")

    def _escape(self, found: re.Match[str]) -> str:
        return found[0]

    _tag = _escape

    def _colon(self, found: re.Match[str]) -> str:
        typed = found[0].removeprefix("\\")
        if typed == ":" and self._text.startswith("material/", self._at):
            self._at += len("material/")
            return r"\:material\/"
        return typed.replace(":", r"\:")

    def _url(self, found: re.Match[str]) -> str:
        address = found[0].replace("$", "%24")
        return address if _leads_somewhere_safe(found[0].strip("<>")) else "\\" + address

    def _target(self, found: re.Match[str]) -> str:
        opening, address = found[0][:2], found[0][2:].strip().strip("<>")
        safe = _leads_somewhere_safe(address)
        if not safe or opening == "]:":
            self._at = found.start() + (1 if safe else 2)
            return "]" if safe else f"]\\{opening[1]}"
        return found[0].replace("$", "%24") + self._true_host(found.start(), address)

    def _true_host(self, bracket: int, address: str) -> str:
        """For a link whose text names one host and whose target is another: the target."""
        earliest = max(bracket - _LABEL_LIMIT, 0)
        opening = self._text.rfind("[", earliest, bracket)
        label = self._text[max(opening, earliest) : bracket]
        claimed = _DOMAIN.search(label)
        host = _host(address)
        close = self._text.find(")", self._at)
        honest = claimed is None or f".{host}".endswith(f".{claimed[0].lower()}") or not host
        if honest or close < 0 or "\n" in self._text[self._at : close]:
            return ""
        rest, self._at = self._text[self._at : close + 1], close + 1
        return f"{rest} ({_escaped(host)})"

    def _maths(self, found: re.Match[str]) -> str:
        opener = found[0]
        body = self._maths_body(opener)
        if body is None:
            return "".join(f"\\{char}" for char in opener) if "$" in opener else opener
        start, after = found.start(), self._at + len(body) + len(opener)
        self._at = after
        inner = body.strip().replace("![", "!{}[")
        if opener in ("$", r"\("):
            double = opener != "$" and self._text[after : after + 1].isdigit()
            return f"$${inner}$$" if double else f"${inner}$"
        return self._display(inner, start, after)

    def _maths_body(self, opener: str) -> str | None:
        closer = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}[opener]
        end = self._text.find(closer, self._at, self._at + _MATHS_SPAN_LIMIT)
        body = self._text[self._at : end] if end >= 0 else ""
        if not body.strip() or (opener != "$$" and "$" in body):
            return None
        if opener == r"\[" and self._text.startswith("(", end + 2):
            return None
        if opener == "$":
            before = self._text[self._at - 2 : self._at - 1] if self._at > 1 else ""
            after = self._text[end + 1 : end + 2]
            return body if _reads_as_maths(before, body, after) else None
        inline = opener == r"\("
        return None if inline and "\n\n" in body else body

    def _display(self, inner: str, start: int, after: int) -> str:
        """On lines of its own maths is displayed; elsewhere Streamlit can only set it inline."""
        line_start = self._text.rfind("\n", 0, start) + 1
        indent = self._text[line_start:start]
        line_end = self._text.find("\n", after)
        rest = self._text[after : line_end if line_end >= 0 else len(self._text)]
        if indent.strip() or rest.strip():
            return f"$${' '.join(inner.split())}$$"
        lines = "\n".join(indent + line.strip() for line in inner.split("\n"))
        return f"$$\n{lines}\n{indent}$$"


def _reads_as_maths(before: str, body: str, after: str) -> bool:
    if "\n" in body or body != body.strip() or body.endswith("\\"):
        return False
    if before.isalnum() or before == "$" or after.isalnum() or after in ("{", "$", "_"):
        return False
    worded = re.search(r"(?<![\\a-zA-Z])[a-zA-Z]{2,}", body)
    return not (body[0].isdigit() and worded)


def _leads_somewhere_safe(address: str) -> bool:
    """Judged as the renderer reads it: entities decoded, backslashes and controls gone."""
    decoded = html.unescape(address).replace("\\", "")
    scheme = _SCHEME.match("".join(decoded.split()))
    return scheme is None or scheme[0][:-1].lower() in _SAFE_SCHEMES


def _host(address: str) -> str:
    try:
        return (urlsplit(html.unescape(address)).hostname or "").lower()
    except ValueError:
        return ""


def _escaped(text: str) -> str:
    return _PUNCTUATION.sub(r"\\\g<0>", text)


def _as_typed(text: str) -> str:
    """Names of icons and emoji are replaced after parsing, where no backslash is left to see."""
    text = _ICON.sub(rf"\\:{_JOINER}", text)
    if _SHORTCODE.search(text):
        text = re.sub(r"\\:(?=[\w+-]+\\:)", rf"\\:{_JOINER}", text)
    return text


def _neutralised(text: str) -> str:
    """The last word, whatever came before: no image, no `:help[` (parsed twice), no diagram."""
    text = text.replace("![", r"!\[").replace(":help[", r":help\[")
    return _DIAGRAM.sub(_without_diagram, text)


def _without_diagram(found: re.Match[str]) -> str:
    """A fence named mermaid would be drawn, and a diagram fetches its images."""
    named = html.unescape(found[2]).replace("\\", "").replace(_JOINER, "").casefold()
    return f"{found[1]}text {found[2]}" if "mermaid" in named else found[0]


def _runs_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
