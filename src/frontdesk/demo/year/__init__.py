"""Many days of a practice by the real operations, with the clock of the house set to each day.

Patients are booked, cancel, stay away or walk in; what visits need is asked for; drawers are
opened, counted blind and brought to the bank; claims go to the training payers, whose habits
make trouble (`payers`), and the biller works what the lists put on top (`biller`); patients pay
by mail, by link, by plan or not at all (`patients`); days and months are closed (`closing`). The
end of each day is kept: interrupted, the year goes on with the next one.
"""

from frontdesk.demo.year.living import InUse, Stopped, live

__all__ = ["InUse", "Stopped", "live"]
