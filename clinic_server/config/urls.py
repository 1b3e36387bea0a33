"""Every address of the server."""

from __future__ import annotations

import importlib.util

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from clinic_server.accounts.views import signin_link
from clinic_server.core import health, problems
from clinic_server.devices import pair_api
from clinic_server.plans import sync_api as plans_sync
from clinic_server.recordings import sync_api

pair = [
    path("start", pair_api.start),
    path("poll", pair_api.poll),
    path("nonce", pair_api.nonce),
    path("token", pair_api.token),
]
sync = [
    path("hello", sync_api.hello),
    path("bundles/<uuid:bundle_id>", sync_api.bundle),
    path("bundles/<uuid:bundle_id>/chunks/<int:number>", sync_api.chunk),
    path("bundles/<uuid:bundle_id>/commit", sync_api.commit),
    path("inventory", sync_api.inventory),
    path("plans", plans_sync.plans),
    path("plans/<int:revision>/applied", plans_sync.applied),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("pair/v1/", include(pair)),
    path("sync/v1/", include(sync)),
    path("api/v1/schema", SpectacularAPIView.as_view(), name="schema"),
    path(
        "api/v1/docs",
        SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="core/api_docs.html"),
        name="api-docs",
    ),
    path("api/v1/", include("clinic_server.config.api_urls")),
    path("problems/", problems.explain, name="problems"),
    path("problems/<slug:code>", problems.explain, name="problem"),
    path("signin/<str:token>", signin_link, name="signin-link"),
    path("account/", include("allauth.urls")),
]
_HAS_PAGES = importlib.util.find_spec("clinic_server.dashboard") is not None
if _HAS_PAGES and importlib.util.find_spec("clinic_server.dashboard.urls") is not None:
    urlpatterns.append(path("", include("clinic_server.dashboard.urls")))
    urlpatterns.append(path("", include("clinic_server.reports.urls")))
