"""`manage.py assets`: make what pages load and no repository should carry: the chart script and the fonts.

The chart library comes out of vl-convert's wheel and the font out of its own; both land in the data
folder's `assets`, which the static files are served from. Run before the web process starts.
"""

from __future__ import annotations

import shutil
from importlib import resources
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

FONTS = ("Regular", "Semibold", "Bold")


class Command(BaseCommand):
    help = "Write the chart script and the fonts into the data folder."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.ASSETS_DIR / "dashboard"
        (folder / "fonts").mkdir(parents=True, exist_ok=True)
        source = resources.files("font_source_sans_pro") / "files"
        for weight in FONTS:
            name = f"SourceSansPro-{weight}.ttf"
            with resources.as_file(source / name) as path:
                shutil.copyfile(path, folder / "fonts" / name)
        script = folder / "vega.js"
        if not script.exists():
            import vl_convert  # only here: a process that used it must never fork

            bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub lacks the default
            script.write_text(bundle, encoding="utf-8")
        self.stdout.write(f"assets are in {folder.name}")
