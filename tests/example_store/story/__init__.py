"""What happened at Mustermann Video from 16 to 24 November 2026: one chapter a ticket, told in order within each.

A chapter is a generator: it yields the moment at which it goes on, and the builder lets all chapters go on in the
order of time. What is received after the last sweep stays in the Maildirs: that is the mail that `demo` files.
"""

from collections.abc import Callable

from tests.example_store.firm import Chapter, Firm
from tests.example_store.story.repairs import mono_sound, mono_sound_again, repair_status, returned_recorder, worn_belt
from tests.example_store.story.sales import (
    lost_remote,
    missing_invoice,
    reminder_despite_payment,
    school_offer,
    spare_belts,
)
from tests.example_store.story.support import (
    composite_cable,
    firmware,
    pal_or_secam,
    remote_without_function,
    tape_spam,
    timecode_drift,
)
from tests.example_store.story.waiting import old_program, recorder_eats_tapes, trade_letter

CHAPTERS: tuple[Callable[[Firm], Chapter], ...] = (
    composite_cable,
    missing_invoice,
    worn_belt,
    school_offer,
    returned_recorder,
    tape_spam,
    mono_sound,
    mono_sound_again,
    lost_remote,
    firmware,
    spare_belts,
    timecode_drift,
    remote_without_function,
    reminder_despite_payment,
    repair_status,
    pal_or_secam,
    recorder_eats_tapes,
    trade_letter,
    old_program,
)
