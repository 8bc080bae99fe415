"""Where visits answer."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from frontdesk.visits.models import LateArrival, Stage
from frontdesk.visits.views import (
    asked,
    calls,
    charges,
    check_in,
    check_out,
    displays,
    flow,
    recovery,
    rooming,
    rooms,
    set_check_in,
    superbill,
    tickets,
    waits,
)


class StageWord(StringConverter):
    """A stage that needs no room; another word is no address."""

    regex = "|".join((Stage.WITH_PROVIDER.value, Stage.CHECK_OUT.value, Stage.GONE.value))


class ItemWord(StringConverter):
    """A word for a thing that check-out asks."""

    regex = "[a-z0-9_]{2,20}"


class RoomWord(StringConverter):
    """What is said of a room."""

    regex = "clean|soil"


class LateWord(StringConverter):
    """A provider's word on a late arrival."""

    regex = "|".join(one.value for one in LateArrival.Answer if one != LateArrival.Answer.ASKED)


class EndWord(StringConverter):
    """How a number leaves the queue."""

    regex = "served|left"


register_converter(RoomWord, "room_step")
register_converter(LateWord, "late_answer")
register_converter(EndWord, "ticket_end")


class ToldWord(StringConverter):
    """What staff do with what a patient said."""

    regex = "take|leave"


register_converter(ToldWord, "told_answer")
register_converter(StageWord, "visit_stage")
register_converter(ItemWord, "check_out_kind")

app_name = "visits"

_FLOW = [
    path("walk-in/", flow.walk_in, name="walk_in"),
    path("walk-in/times/", flow.walk_in_times, name="walk_in_times"),
    path("of/<uuid:pk>/", flow.drawer, name="drawer"),
    path("paper/", recovery.recovery, name="paper"),
    path("of/<uuid:pk>/came/", recovery.came, name="paper_came"),
    path("of/<uuid:pk>/arrive/", flow.arrive, name="arrive"),
    path("<uuid:pk>/move/<visit_stage:stage>/", flow.move, name="move"),
    path("<uuid:pk>/room/", flow.room, name="room"),
    path("<uuid:pk>/left/", flow.left, name="left"),
    path("<uuid:pk>/undo/", flow.undo, name="undo_last"),
    path("<uuid:pk>/undo/<uuid:event>/", flow.undo, name="undo"),
]
_FLOOR = [
    path("rooms/<uuid:pk>/", rooms.room, name="room_state"),
    path("rooms/<uuid:pk>/<room_step:step>/", rooms.change, name="room_change"),
    path("rooms/<uuid:pk>/close/", rooms.close, name="room_close"),
    path("rooms/<uuid:pk>/undo/<uuid:event>/", rooms.undo, name="room_undo"),
    path("rooms/<uuid:pk>/call/", calls.light, name="light"),
    path("rooms/<uuid:pk>/write/", calls.write, name="write"),
    path("help/", calls.help_now, name="help"),
    path("building/", calls.who_is_here, name="building"),
    path("calls/<uuid:pk>/answer/", calls.answer, name="call_answer"),
    path("calls/<uuid:pk>/again/", calls.again, name="call_again"),
    path("calls/<uuid:pk>/cancel/", calls.cancel, name="call_cancel"),
    path("<uuid:pk>/messages/", calls.messages, name="messages"),
    path("queue/", tickets.queue, name="queue"),
    path("queue/next/", tickets.call_next, name="call_next"),
    path("queue/<uuid:pk>/<ticket_end:how>/", tickets.finish, name="ticket_end"),
    path("queue/<uuid:pk>/whose/", tickets.give, name="ticket_give"),
    path("<uuid:pk>/call-in/", tickets.call_in, name="call_in"),
    path("<uuid:pk>/times/", waits.times, name="times"),
    path("<uuid:pk>/times/<uuid:event>/", waits.correct, name="correct"),
    path("<uuid:pk>/late/<late_answer:answer>/", waits.late, name="late"),
    path("alarms/", waits.policy, name="policy"),
    path("waits/", waits.figures, name="waits"),
    path("displays/add/", displays.add, name="display_add"),
    path("displays/<uuid:pk>/end/", displays.end, name="display_end"),
    path("<uuid:pk>/position/", displays.position, name="position"),
    path("<uuid:pk>/position/show/", displays.show_position, name="position_show"),
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
    path("<uuid:pk>/check-in/asked/<uuid:rule>/", asked.answer_question, name="answer_question"),
    path("<uuid:pk>/check-in/finish/", check_in.finish, name="finish"),
]
_SET = [
    path("set/", set_check_in.set_check_in, name="set_check_in"),
    path("set/tablets/add/", set_check_in.add_tablet, name="tablet_add"),
    path("set/tablets/<uuid:pk>/pair/", set_check_in.pair_tablet, name="tablet_pair"),
    path("set/tablets/<uuid:pk>/end/", set_check_in.end_tablet, name="tablet_end"),
    path("without/", set_check_in.report, name="accountability"),
    path("told/of/<uuid:pk>/", set_check_in.to_decide, name="to_decide"),
    path("told/<uuid:pk>/<told_answer:answer>/", set_check_in.decide, name="decide"),
    path("of/<uuid:pk>/phone/", set_check_in.phone_link, name="phone_link"),
    *set_check_in.STEPS.urls(),
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
_CHARGES = [
    path("charges/", charges.charges, name="charges"),
    path("charges/differences/", charges.differences, name="charge_differences"),
    path("charges/code-year/", charges.code_year, name="code_year"),
    path("<uuid:pk>/charge-waits/", charges.charge_waits, name="charge_waits"),
    path("<uuid:pk>/superbill/same/", charges.same_as_last, name="same_as_last"),
    path("<uuid:pk>/superbill/undo/", charges.undo, name="undo_superbill"),
    path("<uuid:pk>/superbill/level/", charges.level, name="visit_level"),
    path("lines/<uuid:pk>/modifier/", charges.add_modifier, name="add_modifier"),
    path("<uuid:pk>/superbill/beginning/", charges.beginning, name="beginning"),
    path("lines/<uuid:pk>/drug/", charges.drug, name="line_drug"),
]
_CHECK_OUT = [
    path("<uuid:pk>/check-out/", check_out.check_out, name="check_out"),
    path("<uuid:pk>/check-out/finish/", check_out.finish, name="finish_check_out"),
    path("<uuid:pk>/check-out/estimate/", check_out.reckon, name="reckon"),
    path("<uuid:pk>/check-out/come-back/", superbill.come_back, name="come_back"),
    path("<uuid:pk>/check-out/<check_out_kind:kind>/", check_out.answer, name="answer"),
    path("<uuid:pk>/check-out/<check_out_kind:kind>/done/", check_out.step_done, name="step_done"),
    path("panel/<uuid:pk>/", check_out.panel, name="panel"),
]

urlpatterns = [*_FLOW, *_FLOOR, *_CHECK_IN, *_SET, *_ROOMING, *_SUPERBILL, *_CHARGES, *_CHECK_OUT]
