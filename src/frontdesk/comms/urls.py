"""Where messages answer."""

from django.urls import path

from frontdesk.comms import views

app_name = "comms"
urlpatterns = [
    path("", views.messages, name="messages"),
    path("<uuid:pk>/", views.message, name="message"),
    path("<uuid:pk>/reply/", views.reply, name="reply"),
    path("<uuid:pk>/again/", views.send_again, name="send_again"),
    path("patients/<uuid:pk>/", views.panel, name="panel"),
    path("wordings/", views.wordings, name="wordings"),
    path("wordings/<str:kind>/<str:language>/", views.wording, name="wording"),
    path("wordings/<str:kind>/<str:language>/seen/", views.preview, name="wording_seen"),
    path("line/", views.line, name="line"),
    path("texts/", views.text_came, name="text_came"),
    path("texts/status/", views.text_state, name="text_state"),
]
