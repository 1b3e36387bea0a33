"""Setting a report's pages with Typst: the same pictures as on the page, in the light theme's colours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from clinic_server.reports.content import table_of

if TYPE_CHECKING:
    from clinic_server.dashboard.figure import Figure
    from clinic_server.reports.content import Content, Part, Table

FOLDER = Path(__file__).with_name("typst")
_PROFILE_RUNS = 2
LIGHT = {
    "bg": "#ffffff", "sunken": "#f4f6f7", "hover": "#edf1f2", "line": "#dfe5e8", "grid": "#e8ecee",
    "phase": "#f1f3f5", "line-strong": "#75838d", "ink": "#15212a", "ink-2": "#43525d", "ink-3": "#5a6872",
    "accent": "#0b5c68", "d1": "#0072b2", "d2": "#c65400", "d3": "#007f5c", "mute": "#7c8890",
    "d1-band": "#d3e6f2", "d2-band": "#f8e2d3",
}  # fmt: skip
"""The page's own tokens: paper knows no custom properties."""
_TOKEN = re.compile(r"var\(--([a-z0-9-]+)\)")


def typeset(
    content: Content, kind: str, language: str, *, tell: Callable[[float], None] = lambda share: None
) -> bytes:
    """Return the report as PDF.

    Args:
        kind: `profile`, `full` or `letter`: a Typst file beside this module.
        tell: is told what share of the work is done, 0 to 1.

    Raises:
        RuntimeError: Typst refuses the file, which a test would have told.
    """
    data = _data(content, kind, tell)
    import typst
    from font_source_sans_pro import font_files_ttf

    pages = typst.compile(
        str(FOLDER / f"{kind}.typ"),
        root=str(FOLDER),
        font_paths=sorted({str(Path(each).parent) for each in font_files_ttf}),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), "language": language},
    )
    tell(1.0)
    return bytes(pages)


def _data(content: Content, kind: str, tell: Callable[[float], None]) -> dict[str, Any]:
    parts = content.parts if kind != "letter" else []
    total = max(1, sum(len(each.figures) for each in parts))
    done = 0
    shown = []
    for part in parts:
        figures = []
        for at, figure in enumerate(part.figures):
            drawn = kind == "full" or (part.id == "outcomes" and at < _PROFILE_RUNS)
            figures.append(_figure(figure, draws=drawn))
            done += 1
            tell(0.8 * done / total)
        shown.append(_part(part, figures))
    return {
        "pseudonym": content.pseudonym,
        "name": content.name,
        "is_virtual": content.is_virtual,
        "clinic": content.clinic,
        "printed": content.printed,
        "period": content.period,
        "plan": content.plan,
        "facts": content.facts,
        "summary": content.summary,
        "sessions": content.sessions,
        "left_out": content.left_out,
        "weeks": content.weeks,
        "parts": shown,
        "letter": content.letter,
        "next": content.next,
        "words": _words(),
    }


def _part(part: Part, figures: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": part.id,
        "name": part.name,
        "question": part.question,
        "said": part.said,
        "figures": figures,
        "tables": [_table(each) for each in part.tables],
    }


def _table(table: Table) -> dict[str, Any]:
    return {"headers": table.headers, "rows": table.rows, "left_out": table.left_out}


def _figure(figure: Figure, *, draws: bool) -> dict[str, Any]:
    return {
        "name": figure.name,
        "sentence": figure.sentence,
        "n": figure.n,
        "left_out": figure.left_out,
        "svg": _drawn(figure) if draws and figure.data is not None else "",
        "table": _table(table_of(figure)),
    }


def _drawn(figure: Figure) -> str:
    import vl_convert  # a process that used it must never fork: only the worker comes here

    return on_paper(vl_convert.vegalite_to_svg(figure.draw(figure.data)))


def on_paper(svg: str) -> str:
    """Put the light theme's colours in place of the page's custom properties."""
    return _TOKEN.sub(lambda match: LIGHT[match[1]], svg)


def _words() -> dict[str, str]:
    """The words that the Typst files themselves say."""
    return {
        "profile": _("Movement profile"),
        "full": _("Full report"),
        "virtual": _("virtual"),
        "plan": _("Plan"),
        "practice": _("Practice"),
        "minutes": _("Minutes a week; above the bar, the days that were asked for."),
        "safety": _("Safety"),
        "learning": _("Learning"),
        "systems": _("Learning systems"),
        "scales": _("Clinical scales"),
        "next": _("Next"),
        "nothing": _("Nothing measured yet."),
        "sessions": _("sessions"),
        "left_out": _("left out for quality"),
        "earlier": _("earlier rows are in the CSV"),
        "not_validated": _("Not validated for diagnosis"),
        "printed": _("printed"),
        "dear": _("Dear"),
        "hello": _("Hello"),
        "from": _("With good wishes,"),
        "letter_note": _("This letter tells what the games measured. It is no medical advice."),
        "of": _("of"),
    }
