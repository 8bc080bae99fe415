"""Single-defect mutants of a clean message: each differs from it in one fault only."""

from dataclasses import dataclass

from tests.x12.samples import recounted


@dataclass(frozen=True)
class Mutant:
    """A faulty message: what was done to it, its SNIP type, and where it should be found."""

    name: str
    snip: int
    data: bytes
    element: str = ""


class Mutator:
    """Edits the segments of a message that has one interchange, group and transaction set."""

    def __init__(self, data):
        self.texts = data.decode("ascii").rstrip("~").split("~")

    def joined(self, texts):
        return ("~".join(texts) + "~").encode("ascii")

    def find(self, prefix, nth=0):
        return [i for i, text in enumerate(self.texts) if text.startswith(prefix)][nth]

    def element(self, prefix, position, value, nth=0):
        """Replace one element."""
        texts = list(self.texts)
        index = self.find(prefix, nth)
        parts = texts[index].split("*")
        parts += [""] * (position + 1 - len(parts))
        parts[position] = value
        texts[index] = "*".join(parts)
        return self.joined(texts)

    def without(self, prefix, nth=0):
        """Leave one segment out; the count is kept right."""
        texts = list(self.texts)
        del texts[self.find(prefix, nth)]
        return recounted(self.joined(texts))

    def twice(self, prefix, times=1, nth=0):
        """Repeat one segment; the count is kept right."""
        texts = list(self.texts)
        index = self.find(prefix, nth)
        texts[index:index] = [texts[index]] * times
        return recounted(self.joined(texts))

    def moved(self, prefix, before, nth=0):
        """Put one segment before another; the count stays right."""
        texts = list(self.texts)
        text = texts.pop(self.find(prefix, nth))
        index = next(i for i, other in enumerate(texts) if other.startswith(before))
        texts.insert(index, text)
        return self.joined(texts)

    def inserted(self, text, before):
        """Add a foreign segment; the count is kept right."""
        texts = list(self.texts)
        texts.insert(self.find(before), text)
        return recounted(self.joined(texts))


def envelope_mutants(data):
    """Faults of the envelope, the same for every set."""
    m = Mutator(data)
    yield Mutant("ISA13 and IEA02 differ", 1, m.element("IEA", 2, "000000002"), "IEA02")
    yield Mutant("wrong number of groups", 1, m.element("IEA", 1, "2"), "IEA01")
    yield Mutant("GS06 and GE02 differ", 1, m.element("GE", 2, "77"), "GE02")
    yield Mutant("wrong number of sets", 1, m.element("GE", 1, "3"), "GE01")
    yield Mutant("ST02 and SE02 differ", 1, m.element("SE", 2, "0009"), "SE02")
    yield Mutant("wrong number of segments", 1, m.element("SE", 1, "999"), "SE01")
    yield Mutant("no SE", 1, m.without("SE"))
    yield Mutant("no GE", 1, m.without("GE"))
    yield Mutant("no IEA", 1, m.without("IEA"))
    yield Mutant("usage neither P nor T", 1, m.element("ISA", 15, "X"), "ISA15")
    yield Mutant("an impossible day in GS", 1, m.element("GS", 4, "20261341"), "GS04")
    yield Mutant("an unknown kind of authorization", 1, m.element("ISA", 1, "@@"), "ISA01")
    yield Mutant("an end too many", 1, m.twice("IEA"))
    yield Mutant("an unknown guide", 1, m.element("GS", 8, "005010X999"), "GS08")
    yield Mutant("a foreign segment", 1, m.inserted("ZZZ*1", "SE"))
    yield Mutant(
        "trailing separators",
        1,
        m.joined([f"{t}**" if t[:4] == "HL*2" or t[:3] == "TRN" else t for t in m.texts]),
    )
    yield Mutant("a segment without elements", 1, m.joined([*m.texts[:3], "REF", *m.texts[3:]]))


def claim_mutants(data):
    """Faults of an 837P."""
    m = Mutator(data)
    yield Mutant("no BHT", 2, m.without("BHT"))
    yield Mutant("no claim", 2, recounted(m.joined([t for t in m.texts if t[:3] != "CLM"])))
    yield Mutant("no submitter contact", 2, m.without("PER"))
    yield Mutant("no billing address", 2, m.without("N3"))
    yield Mutant("no billing city", 2, m.without("N4"))
    yield Mutant("no tax id", 2, m.without("REF*EI"))
    yield Mutant("no receiver", 2, m.without("NM1*40"))
    yield Mutant("no payer", 2, m.without("NM1*PR"))
    yield Mutant("no diagnosis", 2, m.without("HI"))
    yield Mutant("no service", 2, m.without("SV1"))
    yield Mutant("no service date", 2, m.without("DTP*472"))
    yield Mutant("no coverage", 2, m.without("SBR"))
    yield Mutant("two claims' heads", 2, m.twice("SV1"))
    yield Mutant("four submitter contacts", 2, m.twice("PER", 3))
    yield Mutant("two service dates", 2, m.twice("DTP*472"))
    yield Mutant("service before its number", 2, m.moved("SV1", "LX"))
    yield Mutant("diagnosis before the claim", 2, m.moved("HI", "CLM"))
    yield from _claim_value_mutants(m)


