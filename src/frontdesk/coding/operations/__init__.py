"""What can be done with codes and prices."""

from frontdesk.coding.operations.codesets import follow_order_file, index_again, load_code_sets
from frontdesk.coding.operations.contracts import (
    add_term,
    remove_term,
    save_contract,
    withdraw_contract,
)
from frontdesk.coding.operations.necessity import import_necessity
from frontdesk.coding.operations.payment import follow_medicare, follow_pairs, follow_units
from frontdesk.coding.operations.prices import (
    import_prices,
    open_schedule,
    save_charge,
    set_fee,
)

__all__ = [
    "add_term",
    "follow_medicare",
    "follow_order_file",
    "follow_pairs",
    "follow_units",
    "import_necessity",
    "import_prices",
    "index_again",
    "load_code_sets",
    "open_schedule",
    "remove_term",
    "save_charge",
    "save_contract",
    "set_fee",
    "withdraw_contract",
]
