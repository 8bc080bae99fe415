"""What the screens across rooms do that no room could do alone."""

from frontdesk.workspace.operations.audit import export_audit
from frontdesk.workspace.operations.fhir_intake import READ, FhirIntake, bring_in_fhir
from frontdesk.workspace.operations.founding import open_the_house
from frontdesk.workspace.operations.intake import bring_in_export
from frontdesk.workspace.operations.practice_file import bring_in_practice

__all__ = [
    "READ",
    "FhirIntake",
    "bring_in_export",
    "bring_in_fhir",
    "bring_in_practice",
    "export_audit",
    "open_the_house",
]
