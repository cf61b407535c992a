"""Whatever comes from outside, nothing in it may fetch, act or pass for something else."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from components.blocks import BlockKind, split
from components.safe_text import plain, safe_label, safe_markdown
from tests.payloads import PAYLOADS, payload

LEAK = "https://leak.example/x.png"
LIVE = ("![", ":help[")
HOSTILE = st.text(
    alphabet="!![]()\\`$:|~>-\n\t help{}<&#x\x00\u200b\u202e\ud800 mermaid1", max_size=80
)


def _markdown(text: str) -> list[str]:
    blocks = split(text)
    return [safe_markdown(block.text) for block in blocks if block.kind is BlockKind.MARKDOWN]


def _diagrams(markdown: str) -> list[str]:
    fences = [token for token in MarkdownIt().parse(markdown) if token.type == "fence"]
    return [token.info for token in fences if "mermaid" in (token.info.split() or [""])[0].lower()]


@pytest.mark.parametrize("name", PAYLOADS)
def test_no_prefix_of_a_payload_keeps_anything_that_fetches(name: str) -> None:
    """R-1, R-2."""
    text = payload(name, LEAK)

    for end in range(len(text) + 1):
        for shown in (*_markdown(text[:end]), safe_markdown(text[:end]), safe_label(text[:end])):
            assert not any(mark in shown for mark in LIVE), (end, shown)
            assert not _diagrams(shown), (end, shown)


@settings(max_examples=400, deadline=None, database=None)
@given(HOSTILE)
def test_no_arbitrary_text_keeps_anything_that_fetches(text: str) -> None:
    for shown in (safe_markdown(text), safe_label(text)):
        assert not any(mark in shown for mark in LIVE)
        assert not _diagrams(shown)


@settings(max_examples=200, deadline=None, database=None)
@given(st.text(max_size=60) | HOSTILE)
def test_no_arbitrary_text_keeps_characters_that_cannot_be_shown(text: str) -> None:
    for shown in (safe_markdown(text), safe_label(text), plain(text)):
        shown.encode()
        assert not any((ord(char) < 32 and char not in "\n\t") or char == "\x7f" for char in shown)


PRICES = {
    "$5 and $10": r"\$5 and \$10",
    "costs $5": r"costs \$5",
    r"costs \$5": r"costs \$5",
    "US$5 or 6$": r"US\$5 or 6\$",
    "$5 (not 6$)": r"\$5 (not 6\$)",
    "$HOME/bin:$PATH": r"\$HOME/bin:\$PATH",
    "`echo $HOME` and $5": r"`echo $HOME` and \$5",
    "```\n$5\n```\n$6": "```\n$5\n```\n" + r"\$6",
    "${a} and ${b}": r"\${a} and \${b}",
    "unfinished $$ x": r"unfinished \$\$ x",
    "[a](https://x.org/$b)": "[a](https://x.org/%24b)",
    "[note]: $5": r"[note]: \$5",
}


@pytest.mark.parametrize(("typed", "markdown"), PRICES.items())
def test_a_dollar_that_is_not_maths_stays_a_dollar(typed: str, markdown: str) -> None:
    assert safe_markdown(typed) == markdown


MATHS = {
    "$x^2$": "$x^2$",
    "$5$": "$5$",
    "it is $x$, at $5 each": r"it is $x$, at \$5 each",
    "so $$x$$ follows": "so $$x$$ follows",
    "$$\nx\n$$": "$$\nx\n$$",
    "$$x^2$$": "$$\nx^2\n$$",
    r"\(a + b\)": "$a + b$",
    r"\( a \)": "$a$",
    r"\(a\)2": "$$a$$2",
    r"\[ x \]": "$$\nx\n$$",
    "1. so\n\n   \\[\n   x\n   \\]": "1. so\n\n   $$\n   x\n   $$",
    r"inline \[ x \] here": "inline $$x$$ here",
    r"`\(a\)`": r"`\(a\)`",
    r"$f:A \to B$": r"$f:A \to B$",
    r"\[x\](https://x.org)": r"\[x\](https://x.org)",
    r"\(a $ b\)": r"\(a \$ b\)",
    "$n![k]$": "$n!{}[k]$",
}


@pytest.mark.parametrize(("typed", "markdown"), MATHS.items())
def test_maths_in_either_notation_is_maths(typed: str, markdown: str) -> None:
    assert safe_markdown(typed) == markdown


DIRECTIVES = {
    ":red[x]": r"\:red[x]",
    r"\:red[x]": r"\:red[x]",
    r"\\:red[x]": r"\\\:red[x]",
    ":smile: x": r"\:smile\: x",
    ":a:b:c": r"\:a\:b\:c",
    ":+1:": r"\:+1\:",
    "at 10:30:45": r"at 10\:30\:45",
    "at 10:30": "at 10:30",
    "`a:b:c` :smile:": "`a:b:c` \\:\u2060smile\\:",
    ":material/home:": r"\:material\/home:",
    ":material_home:": "\\:\u2060material_home\\:",
    ":streamlit:": "\\:\u2060streamlit\\:",
    "::figure[x]": r":\:figure[x]",
    "Note: this": "Note: this",
    "https://x.org:8080/a": "https://x.org:8080/a",
    "`x:int`": "`x:int`",
}


@pytest.mark.parametrize(("typed", "markdown"), DIRECTIVES.items())
def test_streamlits_own_marks_are_shown_as_typed(typed: str, markdown: str) -> None:
    assert safe_markdown(typed) == markdown


UNSAFE_LINKS = (
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](javascript\\:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](\njavascript:alert(1))",
    "[x](data:text/html,hello)",
    "[x](d&#x61;ta:text/html,hello)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "[x]\n\n[x]: javascript:alert(1)",
    "> [x]\n>\n> [x]:\n> data:text/html,x",
)


@pytest.mark.parametrize("typed", UNSAFE_LINKS)
def test_an_address_that_acts_is_no_link(typed: str) -> None:
    """R-3. Judged by another Markdown parser that refuses no address itself."""
    parser = MarkdownIt()
    parser.validateLink = lambda url: True  # type: ignore[method-assign]

    before, after = parser.render(typed), parser.render(safe_markdown(typed))

    assert "<a href" in before
    assert "<a href" not in after


LINKS = {
    "[x](https://x.org/a_(b))": "[x](https://x.org/a_(b))",
    "[x](mailto:a@x.org)": "[x](mailto:a@x.org)",
    "[x](#part)": "[x](#part)",
    "[x](/models)": "[x](/models)",
    "<https://x.org/a:b>": "<https://x.org/a:b>",
    "[x]: https://x.org": "[x]: https://x.org",
    "[x.org](https://www.x.org/a)": "[x.org](https://www.x.org/a)",
    "[bank.com](https://evil.org/a)": r"[bank.com](https://evil.org/a) (evil\.org)",
    "[bank.com](https://bank.com@evil.org/)": r"[bank.com](https://bank.com@evil.org/) (evil\.org)",
    "[bank.com](https://bank.com.evil.org)": (
        r"[bank.com](https://bank.com.evil.org) (bank\.com\.evil\.org)"
    ),
    "[bank.com](https://notbank.com)": r"[bank.com](https://notbank.com) (notbank\.com)",
    '[bank.com](https://evil.org "bank")': r'[bank.com](https://evil.org "bank") (evil\.org)',
}


@pytest.mark.parametrize(("typed", "markdown"), LINKS.items())
def test_a_link_stays_and_one_that_looks_like_another_shows_its_host(
    typed: str, markdown: str
) -> None:
    """R-3."""
    assert safe_markdown(typed) == markdown


CLEANED = {
    "a\x00b\x1bc\x85d\x7f": "abcd",
    "a\r\nb\rc\td": "a\nb\nc\td",
    "a\ud800b": "a\ufffdb",
    "a\ufeffb": "ab",
    "émile 👩‍👩‍👧": "émile 👩‍👩‍👧",
}


@pytest.mark.parametrize(("typed", "shown"), CLEANED.items())
def test_plain_text_loses_only_what_cannot_be_shown(typed: str, shown: str) -> None:
    """I-3, I-4."""
    assert plain(typed) == shown
    assert safe_markdown(typed) == shown


LABELS = {
    "a *b* _c_ [d](e) `f` $g$": r"a \*b\* \_c\_ \[d\]\(e\) \`f\` \$g\$",
    "# one\n\ntwo": r"\# one two",
    "1. one": r"1\. one",
    "gpt-4o: fast": r"gpt\-4o\: fast",
    ":material/home: :streamlit:": "\\:material\\/home\\: \\:\u2060streamlit\\:",
    "at https://x.org/a.": "at https\\:\u2060\\/\\/x\\.org\\/a\\.",
    "at WWW.x.org": "at WWW\u2060\\.x\\.org",
    "ask a@x.org, not @cf/a": "ask a\u2060\\@x\\.org\\, not \\@cf\\/a",
    "a\u202eb": "ab",
    "שלום (x)": "\u2068שלום \\(x\\)\u2069",
}


@pytest.mark.parametrize(("typed", "label"), LABELS.items())
def test_a_label_is_one_line_with_nothing_special_in_it(typed: str, label: str) -> None:
    """I-4, R-1."""
    assert safe_label(typed) == label


def test_a_long_label_is_bounded_before_it_is_escaped() -> None:
    label = safe_label("*" * 300, max_chars=10)

    assert label == r"\*" * 9 + "…"


def test_code_that_must_be_split_is_split_unseen() -> None:
    assert safe_markdown("`vec![1]`") == "`vec!\u2060[1]`"
    assert safe_markdown("- a\n\n  ```rust\n  vec![$5]\n  ```") == (
        "- a\n\n  ```rust\n  vec!\u2060[$5]\n  ```"
    )


BOMBS = {
    "maths": "\\[" * 4_000,
    "backticks": "` " * 4_000,
    "runs of backticks": " ".join("`" * length for length in range(1, 126)),
    "dollars": "$a " * 2_700,
    "links": "](http://x" * 800,
    "brackets": "[" * 8_000,
    "parentheses": "](( " * 2_000,
    "domains": "a." * 4_000 + "](http://x)",
    "domains in every link": "[" + "a." * 2_000 + "](http://x)" * 300,
    "colons": ":a" * 4_000,
    "tags": "<a" * 4_000,
    "fences": "```\n" * 2_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_text_of_a_blocks_size_takes_long(name: str) -> None:
    """R-5. A tail is rewritten up to twenty times a second."""
    began = time.process_time()

    safe_markdown(BOMBS[name])

    assert time.process_time() - began < 0.2