def _claim_value_mutants(m):
    yield Mutant("the payer before the subscriber", 2, m.moved("NM1*PR", "NM1*IL"))
    yield Mutant("no claim number", 2, m.element("CLM", 1, ""), "CLM01")
    yield Mutant("a long claim number", 1, m.element("CLM", 1, "X" * 39), "CLM01")
    yield Mutant("letters in the charge", 1, m.element("CLM", 2, "15O"), "CLM02")
    yield Mutant("a comma in the charge", 1, m.element("CLM", 2, "1,50"), "CLM02")
    yield Mutant("a charge without digits", 1, m.element("CLM", 2, "."), "CLM02")
    yield Mutant("an unused element", 2, m.element("CLM", 3, "MC"), "CLM03")
    yield Mutant("an unknown assignment", 2, m.element("CLM", 7, "Q"), "CLM07")
    yield Mutant("no place of service", 1, m.element("CLM", 5, ":B:1"), "CLM05-1")
    yield Mutant("too many components", 1, m.element("CLM", 5, "11:B:1:9"), "CLM05-4")
    yield Mutant("an unknown unit", 2, m.element("SV1", 3, "XX"), "SV103")
    yield Mutant("no unit", 2, m.element("SV1", 3, ""), "SV103")
    yield Mutant("an unknown kind of procedure", 2, m.element("SV1", 1, "QQ:99213"), "SV101-1")
    yield Mutant("29 February of a common year", 1, m.element("DTP*472", 3, "20250229"), "DTP03")
    yield Mutant(
        "a span where a day is said", 1, m.element("DTP*472", 3, "20250201-20250202"), "DTP03"
    )
    yield Mutant("an impossible birth date", 1, m.element("DMG", 2, "19801341"), "DMG02")
    yield Mutant("an unknown sex", 2, m.element("DMG", 3, "X"), "DMG03")
    yield Mutant("a time of 25 o'clock", 1, m.element("BHT", 5, "2530"), "BHT05")
    yield Mutant("an id without its kind", 1, m.element("NM1*82", 8, ""), "NM108")
    yield Mutant("a kind without its id", 1, m.element("NM1*82", 9, ""), "NM109")
    yield Mutant("spaces at the end", 1, m.element("NM1*IL", 3, "LEE "), "NM103")
    yield Mutant("a control character", 1, m.element("NM1*IL", 3, "L\x07E"), "NM103")
    yield Mutant("an element too many", 1, m.element("LX", 2, "1"), "LX02")
    yield Mutant("a state and a subdivision", 1, m.element("N4", 7, "QQ"), "N407")
    yield Mutant("a short postal code", 1, m.element("N4", 3, "62"), "N403")
    yield Mutant("level numbers jump", 1, m.element("HL*2", 1, "7"), "HL01")
    yield Mutant("a parent that is not there", 1, m.element("HL*2", 2, "9"), "HL02")
    yield Mutant("an unknown level", 2, m.element("HL*2", 3, "99"), "HL03")
    yield Mutant("the claim is not the sum of its lines", 3, m.element("CLM", 2, "151"), "CLM02")
    yield Mutant("a line is not in the sum", 3, m.element("SV1", 2, "149.99"), "CLM02")
    yield Mutant("lines do not count from 1", 2, m.element("LX", 1, "2"), "LX01")
    yield Mutant("a pointer at no diagnosis", 4, m.element("SV1", 7, "9"), "SV107")
    yield Mutant("a replacement of nothing", 4, m.element("CLM", 5, "11:B:7"), "CLM05-3")


