"""Texts that try to make a reader's browser fetch something, by name.

`{url}` stands for the address of a server that must never hear of it. Every place that shows
text from outside is tried with all of them.
"""

from collections.abc import Mapping

PAYLOADS: Mapping[str, str] = {
    # images, as Markdown writes them
    "inline": "![x]({url})",
    "inline with a title": '![x]({url} "title")',
    "inline in angle brackets": "![x](<{url}>)",
    "inline over two lines": "![x](\n{url}\n)",
    "inline without alternative text": "![]({url})",
    "reference, full": "![x][ref]\n\n[ref]: {url}",
    "reference, collapsed": "![ref][]\n\n[ref]: {url}",
    "reference, shortcut": "![ref]\n\n[ref]: {url}",
    "reference, defined first": "[ref]: {url}\n\ntext ![ref] text",
    "reference, same block": "![ref]\n\n- item\n\n  [ref]: {url}",
    "nested in a link": "[![x]({url})](https://example.org)",
    "nested in an image": "![![x]({url})]({url})",
    "nested in brackets": "[[![x]({url})]]",
    "emphasised": "***![x]({url})***",
    "struck through": "~~![x]({url})~~",
    # containers
    "in a table": "| a | b |\n|---|---|\n| ![x]({url}) | c |",
    "in a table's head": "| ![x]({url}) |\n|---|\n| a |",
    "in a table between lone backticks": "| a | b | c |\n|---|---|---|\n| ` | ![x]({url}) | ` |",
    "in a heading": "# ![x]({url})",
    "in an underlined heading": "![x]({url})\n===",
    "in a list": "- ![x]({url})",
    "in a loose list": "1. a\n\n2. b\n\n   ![x]({url})",
    "in a quote": "> ![x]({url})",
    "in nested quotes": "> > - > ![x]({url})",
    "in a footnote": "text[^1]\n\n[^1]: ![x]({url})",
    "in a task": "- [ ] ![x]({url})",
    # maths
    "in inline maths": "$![x]({url})$",
    "in display maths": "$$\n![x]({url})\n$$",
    "in bracket maths": r"\[ ![x]({url}) \] and \( ![y]({url}) \)",
    "maths that ends an exclamation": "!\\[x\\]({url}) !\\(x\\)",
    "between prices": "costs $5 ![x]({url}) or $10",
    "includegraphics": r"$\includegraphics{{url}}$ $$\htmlStyle{background:url({url})}{x}$$",
    # code that is none
    "in an inline code": "`![x]({url})`",
    "after an unpaired backtick": "` ![x]({url})",
    "backtick in a link's address": "[x](a`b) ![x]({url}) `c",
    "backtick in an attribute": '<a title="`"> ![x]({url}) `',
    "backtick in an autolink": "<https://example.org/`> ![x]({url}) `",
    "escaped backticks": r"\`![x]({url})\`",
    "after a fence": "```\ncode\n```\n![x]({url})",
    "after a fence that other marks fail to close": "```\n~~~\n![a]({url})\n```\n![x]({url})",
    "in a fence's info": "```![x]({url})\ncode\n```",
    "in an unclosed fence": "```python\n![x]({url})",
    "fence that is inline code": "```a``` ![x]({url})",
    "fence left by its list": "- ```\n  code\n\n![x]({url})",
    "fence in a quote left by the quote": "> ```\n> code\n\n![x]({url})",
    "indented code that a list makes text": "- a\n\n    ![x]({url})",
    "indented code": "    ![x]({url})",
    # characters between
    "backslash before": r"\![x]({url})",
    "two backslashes before": r"\\![x]({url})",
    "backslash between": r"!\[x]({url})",
    "two exclamation marks": "!![x]({url})",
    "zero-width space between": "!\u200b[x]({url})",
    "word joiner between": "!\u2060[x]({url})",
    "NUL between": "!\x00[x]({url})",
    "ESC between": "!\x1b[x]({url})",
    "C1 control between": "!\x85[x]({url})",
    "override between": "!\u202e[x]({url})",
    "byte order mark between": "!\ufeff[x]({url})",
    "lone surrogate between": "!\ud800[x]({url})",
    "carriage return before": "a\r![x]({url})",
    "form feed before": "a\x0c![x]({url})",
    "entities": "&#33;&#91;x&#93;({url}) !&#91;x]({url}) &excl;[x]({url})",
    # Streamlit's own
    "in a colour": ":red[![x]({url})]",
    "in a badge": ":red-badge[![x]({url})] :badge[![y]({url})]",
    "in a help bubble": ":help[![x]({url})]",
    "in a help bubble, parsed twice": r":help[!\[x\]({url})]",
    "in a help bubble behind a backslash": r"\\:help[!\[x\]({url})]",
    "in a help bubble in a code that is none": "|a|b|\n|-|-|\n|`|:help[!\\[x\\]({url})]|`|",
    "in a leaf directive": "::figure[![x]({url})]",
    "in a container directive": ":::note\n![x]({url})\n:::",
    "icon's name in between": "!:material/[x]({url})",
    # HTML
    "img": '<img src="{url}">',
    "img in capitals": "<IMG SRC='{url}' onerror='x'>",
    "img with srcset": '<img srcset="{url} 1x, {url} 2x">',
    "svg image": '<svg><image href="{url}"/></svg>',
    "picture": '<picture><source srcset="{url}"><img></picture>',
    "video": '<video src="{url}" poster="{url}" autoplay></video>',
    "audio": '<audio src="{url}" autoplay></audio>',
    "iframe": '<iframe src="{url}"></iframe>',
    "object and embed": '<object data="{url}"></object><embed src="{url}">',
    "style element": "<style>@import url({url});</style>",
    "style attribute": '<div style="background:url({url})">x</div>',
    "link element": '<link rel="stylesheet" href="{url}">',
    "meta refresh": '<meta http-equiv="refresh" content="0;url={url}">',
    "base": '<base href="{url}">![x](x.png)',
    "input": '<input type="image" src="{url}">',
    "script": '<script src="{url}"></script>',
    "Markdown within HTML": "<div>\n\n![x]({url})\n\n</div>",
    "comment": "<!-- ![x]({url}) --> ![y]({url})",
    # diagrams
    "mermaid": '```mermaid\nflowchart LR\n  A@{ img: "{url}", h: 60 }\n```',
    "mermaid in a list": '- ```mermaid\n  flowchart LR\n    A@{ img: "{url}", h: 60 }\n  ```',
    "mermaid in a quote": '> ```Mermaid\n> flowchart LR\n>   A@{ img: "{url}" }\n> ```',
    "mermaid in entities": "> ~~~&#109;erm\\aid\n> flowchart LR\n>   A[\"<img src='{url}'>\"]\n> ~~~",
    "mermaid behind another name": "> ```.language-mermaid\n> flowchart LR\n>   A[\"<img src='{url}'>\"]",
    "mermaid behind a hard space": "- ```\xa0language-mermaid\n  flowchart LR\n  A@{ img: '{url}' }",
    # addresses that are not one
    "no scheme": "![x](//{url})",
    "data with a picture within": "![x](data:image/svg+xml,<svg><image href='{url}'/></svg>)",
    "link to data": "[x](data:text/html,<img src={url}>)",
    "link to javascript": "[x](javascript:fetch('{url}'))",
    "address in the open": "{url} <{url}>",
}


def payload(name: str, url: str) -> str:
    """The payload of that name, aimed at `url`."""
    return PAYLOADS[name].replace("{url}", url)
