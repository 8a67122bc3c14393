"""Says aloud, once, what must not stay unnoticed: a safe-harbor message that cannot be played.

The composition root lets it look at the floor again and again.
"""

import logging

from dialer.engine.view import FloorView

log = logging.getLogger(__name__)


class MessageAlarm:
    """Warns when a campaign's message has failed, and says when it is mended."""

    def __init__(self) -> None:
        self._failed: set[int] = set()

    def look(self, view: FloorView) -> None:
        """The floor as it is now."""
        failed = {one.campaign_id for one in view.campaigns if one.has_message_failed}
        for campaign_id in sorted(failed - self._failed):
            log.warning(
                "The safe-harbor message of campaign %d could not be played: it dials one to one"
                " until the message is mended.",
                campaign_id,
            )
        for campaign_id in sorted(self._failed - failed):
            log.warning("The safe-harbor message of campaign %d is mended.", campaign_id)
        self._failed = failed
