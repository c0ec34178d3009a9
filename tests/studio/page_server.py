"""A studio that runs in a thread of the tests, for a browser to open."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from jazzgen.studio.answering import answered
from jazzgen.studio.app import studio_app
from jazzgen.studio.serve import HERE, bound, pass_for
from jazzgen.studio.server import StudioServer, config_of
from jazzgen.studio.workers import Workers

TOKEN = "a-token-of-the-tests"


@contextmanager
def running_studio() -> Iterator[str]:
    """Run the studio with one worker; give the address that opens its page."""
    workers = Workers(answered, 1)
    with bound(HERE, 0) as listener:
        port = listener.getsockname()[1]
        application = studio_app(workers, pass_for(HERE, port, "", TOKEN))
        server = StudioServer(config_of(application), application.end)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://{HERE}:{port}/#token={TOKEN}"
        finally:
            server.should_exit = True
            thread.join()
            workers.close()
