"""The web: live streams in the event loop, all else by Django in a fixed number of threads.

Under ASGI Django opens a thread and a database connection for every request that waits. Here it
runs as the WSGI application it is, in threads that stay, and only `/live/`, where hundreds of
pages wait at once, is answered in the event loop.
"""

import asyncio
import os
import signal
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
office = WSGIMiddleware(cast("Any", get_wsgi_application()), workers=settings.WEB_THREADS)

# After Django is set up, for they read models.
from frontdesk.config import warming  # noqa: E402
from frontdesk.scheduling.queries import ahead  # noqa: E402
from frontdesk.ui.live import PATH, Live, Receive, Scope, Send  # noqa: E402

live = Live()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request, or the server's word that it starts or stops."""
    if scope["type"] == "http" and scope["path"] == PATH:
        await live(scope, receive, send)
        return
    if scope["type"] == "lifespan":
        await _live_through(receive, send)
        return

    async def read() -> Any:  # the server's own is no coroutine, which the bridge asks for
        return await receive()

    await office(cast("Any", scope), read, cast("Any", send))


async def _live_through(receive: Receive, send: Send) -> None:
    """Say that we are up. A server that stops waits for its answers, and a stream has no end:
    so the signal that stops it also lets the waiting pages go.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # The event loop keeps hearing the signal by itself; this adds to what it does.
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(live.stop))
    while (word := (await receive())["type"]) != "lifespan.shutdown":
        await send({"type": f"{word}.complete"})
        ahead.start()  # after the word: whoever asks whether we are up does not wait for them
        warming.start(office.executor)
    live.stop()
    await send({"type": "lifespan.shutdown.complete"})
