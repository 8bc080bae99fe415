"""Where reports answer."""

from django.urls import path

from frontdesk.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.aging, name="aging"),
    path("open/", views.open_rows, name="open_rows"),
    path("open-work/", views.motion_file, name="motion_file"),
    path("coming/", views.coming, name="coming"),
    path("trial/", views.trial, name="trial"),
    path("trial/ties/", views.ties, name="ties"),
    path("entries/", views.entries, name="entries"),
    path("profit/", views.profit, name="profit"),
    path("beancount/", views.beancount_file, name="beancount"),
    path("figures/", views.figures, name="kpis"),
    path("figures/one/", views.figure, name="kpi"),
    path("figures/rows/", views.figure_rows, name="kpi_rows"),
    path("figures/file/", views.figures_file, name="kpi_file"),
    path("figures/count/", views.count_figures, name="kpi_count"),
    path("figures/goals/", views.set_terms, name="kpi_terms"),
    path("figures/again/", views.recount, name="kpi_recount"),
    path("close/", views.close, name="close"),
    path("close/month/", views.month, name="month"),
    path("close/<uuid:pk>/", views.closing, name="closing"),
    path("close/<uuid:pk>/reopen/", views.reopen, name="reopen"),
    path("close/<uuid:pk>/keep/", views.keep_closed, name="keep_closed"),
]