def remittance_mutants(data):
    """Faults of an 835."""
    m = Mutator(data)
    yield Mutant("no payment", 2, m.without("BPR"))
    yield Mutant("no trace", 2, m.without("TRN"))
    yield Mutant("no payer", 2, m.without("N1*PR"))
    yield Mutant("no payee", 2, m.without("N1*PE"))
    yield Mutant("no technical contact", 2, m.without("PER*BL"))
    yield Mutant("no patient", 2, m.without("NM1*QC"))
    yield Mutant("no claim", 2, m.without("CLP"))
    yield Mutant("two traces", 2, m.twice("TRN"))
    yield Mutant("three payers", 2, m.twice("N1*PE"))
    yield Mutant("patient twice", 2, m.twice("NM1*QC"))
    yield Mutant("reductions before the line", 2, m.moved("CAS", "LX"))
    yield Mutant("no status", 2, m.element("CLP", 2, ""), "CLP02")
    yield Mutant("an unknown status", 2, m.element("CLP", 2, "99"), "CLP02")
    yield Mutant("an unknown method", 2, m.element("BPR", 4, "ZZZ"), "BPR04")
    yield Mutant("no payment date", 2, m.element("BPR", 16, ""), "BPR16")
    yield Mutant("an impossible payment date", 1, m.element("BPR", 16, "20261301"), "BPR16")
    yield Mutant("letters in the payment", 1, m.element("BPR", 2, "8O"), "BPR02")
    yield Mutant("a reason without an amount", 1, m.element("CAS*CO", 3, ""), "CAS03")
    yield Mutant("an unknown group", 2, m.element("CAS*CO", 1, "XX"), "CAS01")
    yield Mutant("a second amount without reason", 1, m.element("CAS*CO", 6, "5"))
    yield Mutant("a long trace", 1, m.element("TRN", 2, "X" * 51), "TRN02")
    yield Mutant("an unknown handling", 2, m.element("BPR", 1, "Q"), "BPR01")
    yield Mutant("the line does not balance", 3, m.element("SVC", 3, "79"), "SVC03")
    yield Mutant("the claim does not balance", 3, m.element("CLP", 4, "81"), "CLP04")
    yield Mutant("the claim's charge is another", 3, m.element("CLP", 3, "151"))
    yield Mutant("a reduction is another", 3, m.element("CAS*CO", 3, "51"))
    yield Mutant("the payment is another", 3, m.element("BPR", 2, "80.01"), "BPR02")
    yield Mutant(
        "a forgotten adjustment", 3, m.inserted("PLB*1234567893*20261231*WO:A*5", "SE"), "BPR02"
    )
    yield Mutant("the patient owes another amount", 3, m.element("CLP", 5, "21"), "CLP05")
    yield Mutant("a reversal with its signs kept", 3, m.element("CLP", 2, "22"))
    yield Mutant("a negative payment", 3, m.element("BPR", 2, "-80"), "BPR02")


def response_mutants(data):
    """Faults of a 271."""
    m = Mutator(data)
    yield Mutant("related entities are not opened", 2, m.without("LS"))
    yield Mutant("related entities are not closed", 2, m.without("LE"))
    yield Mutant("an unknown benefit", 2, m.element("EB", 1, "ZZ"), "EB01")
    yield Mutant("an unknown network", 2, m.element("EB*B", 12, "Q"), "EB12")
    yield Mutant("letters in a copay", 1, m.element("EB*B", 7, "2S"), "EB07")
    yield Mutant("a message before its benefit", 2, m.moved("MSG", "DMG"))
    yield Mutant("no subscriber", 2, m.without("NM1*IL"))


def acknowledgement_mutants(data):
    """Faults of a 277CA."""
    m = Mutator(data)
    yield Mutant("no status of the batch", 2, m.without("STC*A1"))
    yield Mutant("no claim trace", 2, m.without("TRN*2*CLM-17"))
    yield Mutant("no patient", 2, m.without("NM1*QC"))
    yield Mutant("an unknown action", 2, m.element("STC*A2", 3, "X"), "STC03")
    yield Mutant("no status code", 1, m.element("STC*A2", 1, "A2"), "STC01-2")
    yield Mutant("no day of receipt", 2, m.without("DTP*050"))


def eligibility_mutants(data):
    """Faults of a 270."""
    m = Mutator(data)
    yield Mutant("no source", 2, m.without("NM1*PR"))
    yield Mutant("no asker", 2, m.without("NM1*1P"))
    yield Mutant("no subscriber", 2, m.without("NM1*IL"))
    yield Mutant("an unknown service type", 2, m.element("EQ", 1, "ZQ"), "EQ01")
    yield Mutant("a purpose of another message", 2, m.element("BHT", 2, "11"), "BHT02")
    yield Mutant("an impossible birth date", 1, m.element("DMG", 2, "19801341"), "DMG02")
    yield Mutant("an unknown date", 2, m.element("DTP*291", 1, "999"), "")
    yield Mutant("a level that denies what is below", 2, m.element("HL*2", 4, "0"), "HL04")
    yield Mutant("three traces", 2, m.twice("TRN", 2))
    yield Mutant("no asker id", 2, m.element("NM1*1P", 9, ""), "NM109")
