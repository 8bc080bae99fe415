"""Where visits answer."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from frontdesk.visits.models import CheckOutItem, Stage
from frontdesk.visits.views import check_in, check_out, flow, rooming, superbill


class StageWord(StringConverter):
    """A stage that needs no room; another word is no address."""

    regex = "|".join((Stage.WITH_PROVIDER.value, Stage.CHECK_OUT.value, Stage.GONE.value))


class ItemWord(StringConverter):
    """A kind of thing that check-out asks."""

    regex = "|".join(CheckOutItem.Kind.values)


register_converter(StageWord, "visit_stage")
register_converter(ItemWord, "check_out_kind")

app_name = "visits"

_FLOW = [
    path("walk-in/", flow.walk_in, name="walk_in"),
    path("of/<uuid:pk>/", flow.drawer, name="drawer"),
    path("of/<uuid:pk>/arrive/", flow.arrive, name="arrive"),
    path("<uuid:pk>/move/<visit_stage:stage>/", flow.move, name="move"),
    path("<uuid:pk>/room/", flow.room, name="room"),
    path("<uuid:pk>/left/", flow.left, name="left"),
    path("<uuid:pk>/undo/", flow.undo, name="undo_last"),
    path("<uuid:pk>/undo/<uuid:event>/", flow.undo, name="undo"),
]
_CHECK_IN = [
    path("<uuid:pk>/check-in/", check_in.check_in, name="check_in"),
    path("<uuid:pk>/check-in/identity/", check_in.identity, name="identity"),
    path("<uuid:pk>/check-in/details/", check_in.details, name="details"),
    path("<uuid:pk>/check-in/coverage/", check_in.choose, name="choose"),
    path("<uuid:pk>/check-in/card/", check_in.card, name="card"),
    path("<uuid:pk>/check-in/verify/<uuid:policy>/", check_in.verify, name="verify"),
    path("<uuid:pk>/check-in/forms/", check_in.forms_done, name="forms_done"),
    path("<uuid:pk>/check-in/forms/<uuid:form_pk>/", check_in.sign, name="sign"),
    path("<uuid:pk>/check-in/payment/", check_in.pay, name="pay"),
    path("<uuid:pk>/check-in/finish/", check_in.finish, name="finish"),
]
_ROOMING = [
    path("<uuid:pk>/vitals/", rooming.vitals, name="vitals"),
    path("vitals/<uuid:pk>/void/", rooming.void_vitals, name="void_vitals"),
    path("vitals/<uuid:pk>/restore/", rooming.restore_vitals, name="restore_vitals"),
]
_SUPERBILL = [
    path("<uuid:pk>/superbill/", superbill.superbill, name="superbill"),
    path("<uuid:pk>/superbill/begin/", superbill.begin, name="begin_superbill"),
    path("<uuid:pk>/superbill/diagnosis/", superbill.add_diagnosis, name="add_diagnosis"),
    path("<uuid:pk>/superbill/procedure/", superbill.add_line, name="add_line"),
    path("<uuid:pk>/superbill/sign/", superbill.sign, name="sign_superbill"),
    path("<uuid:pk>/superbill/complete/", superbill.complete, name="complete_superbill"),
    path("<uuid:pk>/superbill/reopen/", superbill.reopen, name="reopen"),
    path("<uuid:pk>/superbill/no-charge/", superbill.no_charge, name="no_charge"),
    path("<uuid:pk>/superbill.pdf", superbill.pdf, name="superbill_pdf"),
    path("diagnoses/<uuid:pk>/remove/", superbill.remove_diagnosis, name="remove_diagnosis"),
    path("diagnoses/<uuid:pk>/first/", superbill.put_first, name="put_first"),
    path("lines/<uuid:pk>/", superbill.change_line, name="change_line"),
    path("lines/<uuid:pk>/remove/", superbill.remove_line, name="remove_line"),
    path("lines/<uuid:pk>/restore/", superbill.restore_line, name="restore_line"),
]
_CHECK_OUT = [
    path("<uuid:pk>/check-out/", check_out.check_out, name="check_out"),
    path("<uuid:pk>/check-out/finish/", check_out.finish, name="finish_check_out"),
    path("<uuid:pk>/check-out/estimate/", check_out.reckon, name="reckon"),
    path("<uuid:pk>/check-out/<check_out_kind:kind>/", check_out.answer, name="answer"),
    path("panel/<uuid:pk>/", check_out.panel, name="panel"),
]

urlpatterns = [*_FLOW, *_CHECK_IN, *_ROOMING, *_SUPERBILL, *_CHECK_OUT]
