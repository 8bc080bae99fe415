"""The web: live streams in the event loop, all else by Django in a fixed number of threads.

Under ASGI Django opens a thread and a database connection for every request that waits. Here it
runs as the WSGI application it is, in threads that stay, and only `/live/`, where hundreds of
pages wait at once, is answered in the event loop.
"""

from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

office = WSGIMiddleware(cast("Any", get_wsgi_application()), workers=settings.WEB_THREADS)

# After Django is set up, for it reads models.
from frontdesk.ui.live import PATH, Live, Receive, Scope, Send  # noqa: E402

live = Live()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request, or the server's word that it starts or stops."""
    if scope["type"] == "http" and scope["path"] == PATH:
        await live(scope, receive, send)
    else:
        await office(cast("Any", scope), cast("Any", receive), cast("Any", send))
