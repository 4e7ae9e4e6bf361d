"""Listen for the messages of a feed."""

import argparse
import asyncio
import signal
import ssl
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.management.hospitals import hospital_named
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.hl7 import feed_named
from integrations.listener import MEGABYTE, Limits, Listener, tls_context


class Command(BaseCommand):
    """Runs until it is told to stop (SIGTERM, SIGINT); what was complete by then is committed and acknowledged."""

    help = "Listens for HL7 messages of a feed over MLLP."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--hospital", required=True, metavar="SLUG")
        parser.add_argument("--feed", required=True, metavar="NAME")
        parser.add_argument("--host", default="0.0.0.0", help="the address to listen on")
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--tls-cert", help="certificate chain (PEM); with it only TLS is spoken")
        parser.add_argument("--tls-key", help="its private key (PEM)")
        parser.add_argument("--tls-client-ca", default="", help="only senders with a certificate of this authority")
        parser.add_argument("--max-mb", type=int, default=10, help="the largest message, in megabytes")
        parser.add_argument("--connections", type=int, default=400, help="at most so many connections at once")
        parser.add_argument("--message-seconds", type=float, default=30.0, help="a message ends within this time")

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen."""
        hospital = hospital_named(options["hospital"])
        with hospital_scope(hospital):
            feed = feed_named(options["feed"], kind="hl7")
        if feed is None:
            with translation.override(hospital.language):
                raise CommandError(_("There is no feed “%(name)s” in HL7.") % {"name": options["feed"]})
        limits = Limits(
            message=options["max_mb"] * MEGABYTE,
            connections=options["connections"],
            message_seconds=options["message_seconds"],
        )
        asyncio.run(self._listen(Listener(hospital, feed.pk, limits), options))

    async def _listen(self, listener: Listener, options: dict[str, Any]) -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        serving = asyncio.create_task(
            listener.serve(options["host"], options["port"], tls=self._tls(options), stop=stop)
        )
        while not (listener.port or serving.done()):
            await asyncio.sleep(0.01)
        if listener.port:
            self.stdout.write(_("Listening on port %(port)s.") % {"port": listener.port})
            self.stdout.flush()
        await serving

    def _tls(self, options: dict[str, Any]) -> ssl.SSLContext | None:
        if not options["tls_cert"]:
            return None
        try:
            return tls_context(options["tls_cert"], options["tls_key"] or options["tls_cert"], options["tls_client_ca"])
        except OSError as error:
            raise CommandError(_("The certificate cannot be used: %(reason)s") % {"reason": error}) from error
