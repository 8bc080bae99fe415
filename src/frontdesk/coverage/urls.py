"""Where coverage answers."""

from django.urls import path

from frontdesk.coverage.views import authorizing, chart, finding, promised

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
    path("policies/<uuid:pk>/authorize/", authorizing.authorize, name="authorize"),
    path("policies/<uuid:pk>/not-needed/", authorizing.not_needed, name="not_needed"),
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
    *authorizing.RULES.urls(),
    *authorizing.TERMS.urls(),
    path("authorizations/", authorizing.work_list, name="authorizations"),
    path("authorizations/<uuid:pk>/", authorizing.authorization, name="authorization"),
    path("authorizations/<uuid:pk>/correct/", authorizing.correct, name="authorization_correct"),
    path("authorizations/<uuid:pk>/send/", authorizing.send, name="authorization_send"),
    path("authorizations/<uuid:pk>/ask/", authorizing.ask, name="authorization_ask"),
    path("authorizations/<uuid:pk>/answer/", authorizing.answer, name="authorization_answer"),
    path("authorizations/<uuid:pk>/call/", authorizing.peer, name="authorization_peer"),
    path("authorizations/<uuid:pk>/appeal/", authorizing.appeal, name="authorization_appeal"),
    path("authorizations/<uuid:pk>/withdraw/", authorizing.withdraw, name="authorization_withdraw"),
    path("authorizations/<uuid:pk>/renew/", authorizing.renew, name="authorization_renew"),
    path("authorizations/<uuid:pk>/wanted/", authorizing.evidence, name="authorization_evidence"),
    path("disputes/<uuid:pk>/", authorizing.outcome, name="authorization_outcome"),
]
