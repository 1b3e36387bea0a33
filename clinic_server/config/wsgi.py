"""The web process: `granian --interface wsgi clinic_server.config.wsgi:application`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_server.config.settings")

application = get_wsgi_application()
