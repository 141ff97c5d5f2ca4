from django.urls import path, re_path

from notifications import views

urlpatterns = [
    path("notifications/", views.NotificationListView.as_view()),
    path("notifications/read/", views.NotificationReadView.as_view()),
    re_path(r"^notifications/ticket/?$", views.TicketView.as_view()),
    path("threads/", views.ThreadListView.as_view()),
    path("threads/<number:thread_number>/", views.ThreadView.as_view()),
    path("threads/<number:thread_number>/messages/", views.ThreadMessagesView.as_view()),
    path("threads/<number:thread_number>/close/", views.ThreadCloseView.as_view()),
]
