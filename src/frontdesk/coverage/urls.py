"""Where coverage answers."""

from django.urls import path

from frontdesk.coverage.views import chart, finding, promised

app_name = "coverage"
urlpatterns = [
    *chart.PAYERS.urls(),
    path("payers-found/", chart.payer_options, name="payer_options"),
    path("payers/<uuid:pk>/outcomes/", promised.outcomes, name="outcomes"),
    path("patients/<uuid:pk>/", chart.patient, name="patient"),
    path("patients/<uuid:pk>/panel/", chart.panel, name="panel"),
    path("patients/<uuid:pk>/add/", chart.add, name="add"),
    path("patients/<uuid:pk>/estimate/", chart.estimate, name="estimate"),
    path("policies/<uuid:pk>/", chart.policy, name="policy"),
    path("policies/<uuid:pk>/end/", chart.end, name="end"),
    path("policies/<uuid:pk>/up/", chart.move_up, name="move_up"),
    path("policies/<uuid:pk>/verify/", chart.verify, name="verify"),
    path("policies/<uuid:pk>/by-hand/", finding.by_hand, name="by_hand"),
    path("policies/<uuid:pk>/authorize/", chart.authorize, name="authorize"),
    path("checks/<uuid:pk>/", chart.check, name="check"),
    path("proposals/<uuid:pk>/", finding.proposal, name="proposal"),
    path("proposals/<uuid:pk>/decline/", finding.decline, name="decline"),
    path("plans/", finding.plans, name="plans"),
    path("plans/<uuid:pk>/", finding.plan, name="plan"),
    path("looking/", finding.discovery_rule, name="discovery_rule"),
    path("estimates/<uuid:pk>/", chart.given, name="given"),
    path("good-faith/", promised.good_faiths, name="good_faiths"),
    path("good-faith/<uuid:pk>/", promised.good_faith, name="good_faith"),
    path("good-faith/<uuid:pk>/drop/", promised.good_faith_drop, name="good_faith_drop"),
    path("good-faith/<uuid:pk>/paper/", promised.good_faith_paper, name="good_faith_paper"),
    path("accuracy/", promised.accuracy, name="accuracy"),
    path("authorizations/<uuid:pk>/", chart.authorization, name="authorization"),
]
