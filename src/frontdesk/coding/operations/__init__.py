"""What can be done with codes and prices."""

from frontdesk.coding.operations.codesets import follow_order_file, load_code_sets
from frontdesk.coding.operations.prices import (
    import_prices,
    open_schedule,
    retire_charge,
    save_charge,
    set_fee,
)

__all__ = [
    "follow_order_file",
    "import_prices",
    "load_code_sets",
    "open_schedule",
    "retire_charge",
    "save_charge",
    "set_fee",
]
