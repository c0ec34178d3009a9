"""A studio that runs in a thread of the tests, for a browser to open."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn

from jazzgen.studio.answering import answered
from jazzgen.studio.app import studio_app
from jazzgen.studio.serve import HERE, bound, pass_for
from jazzgen.studio.workers import Workers

TOKEN = "a-token-of-the-tests"


@contextmanager
def running_studio() -> Iterator[str]:
    """Run the studio with one worker; give the address that opens its page."""
    workers = Workers(answered, 1)
    with bound(HERE, 0) as listener:
        port = listener.getsockname()[1]
        application = studio_app(workers, pass_for(HERE, port, "", TOKEN))
        server = uvicorn.Server(
            uvicorn.Config(
                application, log_level="error", lifespan="on", timeout_graceful_shutdown=1
            )
        )
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://{HERE}:{port}/#token={TOKEN}"
        finally:
            server.should_exit = True
            thread.join()
            workers.close()
