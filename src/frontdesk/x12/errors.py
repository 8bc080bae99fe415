"""What reading and writing raise."""

from collections.abc import Sequence

from frontdesk.x12.models.message import Defect


class NotX12(ValueError):
    """The source holds no interchange: no ISA segment was found."""


class Unwritable(ValueError):
    """A model cannot be written as a valid message.

    `defects` name each place; neither they nor the text of the exception hold values.
    """

    def __init__(self, message: str, defects: Sequence[Defect] = ()) -> None:
        """Keep the defects beside a sentence that names the first few."""
        self.defects = tuple(defects)
        places = "; ".join(
            f"{d.element or d.id} in {d.loop or 'the envelope'}: {d.message}"
            for d in self.defects[:3]
        )
        super().__init__(f"{message}: {places}" if places else message)
