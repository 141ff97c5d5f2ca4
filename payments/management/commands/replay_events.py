"""Process the gateways' messages again with ``manage.py replay_events``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.models import GatewayEvent
from payments.services import event_replay
from payments.states import EventState


class Command(BaseCommand):
    help = "Process messages of the inbox again. What was counted before is not counted twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", type=int, help="the numbers of the messages")
        parser.add_argument("--dead", action="store_true", help="process all messages that were given up")

    def handle(self, *args: Any, ids: list[int], dead: bool, **options: Any) -> None:
        if bool(ids) == dead:
            raise CommandError("Name messages, or use --dead.")
        events = GatewayEvent.objects.filter(state=EventState.DEAD) if dead else GatewayEvent.objects.filter(pk__in=ids)
        found = list(events.order_by("pk").values_list("pk", flat=True))
        for pk in found:
            event_replay(event_id=pk)
        done = GatewayEvent.objects.filter(pk__in=found, state=EventState.DONE).count()
        self.stdout.write(f"{done} of {len(found)} messages are done.")
        if unknown := sorted(set(ids) - set(found)):
            raise CommandError(f"There are no messages {', '.join(map(str, unknown))}.")
