"""The URLs of notifications and support threads in /api/v1/."""

from django.urls import re_path

from notifications import views
from utils.api.routers import Router

router = Router()
router.register("notifications", views.NotificationViewSet, "notification")
router.register("threads", views.ThreadViewSet, "thread")
router.register("threads/<number:thread_number>/messages", views.ThreadMessageViewSet, "thread-message")

urlpatterns = [
    *router.urls,
    # With and without the slash at the end: both have been published.
    re_path(r"^notifications/ticket/?$", views.NotificationViewSet.as_view({"post": "ticket"})),
]
